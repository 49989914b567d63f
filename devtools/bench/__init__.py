"""./bti bench: our addons against stock Odoo or a bare engine, in turns, with bars."""

import ast
import json
import time

from .. import apt, databases, environment
from ..console import Failure, say, step
from ..paths import ROOT, STATE, lock
from . import machine, report, sides, workers

FOLDER = ROOT / "tests" / "bench"
HARNESS = FOLDER / "harness.py"


def scenarios():
    """``{name: path}`` of the scenarios."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.py")) if path != HARNESS}


def description(path):
    """``(first line of the docstring, bars, floors)`` of a scenario, without importing it.

    ``floors`` is None for a scenario that is compared with stock Odoo; one with ``FLOORS`` brings
    the bare engine that it is compared with: its figures stay under ``BARS`` and above ``FLOORS``.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    values = {"BARS": {}, "FLOORS": None}
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in values:
            values[node.targets[0].id] = ast.literal_eval(node.value)
    title = (ast.get_docstring(tree) or path.stem).splitlines()[0]
    return title, values["BARS"], values["FLOORS"]


def bench(args):
    """Measure the scenarios asked for; exit status 1 when one of them is over a bar."""
    known = scenarios()
    if unknown := [name for name in args.name if name not in known]:
        raise Failure(f"There is no scenario {unknown[0]}.", f"Known: {', '.join(known)}.")
    env = environment.ensure(apt.TEST_NEEDS)
    with lock(STATE, "databases.lock"):
        all_sides = sides.prepare(env, args.against)
    about = machine.describe(env)
    say()
    for name, text in about.items():
        say(f"  {name}: {text}")
    start, verdicts = time.monotonic(), {}
    try:
        for name in args.name or known:
            verdicts[name] = _scenario(env, known[name], all_sides, args, about)
    finally:
        for side in all_sides:
            databases.drop(env.server, side.database)
    failed = [name for name, passed in verdicts.items() if not passed]
    say(f"\n{len(verdicts)} scenarios in {time.monotonic() - start:.0f} s, load {machine.load()}")
    say(f"all runs: {sides.FOLDER}")
    say(f"over a bar: {', '.join(failed)}" if failed else "all within their bars")
    return 1 if failed else 0


def _scenario(env, path, all_sides, args, about):
    """Measure one scenario on its sides; whether ours is within the bars."""
    text, bars, floors = description(path)
    mine = all_sides if floors is None else all_sides[1:]
    with step(f"{path.stem}: {args.rounds} rounds"):
        usable, runs = _measure(env, path, mine, floors is None, args)
    say(f"\n{path.stem}: {text}")
    names = [side.name for side in usable]
    if floors is None:
        result = report.tell_turns(names, runs, bars)
    else:
        result = report.tell_figures(names, runs, bars, floors)
    (sides.FOLDER / f"{path.stem}.json").write_text(
        json.dumps({"scenario": text, "machine": about, "result": result, "runs": runs}, indent=1)
    )
    return all(values["passed"] for values in result[sides.OURS].values())


def _measure(env, path, mine, paired, args):
    """``(sides, runs)``; a side of another commit that cannot run the scenario is left out."""
    try:
        if paired:
            runs = []
            for _ in range(args.rounds):
                runs += workers.in_turns(env, HARNESS, path, mine, args.repeat)
            return mine, runs
        return mine, [
            {side.name: workers.alone(env, HARNESS, path, side) for side in mine}
            for _ in range(args.rounds)
        ]
    except Failure as failure:
        others = [side for side in mine if side.name in (sides.STOCK, sides.OURS)]
        former = [side.name for side in mine if side not in others]
        if not any(f"the side {name}:" in failure.message for name in former):
            raise
        say(f"  {failure.message}")
        return _measure(env, path, others, paired, args)
