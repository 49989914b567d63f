"""./bti test: the addons' tests with pytest-odoo, then tests/ with plain pytest, one summary."""

import re
import shutil
import subprocess
import time
from pathlib import Path

from . import addons, apt, databases, environment, templates
from .console import Failure, say, step
from .environment import CONF, DATA
from .paths import ADDONS, ARTEFACTS, LOGS, ROOT, STATE, lock

TESTS = ROOT / "tests"
DATABASE = databases.own("test")
CLOSING = re.compile(r"=+ (?P<counts>.*?) in [\d.]+s(?: \([\d:]+\))? =+\s*$")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?)")
NO_TESTS = 5  # pytest's exit status
NEEDS_ODOO = ("e2e", "browser")


def parse_counts(line):
    """``{"passed": 3, "failed": 1}`` from pytest's closing line; None for any other line."""
    found = CLOSING.search(line)
    if not found:
        return None
    if found["counts"] == "no tests ran":
        return {}
    pairs = COUNT.findall(found["counts"])
    return {("error" if word == "errors" else word): int(number) for number, word in pairs} or None


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
    odoo_paths, plain_paths = split_target(args.target)
    env = environment.ensure(apt.TEST_NEEDS)
    _refuse_silent_skips(env)
    results = []
    more = ["-k", args.expression] if args.expression else []
    shutil.rmtree(ARTEFACTS, ignore_errors=True)
    ARTEFACTS.mkdir(parents=True)
    with lock(STATE, "test.lock"):  # a second ./bti test would take the databases away
        if odoo_paths:
            results.append(_addons_tests(env, odoo_paths, more))
        if plain_paths:
            results.append(_plain_tests(env, plain_paths, more))
    return _summary(results, allow_none=bool(args.expression))


def _refuse_silent_skips(env):
    """Odoo skips browser tests without a word when one of these is missing: fail instead."""
    from .venv import library_version

    if not library_version(env.venv, "websocket-client"):
        raise Failure("websocket-client is missing: tours would be skipped.", "./bti doctor")


def _pytest(env, title, paths, options, variables):
    """Run pytest, its output shown as it comes; returns (title, status, counts, seconds)."""
    say(f"\n== {title}")
    start = time.monotonic()
    counts = None
    command = [
        env.venv.python, "-m", "pytest", "-p", "no:cacheprovider", "-ra", "--color=no",
        "--durations=5", f"--rootdir={ROOT}", *options, *paths,
    ]  # fmt: skip
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        env=env.env(BTI_ARTEFACTS=ARTEFACTS, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(LOGS / f"pytest-{title.split()[0]}.log", "w", encoding="utf-8") as log:
        for line in process.stdout:
            log.write(line)
            print(line, end="", flush=True)
            counts = parse_counts(line) or counts
    status = process.wait()
    return title, status, counts or {}, time.monotonic() - start


def _addons_tests(env, paths, more):
    """pytest-odoo on a copy of the template that holds our addons."""
    with lock(STATE, "databases.lock"):
        template = templates.ensure_addons(env)
        with step(f"Making database {DATABASE}"):
            databases.copy(env.server, template, DATABASE)
    options = [
        "-p", "no:playwright", "-p", "no:base_url", f"--odoo-config={CONF}",
        f"--odoo-database={DATABASE}", "--odoo-http", *more,
    ]  # fmt: skip
    return _pytest(env, "addons tests", paths, options, {})


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
        "BTI_ADDONS": ADDONS,
        "BTI_CHROMIUM": apt.find_chromium() or "",
        "BTI_BEARERBOX": apt.find_program("bearerbox") or "",
        "BTI_SMSBOX": apt.find_program("smsbox") or "",
        "BTI_FAKESMSC": apt.find_fakesmsc() or "",
    }


def _plain_tests(env, paths, more):
    """Plain pytest on tests/: real servers, real browser."""
    relative = [str(path).removeprefix(str(TESTS)).strip("/") for path in paths]
    core = template = demo = ""
    if any(not part or part.startswith(NEEDS_ODOO) for part in relative):
        with lock(STATE, "databases.lock"):
            core = templates.ensure_core(env)
            template = templates.ensure_addons(env)
            demo = templates.ensure_demo(env)
    options = [
        "-p", "no:odoo", "-o", f"pythonpath={ROOT}", f"--ignore={TESTS / 'bench'}", *more,
    ]  # fmt: skip
    return _pytest(env, "journeys and tools", paths, options, facts(env, core, template, demo))


def _summary(results, allow_none):
    total, failed = {}, False
    say("\n== Summary")
    for title, status, counts, seconds in results:
        words = ", ".join(f"{number} {word}" for word, number in counts.items())
        say(f"{title}: {words or 'no tests'} in {seconds:.0f} s")
        for word, number in counts.items():
            total[word] = total.get(word, 0) + number
        failed = failed or (status != 0 and not (status == NO_TESTS and allow_none))
    broken = total.get("failed", 0) + total.get("error", 0)
    if failed and not broken:
        broken = 1  # pytest itself stopped: never let that look like success
    say(f"{total.get('passed', 0)} passed, {broken} failed, {total.get('skipped', 0)} skipped")
    if not total.get("passed") and not allow_none:
        return 1
    return 1 if failed or broken else 0
