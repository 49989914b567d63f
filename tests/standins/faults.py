"""What goes wrong with the next requests: told by tests beforehand, used up in that order."""

import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Fault:
    """One kind of trouble.

    :param play: gets the request and the answer that would have been given (None when the
        request was not worked on), gives the answer of the trouble
    :param int times: how many requests meet it
    :param bool after_accepting: the request is worked on first: only its answer suffers
    :param str on: regular expression of "METHOD /path"; other requests pass
    """

    play: Callable
    times: int = 1
    after_accepting: bool = False
    on: str = ""


class Faults:
    """The script of troubles of one stand-in."""

    def __init__(self):
        self._script = []
        self._lock = threading.Lock()
        self._over = threading.Event()

    def add(self, play, times=1, after_accepting=False, on=""):
        """Let the next requests meet a trouble, see :class:`Fault`."""
        with self._lock:
            self._script.append(Fault(play, times, after_accepting, on))

    def take(self, request):
        """:return: the trouble that this request meets, or None"""
        with self._lock:
            for fault in self._script:
                if re.search(fault.on, f"{request.method} {request.path}"):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._script.remove(fault)
                    return fault
        return None

    @property
    def pending(self):
        """Whether a trouble was told that no request has met."""
        return bool(self._script)

    def clear(self):
        """Forget what has not happened, let go of those who wait."""
        with self._lock:
            self._script.clear()
        self._over.set()
        self._over = threading.Event()

    def hang(self, seconds=None):
        """:return: a trouble: the answer comes after ``seconds``, or when all is over"""

        def play(request, response):
            self._over.wait(seconds)
            return response

        return play

    @staticmethod
    def close(request, response):
        """A trouble: the connection ends without a word of answer."""
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return response
