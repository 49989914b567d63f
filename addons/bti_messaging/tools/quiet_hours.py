"""When nothing may be sent: arithmetic of quiet periods, in a company's local time, no ORM.

All times are naive local datetimes. A period belongs to the day on which it begins: "Friday
21:00 to 08:00" ends on Saturday morning.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Quiet for longer than this is taken for a mistake: nothing would ever be sent.
HORIZON_DAYS = 366
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """One quiet period. ``weekdays`` are those of its beginning (0 is Monday); ``start`` and
    ``end`` are minutes after midnight, an ``end`` not after ``start`` is on the next day (equal:
    24 hours); ``first`` and ``last`` day may be None. ``everything``: transactional messages
    wait too."""

    weekdays: frozenset
    start: int
    end: int
    first: date | None = None
    last: date | None = None
    everything: bool = False

    def starting_on(self, day):
        """:return: (begin, end) of what begins on this day, or None"""
        if (
            day.weekday() not in self.weekdays
            or (self.first and day < self.first)
            or (self.last and day > self.last)
        ):
            return None
        midnight = datetime.combine(day, time.min)
        minutes = self.end - self.start if self.end > self.start else self.end - self.start + 1440
        begin = midnight + timedelta(minutes=self.start)
        return begin, begin + timedelta(minutes=minutes)


def _covering(periods, moment):
    """Yield the end of each interval that contains the moment."""
    for day in (moment.date() - DAY, moment.date()):
        for period in periods:
            found = period.starting_on(day)
            if found and found[0] <= moment < found[1]:
                yield found[1]


def quiet_until(periods, moment):
    """Tell when sending may go on; periods that overlap or touch count as one.

    :param list[Period] periods: what must be respected
    :param datetime moment: local time
    :return: the moment itself when it is not quiet, the end of the quiet time when it is,
        None when no end is found within ``HORIZON_DAYS``
    :rtype: datetime | None
    """
    limit = moment + timedelta(days=HORIZON_DAYS)
    end = moment
    while end <= limit:
        later = max(_covering(periods, end), default=end)
        if later == end:
            return end
        end = later
    return None


def open_since(periods, moment, days=8):
    """Tell since when sending has been possible.

    :param list[Period] periods: what must be respected
    :param datetime moment: local time, not in a quiet period
    :param int days: how far to look back
    :return: the end of the last quiet period, at most ``days`` ago
    :rtype: datetime
    """
    oldest = moment - timedelta(days=days)
    ends = [oldest]
    for back in range(days + 2):
        day = moment.date() - back * DAY
        for period in periods:
            found = period.starting_on(day)
            if found and found[1] <= moment:
                ends.append(found[1])
    return max(ends)


def to_local(moment, zone):
    """:param datetime moment: naive UTC
    :param str zone: name of a time zone
    :return: naive local time
    """
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def to_utc(moment, zone):
    """:param datetime moment: naive local time
    :param str zone: name of a time zone
    :return: naive UTC
    """
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
