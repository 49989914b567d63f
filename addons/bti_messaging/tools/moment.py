"""Dates that clocks of others tell: pure functions."""

from datetime import datetime, timedelta

# No message is older; what claims to be was dated by a clock that was never set.
FIRST = datetime(2000, 1, 1)
# Clocks and time zones differ, not by more.
AHEAD = timedelta(days=1)


def plausible(moment, now):
    """:param datetime moment: as told, naive UTC; None when nothing was told
    :param datetime now: naive UTC
    :return: the same, or None when it cannot be true
    :rtype: datetime | None
    """
    return moment if moment and FIRST <= moment <= now + AHEAD else None
