"""./bti bench: a scenario with our addons against stock Odoo, in turns, with bars."""

import ast
import json
import statistics
import subprocess

from . import apt, databases, environment, templates, testing
from .console import Failure, say, step
from .environment import CONF
from .paths import LOGS, ROOT, STATE, lock

FOLDER = ROOT / "tests" / "bench"
HARNESS = "harness.py"
SIDES = ("stock", "ours")
MEASURES = ("queries", "seconds")
# Of a scenario that has nothing to compare with: our side alone, against fixed bars.
ABSOLUTE_MEASURES = ("seconds", "memory")
GROWTH = "growth"  # of our side alone: a long order against a short one


def scenarios():
    """``{name: path}`` of the scenarios."""
    paths = sorted(FOLDER.glob("*.py"))
    return {path.stem: path for path in paths if path.name not in (HARNESS, "conftest.py")}


def description(path):
    """``(first line of the docstring, bars, floors)`` of a scenario, without importing it.

    ``floors`` is None for a scenario that is compared with stock Odoo; one with ``FLOORS`` is
    measured on our side alone: its figures stay under ``BARS`` and above ``FLOORS``.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    values = {"BARS": {}, "FLOORS": None}
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in values:
            values[node.targets[0].id] = ast.literal_eval(node.value)
    title = (ast.get_docstring(tree) or path.stem).splitlines()[0]
    return title, values["BARS"], values["FLOORS"]


def compare(runs, bars):
    """Medians of both sides, their ratio, and whether each is under its bar."""
    result = {}
    for measure in MEASURES:
        medians = {side: statistics.median(run[measure] for run in runs[side]) for side in SIDES}
        ratio = medians["ours"] / medians["stock"] if medians["stock"] else float("inf")
        bar = bars.get(measure)
        result[measure] = {
            **medians,
            "ratio": ratio,
            "bar": bar,
            "passed": bar is None or ratio <= bar,
        }
    if all(GROWTH in run for side in SIDES for run in runs[side]):
        medians = {side: statistics.median(run[GROWTH] for run in runs[side]) for side in SIDES}
        bar = bars.get(GROWTH)
        result[GROWTH] = {
            **medians,
            "ratio": medians["ours"],
            "bar": bar,
            "passed": bar is None or medians["ours"] <= bar,
        }
    return result


def judge(runs, bars, floors):
    """Medians of a scenario measured on our side alone, each with its bar or floor."""
    result = {}
    for name in runs[0]:
        median = statistics.median(run[name] for run in runs)
        bar, floor = bars.get(name), floors.get(name)
        passed = (bar is None or median <= bar) and (floor is None or median >= floor)
        result[name] = {"median": median, "bar": bar, "floor": floor, "passed": passed}
    return result


def bench(args):
    """Measure the scenarios asked for; exit status 1 when one is over a bar."""
    known = scenarios()
    if args.name and args.name not in known:
        raise Failure(f"There is no scenario {args.name}.", f"Known: {', '.join(known)}.")
    env = environment.ensure(apt.TEST_NEEDS)
    names = {side: databases.own(f"bench_{side}") for side in SIDES}
    with lock(STATE, "databases.lock"):
        sources = {"stock": templates.ensure_core(env), "ours": templates.ensure_addons(env)}
        with step("Making the two databases"):
            for side in SIDES:
                databases.copy(env.server, sources[side], names[side])
                env.server.sql("VACUUM ANALYZE", names[side])
    try:
        passed = [
            _scenario(env, path, names, args)
            if description(path)[2] is None
            else _alone(env, path, names["ours"], args)
            for name, path in known.items()
            if args.name in (None, name)
        ]
    finally:
        for name in names.values():
            databases.drop(env.server, name)
    return 0 if all(passed) else 1


def _scenario(env, path, names, args):
    text, bars, _floors = description(path)
    runs = {side: [] for side in SIDES}
    with step(f"{path.stem}: {args.rounds} turns of each side, {args.repeat} runs a turn"):
        for _ in range(args.rounds):
            for side in SIDES:
                runs[side] += _turn(env, path, names[side], args.repeat)
    result = compare(runs, bars)
    say(f"\n{path.stem}: {text}")
    say(f"  {'median of ' + str(len(runs['ours'])):<14}{'stock':>10}{'ours':>10}{'ratio':>8}"
        f"{'bar':>7}")  # fmt: skip
    for measure, values in result.items():
        form = "10.0f" if measure == "queries" else "10.3f"
        bar = f"{values['bar']:.2f}" if values["bar"] else "-"
        verdict = "PASS" if values["passed"] else "FAIL"
        say(f"  {measure:<14}{values['stock']:{form}}{values['ours']:{form}}"
            f"{values['ratio']:>8.2f}{bar:>7}  {verdict}")  # fmt: skip
    _write_report(path, text, result, runs)
    return all(values["passed"] for values in result.values())


def _alone(env, path, database, args):
    """A scenario of our side alone: one process a round, medians against bars and floors."""
    text, bars, floors = description(path)
    with step(f"{path.stem}: {args.rounds} rounds"):
        runs = [_turn(env, path, database, "alone") for _ in range(args.rounds)]
    result = judge(runs, bars, floors)
    say(f"\n{path.stem}: {text}")
    for name, values in result.items():
        limit = "-"
        if values["bar"] is not None:
            limit = f"<= {values['bar']:g}"
        elif values["floor"] is not None:
            limit = f">= {values['floor']:g}"
        verdict = "PASS" if values["passed"] else "FAIL"
        say(f"  {name:<34}{values['median']:>12.2f}  {limit:<10}{verdict}")
    _write_report(path, text, result, runs)
    return all(values["passed"] for values in result.values())


def _write_report(path, text, result, runs):
    folder = STATE / "bench"
    folder.mkdir(exist_ok=True)
    report = folder / f"{path.stem}.json"
    report.write_text(json.dumps({"scenario": text, "result": result, "runs": runs}, indent=1))
    say(f"  all runs: {report}")


def _turn(env, path, database, repeat):
    """One process: the registry loaded once, some runs."""
    done = subprocess.run(
        [str(env.venv.python), str(FOLDER / HARNESS), str(CONF), database, str(path), str(repeat)],
        capture_output=True,
        text=True,
        env=env.env(**testing.facts(env)),
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("BENCH ")]
    if done.returncode or not lines:
        log = LOGS / "bench.log"
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        words = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise Failure(f"Scenario {path.stem} failed in {database}: {words}", f"Look at {log}.")
    return json.loads(lines[-1].removeprefix("BENCH "))
