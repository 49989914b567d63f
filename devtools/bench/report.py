"""What a person reads of a scenario."""

from ..console import say
from .judge import compare, judge
from .sides import OURS, STOCK

# In the order in which they are told; what a figure is made of is set in.
MEASURES = {
    "queries": "queries",
    "seconds": "seconds",
    "seconds in SQL": "  in SQL",
    "seconds in Python": "  in Python",
    "processor": "processor",
    "processor of Odoo": "  of Odoo",
    "processor of PostgreSQL": "  of PostgreSQL",
    "growth": "growth",
}


def tell_turns(names, turns, bars):
    """Print a scenario that was run in turns with stock Odoo.

    :param list names: of the sides, stock Odoo first, ours last
    :return: what :func:`judge.compare` says of each side but stock Odoo
    """
    result = {name: compare(turns, name, STOCK, bars if name == OURS else {}) for name in names[1:]}
    former = names[1:-1]
    beside = {name: compare(turns, OURS, name, {}) for name in former}
    say(f"  {f'median of {len(turns)}':<18}" + "".join(f"{name:>11}" for name in names)
        + f"{'ratio':>8}{'quartiles':>13}{'bar':>7}"
        + "".join(f"{f'to {name}':>15}" for name in former))  # fmt: skip
    for measure, title in MEASURES.items():
        ours = result[OURS].get(measure)
        if not ours:
            continue
        values = [ours["base"], *(result[name][measure]["side"] for name in names[1:])]
        form = "11.0f" if measure == "queries" else "11.3f"
        line = f"  {title:<18}" + "".join(f"{value:{form}}" for value in values)
        line += f"{ours['ratio']:>8.2f}{ours['low']:>7.2f}-{ours['high']:.2f} "
        line += f"{ours['bar']:>7.2f}" if ours["bar"] else f"{'-':>7}"
        line += "".join(f"{beside[name][measure]['ratio']:>15.2f}" for name in former)
        say(f"{line}  {_verdict(ours)}".rstrip())
    return result


def tell_figures(names, runs, bars, floors):
    """Print a scenario that brings its bare engine.

    :param list names: of the sides, ours last
    :param list runs: by side the figures of a round
    :return: what :func:`judge.judge` says of each side
    """
    result = {name: judge([run[name] for run in runs], bars, floors) for name in names}
    say(f"  {f'median of {len(runs)} rounds':<36}" + "".join(f"{name:>11}" for name in names)
        + f"{'quartiles':>19}")  # fmt: skip
    for figure, ours in result[OURS].items():
        line = f"  {figure:<36}"
        line += "".join(f"{result[name][figure]['median']:>11.2f}" for name in names)
        line += f"{ours['low']:>10.2f} -{ours['high']:>8.2f}"
        limit = ""
        if ours["bar"] is not None:
            limit = f"<= {ours['bar']:g}"
        elif ours["floor"] is not None:
            limit = f">= {ours['floor']:g}"
        say(f"{line}  {limit:<8}{_verdict(ours)}".rstrip())
    return result


def _verdict(values):
    if values.get("bar") is None and values.get("floor") is None:
        return ""
    return "PASS" if values["passed"] else "FAIL"
