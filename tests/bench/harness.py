"""Runs one scenario some times in one database and prints what each run cost, as JSON.

Started by ``./bti bench`` with the environment's Python:
``python harness.py CONF DATABASE SCENARIO.py REPEAT``. Nothing is committed.

A scenario is a file beside this one with a docstring, ``BARS`` (largest ratio to stock Odoo of
``queries`` and ``seconds``), ``setup(env)`` returning what ``run(env, data)`` needs.

A scenario with ``SIZES = (small, large)`` has ``run(env, data, size)``; each turn runs both and
adds ``growth``: the cost in seconds of a unit in the large run over that of one in the small run.
1 is linear; its bar in ``BARS`` holds for our side by itself.

A scenario with ``FLOORS`` is measured on our side alone: ``measure(database)`` returns its
figures by name and may commit, the database is thrown away.
"""

import gc
import importlib.util
import json
import sys
import time

import odoo.init  # noqa: F401 (first: it completes the odoo namespace)
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

ADMIN = 2
WARM_UP = 2


def load(path):
    """The scenario's module."""
    spec = importlib.util.spec_from_file_location("scenario", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(env, scenario, data):
    """What one turn cost: ``seconds``, ``queries`` and, for two sizes, ``growth``."""
    sizes = getattr(scenario, "SIZES", None)
    if not sizes:
        return measure_run(env, scenario, data)
    small, large = (measure_run(env, scenario, data, size) for size in sizes)
    growth = (large["seconds"] / sizes[1]) / (small["seconds"] / sizes[0])
    return {**large, "growth": growth}


def measure_run(env, scenario, *args):
    """``{"seconds": ..., "queries": ...}`` of one run, which is rolled back."""
    cr = env.cr
    env.invalidate_all()
    cr.execute("SAVEPOINT bench")
    gc.collect()
    memory = reset_peak_memory()
    queries, start = cr.sql_log_count, time.perf_counter()
    scenario.run(env, *args)
    cr.flush()  # what a commit would do: pending writes, tracking
    result = {
        "seconds": time.perf_counter() - start,
        "queries": cr.sql_log_count - queries,
        "memory": peak_memory() - memory,
    }
    cr.clear()
    cr.execute("ROLLBACK TO SAVEPOINT bench")
    env.invalidate_all(flush=False)
    return result


def reset_peak_memory():
    """Forget how much memory the process once had; returns what it has now, in MiB."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return peak_memory()


def peak_memory():
    """The most memory that the process has had, in MiB."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM:"))


def main(conf, database, path, repeat):
    """Measure and print."""
    config.parse_config(
        ["-c", conf, "-d", database, "--no-http", "--log-level=error"], setup_logging=True
    )
    scenario = load(path)
    if repeat == "alone":
        print("BENCH " + json.dumps(scenario.measure(database)))
        return
    with Registry(database).cursor() as cr:
        # what every call of the web client brings along
        env = Environment(cr, ADMIN, {"lang": "fr_FR", "tz": "Africa/Algiers"})
        data = scenario.setup(env)
        cr.flush()
        runs = [measure(env, scenario, data) for _ in range(WARM_UP + int(repeat))]
        cr.rollback()
    print("BENCH " + json.dumps(runs[WARM_UP:]))


if __name__ == "__main__":
    main(*sys.argv[1:])
