"""A small limiter for public routes.

It lives in the memory of one worker: with N workers an address may get N times the limit,
which is enough against guessing and floods. A reverse proxy may add a common one.
"""

import threading
import time

MAX_KEYS = 10000
# Calls and seconds: all clients of an operator behind one address.
ADDRESS_LIMIT = (6000, 60)

_lock = threading.Lock()
_windows = {}  # (scope, key): [start of the window, calls in it, calls in the one before]


def allow(scope, key, limit, seconds):
    """Count one call and tell whether it is within the limit.

    Sliding window by two counters: the calls of the previous window weigh as much as it
    still overlaps, so memory stays constant however many calls come.

    :param str scope: the route
    :param str key: who calls, e.g. the remote address
    :param int limit: calls allowed
    :param float seconds: length of the window
    :rtype: bool
    """
    now = time.monotonic()
    with _lock:
        if len(_windows) >= MAX_KEYS:
            _forget(now)
        window = _windows.setdefault((scope, key), [now, 0, 0, seconds])
        elapsed = now - window[0]
        if elapsed >= seconds:
            window[2] = window[1] if elapsed < 2 * seconds else 0
            window[1] = 0
            window[0] = now - elapsed % seconds
            elapsed = now - window[0]
        if window[1] + window[2] * (1 - elapsed / seconds) >= limit:
            return False
        window[1] += 1
        return True


def allow_address(scope, address):
    """Count one call of an address to a page with a link. A mobile operator's clients share one,
    so that only a flood is refused.

    :param str scope: the route
    :param str address: the remote address
    :rtype: bool
    """
    return allow(f"{scope}.address", address, *ADDRESS_LIMIT)


def allow_link(scope, address, link, limit):
    """Count one call with a link: the links that open something each for itself, the others, which
    may be guesses, for the address they come from. Who guesses does not disturb his neighbours.

    :param str scope: the route
    :param str address: the remote address
    :param str link: a link that opens something; empty for any other
    :param tuple limit: calls and seconds
    :rtype: bool
    """
    if link:
        return allow(f"{scope}.link", link, *limit)
    return allow(f"{scope}.wrong", address, *limit)


def reset():
    """Forget all calls (tests)."""
    with _lock:
        _windows.clear()


def _forget(now):
    """Drop what is out of date; when everything is recent, drop the oldest half."""
    for name, window in list(_windows.items()):
        if now - window[0] >= 2 * window[3]:
            del _windows[name]
    if len(_windows) >= MAX_KEYS:
        by_age = sorted(_windows, key=lambda name: _windows[name][0])
        for name in by_age[: MAX_KEYS // 2]:
            del _windows[name]
