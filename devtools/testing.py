"""./bti test: two lanes side by side, the addons' tests (pytest-odoo) and tests/ (plain pytest)."""

import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import addons, apt, databases, environment, lanes, node, serverlog, templates
from .console import Failure, say, step
from .environment import CONF, DATA
from .paths import ADDONS, ARTEFACTS, LOGS, ROOT, STATE, lock

TESTS = ROOT / "tests"
NO_TESTS = 5  # pytest's exit status
SLOWEST = 20
NEEDS_ODOO = ("e2e", "browser")


def split_target(target):
    """``(paths of addons' tests, paths of plain tests)`` for what the person asked."""
    if not target:
        found = [ADDONS / name for name in addons.present()]
        return found, [TESTS]
    if (ADDONS / target / "__manifest__.py").is_file():
        return [ADDONS / target], []
    name = target.split("::", 1)[0]
    path = Path(name) if Path(name).is_absolute() else Path.cwd() / name
    if not path.exists():
        path = ROOT / name
    if not path.exists():
        raise Failure(f"There is no addon and no path {target}.", f"Addons: {addons.present()}")
    wanted = Path(str(path.resolve()) + target[len(name) :])
    return ([wanted], []) if ADDONS in wanted.parents else ([], [wanted])


def test(args):
    """Run the tests; the exit status is 0 only when all passed."""
    limit = time.monotonic() + args.minutes * 60
    odoo_paths, plain_paths = split_target(args.target)
    env = environment.ensure(apt.TEST_NEEDS)
    _refuse_silent_skips(env)
    more = ["-k", args.expression] if args.expression else []
    shutil.rmtree(ARTEFACTS, ignore_errors=True)
    ARTEFACTS.mkdir(parents=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # no lane outlives us
    side_by_side = []
    with lock(STATE, "test.lock"):  # a second ./bti test would take the databases away
        halves = _halves(odoo_paths)
        core, template, demo = _databases(env, len(halves), _needs_odoo(plain_paths))
        for number, (title, paths) in enumerate(halves.items()):
            side_by_side.append(_addons_lane(env, title, paths, _database(number), more))
        if plain_paths:
            known = facts(env, core, template, demo)
            side_by_side.append(_plain_lane(env, plain_paths, more, known))
        lanes.run(side_by_side, limit)
    clean = serverlog.check(env.venv, ARTEFACTS)
    return _summary(side_by_side, allow_none=bool(args.expression), clean=clean)


def _refuse_silent_skips(env):
    """Odoo skips browser tests without a word when one of these is missing: fail instead."""
    from .venv import library_version

    if not library_version(env.venv, "websocket-client"):
        raise Failure("websocket-client is missing: tours would be skipped.", "./bti doctor")


def _needs_odoo(paths):
    """Whether some of these paths of tests/ need databases."""
    relative = [str(path).removeprefix(str(TESTS)).strip("/") for path in paths]
    return any(not part or part.startswith(NEEDS_ODOO) for part in relative)


def _halves(paths):
    """``{title: paths}`` of the lanes for addons' tests; the highest addon has half of the work."""
    if not paths:
        return {}
    halves = [paths[-1:], paths[:-1]]
    return {f"{' and '.join(path.name for path in half)} tests": half for half in halves if half}


def _databases(env, lanes_of_addons, for_journeys):
    """Make what the lanes work on, side by side: (core template, our addons', demo story's).

    :param int lanes_of_addons: each has a database of its own
    """
    if not (lanes_of_addons or for_journeys):
        return "", "", ""
    with lock(STATE, "databases.lock"), ThreadPoolExecutor() as pool:
        core = templates.ensure_core(env)
        story = pool.submit(templates.ensure_demo, env) if for_journeys else None
        template = templates.ensure_addons(env)
        for number in range(lanes_of_addons):
            with step(f"Making database {_database(number)}"):
                databases.copy(env.server, template, _database(number))
        return core, template, story.result() if story else ""


def _database(number):
    """The database of a lane of addons' tests."""
    return databases.own(f"test{number}")


def _lane(env, title, paths, options, variables):
    """A lane of pytest on these paths."""
    command = [
        env.venv.python, "-m", "pytest", "-ra", "-v", "--color=no",
        f"--durations={SLOWEST}", f"--rootdir={ROOT}", "-p", "no:cacheprovider",
        "-o", "verbosity_subtests=0", *options, *paths,
    ]  # fmt: skip
    log = LOGS / f"pytest-{title.split()[0]}.log"
    return lanes.Lane(title, command, env.env(BTI_ARTEFACTS=ARTEFACTS, **variables), log)


def _addons_lane(env, title, paths, database, more):
    """pytest-odoo on a copy of the template that holds our addons."""
    options = [
        "-p", "no:playwright", "-p", "no:base_url", f"--odoo-config={CONF}",
        f"--odoo-database={database}", "--odoo-http", *more,
    ]  # fmt: skip
    return _lane(env, title, paths, options, {})


def _plain_lane(env, paths, more, variables):
    """Plain pytest on tests/: real servers, real browser."""
    options = [
        "-p", "no:odoo", "-o", f"pythonpath={ROOT}", f"--ignore={TESTS / 'bench'}", *more,
    ]  # fmt: skip
    return _lane(env, "journeys and tools", paths, options, variables)


def facts(env, core="", template="", demo=""):
    """What the tests in tests/ have to know, as environment variables."""
    return {
        "BTI_PYTHON": env.venv.python,
        "BTI_ODOO_SCRIPT": env.venv.odoo,
        "BTI_ODOO_ROOT": env.odoo.root,
        "BTI_ODOO_CONF": CONF,
        "BTI_CORE_DB": core,
        "BTI_TEMPLATE_DB": template,
        "BTI_DEMO_DB": demo,
        "BTI_DATABASE_KEY": databases.KEY,
        "BTI_DATA_DIR": DATA,
        "BTI_COPY_STRATEGY": databases.strategy(env.server),
        "BTI_ADDONS": ADDONS,
        "BTI_CHROMIUM": apt.find_chromium() or "",
        "BTI_BEARERBOX": apt.find_program("bearerbox") or "",
        "BTI_SMSBOX": apt.find_program("smsbox") or "",
        "BTI_FAKESMSC": apt.find_fakesmsc() or "",
        "BTI_AXE": _find_axe(env) or "",
    }


def _find_axe(env):
    """The script of axe-core, None when npm is out of reach: the test that needs it says so."""
    try:
        return node.ensure(env.venv, node.LINT).parent / "axe-core" / "axe.min.js"
    except Failure:
        return None


def _summary(results, allow_none, clean=True):
    """Print failures in full, the slowest tests, the counts; the last line is for machines.

    :param clean: False when a server logged what no test expects: one failure more
    """
    total, failed = {}, not clean
    for lane in results:
        lane_failed = lane.status != 0 and not (lane.status == NO_TESTS and allow_none)
        failed = failed or lane_failed
        if lane_failed and len(results) > 1:
            say(f"\n== {lane.title}\n{lane.report()}")
    if len(results) > 1:
        say(f"\n== Slowest {SLOWEST}")
        slowest = sorted((entry for lane in results for entry in lane.slowest), reverse=True)
        for seconds, phase, name in slowest[:SLOWEST]:
            say(f"{seconds:7.1f} s {phase:8} {name}")
    say("\n== Summary")
    for lane in results:
        words = ", ".join(f"{number} {word}" for word, number in lane.counts.items())
        ended = f"; {lane.ended}" if lane.ended else ""
        say(f"{lane.title}: {words or 'no tests'} in {lane.seconds:.0f} s{ended}")
        for word, number in lane.counts.items():
            total[word] = total.get(word, 0) + number
    broken = total.get("failed", 0) + total.get("error", 0)
    if failed and not broken:
        broken = 1  # pytest stopped, or a log is not clean: never let that look like success
    say(f"{total.get('passed', 0)} passed, {broken} failed, {total.get('skipped', 0)} skipped")
    if not total.get("passed") and not allow_none:
        return 1
    return 1 if failed or broken else 0
