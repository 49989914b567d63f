"""What a bench run says: ratios pair by pair, their spread, and whether they keep their bars."""

import statistics

GROWTH = "growth"  # of one side alone: a long order against a short one


def spread(values):
    """``(median, lower quartile, upper quartile)`` of some numbers."""
    if len(values) == 1:
        return (values[0],) * 3
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, low, high


def compare(turns, side, base, bars):
    """One side against another, measured in turns.

    What else the machine does changes from turn to turn and meets both sides of one, so that the
    ratios of the turns are looked at, not the ratio of what is usual on either side.

    :param list turns: ``{side: {measure: value}}``, one entry a pair
    :param str side: the side that is judged
    :param str base: what it is compared with
    :param dict bars: largest ratio by measure
    :return: by measure ``side`` and ``base`` (medians), ``ratio``, ``low``, ``high``, ``bar``,
        ``passed``
    """
    result = {}
    for measure in turns[0][side]:
        pairs = [(turn[side][measure], turn[base][measure]) for turn in turns]
        if any(value is None for pair in pairs for value in pair):
            continue
        ours, other = zip(*pairs, strict=True)
        alone = measure == GROWTH
        ratios = list(ours) if alone else [a / b if b else float("inf") for a, b in pairs]
        ratio, low, high = spread(ratios)
        bar = bars.get(measure)
        result[measure] = {
            "side": statistics.median(ours),
            "base": statistics.median(other),
            "ratio": ratio,
            "low": low,
            "high": high,
            "bar": bar,
            "passed": bar is None or ratio <= bar,
        }
    return result


def judge(runs, bars, floors):
    """Figures of a scenario that has its bare engine in itself, each with its bar or floor.

    :param list runs: ``{figure: a number, or the list of those of some pairs}``, one a round
    :return: by figure ``median``, ``low``, ``high``, ``bar``, ``floor``, ``passed``
    """
    result = {}
    for name in runs[0]:
        values = []
        for run in runs:
            values += run[name] if isinstance(run[name], list) else [run[name]]
        median, low, high = spread(values)
        bar, floor = bars.get(name), floors.get(name)
        passed = (bar is None or median <= bar) and (floor is None or median >= floor)
        result[name] = {
            "median": median, "low": low, "high": high, "bar": bar, "floor": floor,
            "passed": passed,
        }  # fmt: skip
    return result
