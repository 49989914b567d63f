"""What ./bti bench reads from its scenarios and how it judges."""

import pytest

from devtools import bench


def test_every_scenario_says_what_it_measures_and_its_limits():
    for name, path in bench.scenarios().items():
        text, bars, floors = bench.description(path)
        assert text, name
        assert bars or floors, name


@pytest.mark.parametrize(
    ("seconds", "pace", "passed"),
    [
        ([50, 59, 70], [200, 210, 250], True),
        ([50, 61, 70], [200, 210, 250], False),
        ([50, 59, 70], [150, 190, 250], False),
    ],
)
def test_the_median_is_judged_where_nothing_can_be_compared(seconds, pace, passed):
    runs = [{"seconds": s, "pace": p} for s, p in zip(seconds, pace, strict=True)]
    result = bench.judge(runs, {"seconds": 60}, {"pace": 200})
    assert all(values["passed"] for values in result.values()) is passed
