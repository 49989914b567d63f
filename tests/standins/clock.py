"""The time of a stand-in: it runs along with the machine's until a test sets or moves it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Naive UTC. ``now`` can be set: then it stands still until it is set or moved again."""

    def __init__(self):
        self._ahead = timedelta()
        self._still = None

    @property
    def now(self):
        """:rtype: datetime"""
        return self._still or datetime.now(UTC).replace(tzinfo=None) + self._ahead

    @now.setter
    def now(self, moment):
        self._still = moment

    def advance(self, **steps):
        """Move on: ``advance(hours=25)``. A clock that runs goes on running."""
        step = timedelta(**steps)
        if self._still:
            self._still += step
        else:
            self._ahead += step


def seconds(moment):
    """:return: whole seconds since 1970 of a naive UTC time"""
    return int(moment.replace(tzinfo=UTC).timestamp())


def milliseconds(moment):
    """:return: whole milliseconds since 1970 of a naive UTC time"""
    return seconds(moment) * 1000 + moment.microsecond // 1000


def iso(moment):
    """:return: as the Graph writes times, ``2026-11-23T06:13:18+0000``"""
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def from_seconds(value):
    """:return: naive UTC time of seconds since 1970"""
    return datetime.fromtimestamp(int(value), UTC).replace(tzinfo=None)
