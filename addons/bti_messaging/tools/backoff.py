"""When to try again."""

import random
from datetime import timedelta

# A provider that comes back is found again within five minutes, plus the minute that the
# scheduler needs; a wrong password is not tried more than once an hour.
FIRST_DELAY = 10
MAX_DELAY = 300
CREDENTIALS_DELAY = 3600
JITTER = 0.2


def get_delay(tries, first=FIRST_DELAY, longest=MAX_DELAY):
    """Exponential back-off with jitter.

    :param int tries: failed tries so far, at least 1
    :param int first: seconds after the first failure
    :param int longest: the cap in seconds
    :rtype: timedelta
    """
    seconds = min(first * 2 ** min(max(tries, 1) - 1, 16), longest)
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1))
