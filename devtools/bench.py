"""./bti bench: a scenario with our addons against stock Odoo, in turns, with bars."""

import ast
import json
import statistics
import subprocess

from . import databases, environment, templates
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
    """``(first line of the docstring, bars, absolute bars)`` of a scenario, without importing
    it; one of the two is empty."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {"BARS": {}, "ABSOLUTE": {}}
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in found:
            found[node.targets[0].id] = ast.literal_eval(node.value)
    text = (ast.get_docstring(tree) or path.stem).splitlines()[0]
    return text, found["BARS"], found["ABSOLUTE"]


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


def measure_absolute(runs, bars):
    """The worst of our runs, and whether it is under its bar."""
    result = {}
    for measure in ABSOLUTE_MEASURES:
        worst = max(run[measure] for run in runs)
        bar = bars.get(measure)
        result[measure] = {"ours": worst, "bar": bar, "passed": bar is None or worst <= bar}
    return result


def bench(args):
    """Measure the scenarios asked for; exit status 1 when one is over a bar."""
    known = scenarios()
    if args.name and args.name not in known:
        raise Failure(f"There is no scenario {args.name}.", f"Known: {', '.join(known)}.")
    env = environment.ensure()
    names = {side: f"bti_bench_{side}" for side in SIDES}
    with lock(STATE, "databases.lock"):
        sources = {"stock": templates.ensure_core(env), "ours": templates.ensure_addons(env)}
        with step("Making the two databases"):
            for side in SIDES:
                databases.copy(env.server, sources[side], names[side])
                env.server.sql("VACUUM ANALYZE", names[side])
    try:
        passed = [_scenario(env, known[name], names, args) for name in known
                  if args.name in (None, name)]  # fmt: skip
    finally:
        for name in names.values():
            databases.drop(env.server, name)
    return 0 if all(passed) else 1


def _scenario(env, path, names, args):
    text, bars, absolute = description(path)
    if absolute:
        return _absolute_scenario(env, path, names["ours"], text, absolute)
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
    _report(path, text, result, runs)
    return all(values["passed"] for values in result.values())


def _absolute_scenario(env, path, database, text, bars):
    with step(f"{path.stem}: our side alone, one run"):
        runs = _turn(env, path, database, 1)
    result = measure_absolute(runs, bars)
    say(f"\n{path.stem}: {text}")
    say(f"  {'':<14}{'ours':>10}{'bar':>10}")
    for measure, values in result.items():
        bar = f"{values['bar']:.1f}" if values["bar"] else "-"
        verdict = "PASS" if values["passed"] else "FAIL"
        say(f"  {measure:<14}{values['ours']:>10.1f}{bar:>10}  {verdict}")
    _report(path, text, result, runs)
    return all(values["passed"] for values in result.values())


def _report(path, text, result, runs):
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
        env=env.env(),
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("BENCH ")]
    if done.returncode or not lines:
        log = LOGS / "bench.log"
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        words = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        raise Failure(f"Scenario {path.stem} failed in {database}: {words}", f"Look at {log}.")
    return json.loads(lines[-1].removeprefix("BENCH "))
