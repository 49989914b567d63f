"""What ./bti bench reads from its scenarios and how it judges."""

import pytest

from devtools import bench


def test_every_scenario_has_bars_of_one_kind():
    for name, path in bench.scenarios().items():
        text, bars, absolute = bench.description(path)
        assert text, name
        assert bool(bars) != bool(absolute), name


@pytest.mark.parametrize(("seconds", "memory", "passed"), [
    ([50, 59], [10, 20], True),
    ([50, 61], [10, 20], False),
    ([50, 59], [10, 65], False),
])  # fmt: skip
def test_worst_run_is_judged_where_nothing_can_be_compared(seconds, memory, passed):
    runs = [
        {"seconds": duration, "memory": size}
        for duration, size in zip(seconds, memory, strict=True)
    ]
    result = bench.measure_absolute(runs, {"seconds": 60, "memory": 64})
    assert all(values["passed"] for values in result.values()) is passed
