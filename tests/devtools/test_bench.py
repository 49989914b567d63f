"""What ./bti bench reads from its scenarios and how it judges."""

import pytest

from devtools import bench
from devtools.bench.judge import compare, judge, spread


def test_every_scenario_says_what_it_measures_and_its_limits():
    for name, path in bench.scenarios().items():
        text, bars, floors = bench.description(path)
        assert text, name
        assert bars or floors, name


def test_spread_is_median_and_quartiles():
    assert spread([3, 1, 2, 5, 4]) == (3, 2, 4)
    assert spread([7]) == (7, 7, 7)


def test_a_machine_that_slows_down_changes_no_ratio():
    pace = [1, 1, 5, 9, 1]
    turns = [{"stock": {"seconds": s}, "ours": {"seconds": 1.04 * s}} for s in pace]
    values = compare(turns, "ours", "stock", {"seconds": 1.05})["seconds"]
    assert values["ratio"] == pytest.approx(1.04)
    assert values["high"] - values["low"] == pytest.approx(0)
    assert values["passed"]
    assert not compare(turns, "ours", "stock", {"seconds": 1.03})["seconds"]["passed"]


def test_growth_is_of_one_side_and_unknown_figures_are_left_out():
    turns = [{side: {"growth": g, "processor": None} for side, g in (("stock", 2), ("ours", 1.2))}]
    result = compare(turns, "ours", "stock", {"growth": 1.25})
    assert list(result) == ["growth"]
    assert result["growth"]["ratio"] == 1.2
    assert result["growth"]["passed"]


@pytest.mark.parametrize(
    ("seconds", "shares", "passed"),
    [
        ([50, 59, 70], [[0.9, 0.96], [0.97, 0.99], [0.94, 0.96]], True),
        ([50, 61, 70], [[0.9, 0.96], [0.97, 0.99], [0.94, 0.96]], False),
        ([50, 59, 70], [[0.9, 0.91], [0.97, 0.99], [0.90, 0.92]], False),
    ],
)
def test_the_median_of_all_rounds_and_pairs_is_judged(seconds, shares, passed):
    runs = [{"seconds": s, "share": p} for s, p in zip(seconds, shares, strict=True)]
    result = judge(runs, {"seconds": 60}, {"share": 0.95})
    assert all(values["passed"] for values in result.values()) is passed
