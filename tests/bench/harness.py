"""One side of a scenario: a process that ``./bti bench`` starts with the environment's Python.

``python harness.py CONF DATABASE SCENARIO.py`` answers in lines of JSON. A scenario is a file
beside this one with a docstring. There are two kinds:

Against stock Odoo: ``BARS`` (largest ratio to stock Odoo by measure, see ``helpers/meter.py``),
``setup(env)`` returning what ``run(env, data)`` needs. Says "ready", then does one run for each
line that it reads: the sides run in turns. Nothing is committed. With ``SIZES = (small, large)``
it is ``run(env, data, size)``; each turn runs both and adds ``growth``: the cost in seconds of a
unit in the large run over that of one in the small run. 1 is linear; its bar holds for our side
by itself.

Against a bare engine: it has ``FLOORS`` as well, and ``measure(database)`` returns its figures by
name, each a number or the list of the ratios of some turns (see ``helpers.meter.in_turns``). It
may commit, the database is thrown away.
"""

import importlib.util
import json
import signal
import sys

from helpers.meter import Meter

import odoo.init  # noqa: F401 (first: it completes the odoo namespace)
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

ADMIN = 2
# what every call of the web client brings along
CONTEXT = {"lang": "fr_FR", "tz": "Africa/Algiers"}
WARM_UP = 2


def load(path):
    """The scenario's module."""
    spec = importlib.util.spec_from_file_location("scenario", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(value):
    """Tell ./bti bench."""
    print("BENCH " + json.dumps(value), flush=True)


def measure(env, meter, scenario, data):
    """What one run cost."""
    sizes = getattr(scenario, "SIZES", None)
    if not sizes:
        return measure_run(env, meter, scenario, data)
    small, large = (measure_run(env, meter, scenario, data, size) for size in sizes)
    growth = (large["seconds"] / sizes[1]) / (small["seconds"] / sizes[0])
    return {**large, "growth": growth}


def measure_run(env, meter, scenario, *args):
    """What one run of one size cost, from an empty cache of records."""
    env.invalidate_all()
    cost = meter.measure(scenario.run, env, *args)
    env.invalidate_all(flush=False)
    return cost


def serve(database, scenario):
    """Run the scenario as often as told."""
    with Registry(database).cursor() as cr:
        env = Environment(cr, ADMIN, CONTEXT)
        data = scenario.setup(env)
        cr.flush()
        meter = Meter(cr)
        for _ in range(WARM_UP):
            measure(env, meter, scenario, data)
        answer("ready")
        for _line in sys.stdin:
            answer(measure(env, meter, scenario, data))
        cr.rollback()


def main(conf, database, path):
    """Measure and answer."""
    # servers that a scenario has started end with it
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit("terminated"))
    config.parse_config(
        ["-c", conf, "-d", database, "--no-http", "--log-level=error"], setup_logging=True
    )
    scenario = load(path)
    if hasattr(scenario, "FLOORS"):
        answer(scenario.measure(database))
    else:
        serve(database, scenario)


if __name__ == "__main__":
    main(*sys.argv[1:])
