"""What all stand-ins are: a small server with a clock, a script of troubles and a memory."""

import json
import re
import threading

from pytest_httpserver import HTTPServer
from werkzeug import Response

from .clock import Clock
from .faults import Faults

KEPT = 200  # requests of the log: a stand-in may run for days beside the demo
LOOPBACK = "127.0.0.1"


def json_response(values, status=200, headers=None):
    """:return: an answer as the networks give them"""
    return Response(
        json.dumps(values), status, headers or {}, content_type="application/json; charset=UTF-8"
    )


class StandIn(HTTPServer):
    """A network on this machine, threaded, outside pytest too: ``with StandIn() as it: ...``.

    :ivar list sent: what was accepted, oldest first; tests look here
    :ivar Mailbox mailbox: what it tells to the office; set by the network
    """

    def __init__(self, host=LOOPBACK, port=0):
        """:param int port: 0: any free one"""
        super().__init__(host, port, threaded=True)
        self.clock = Clock()
        self.faults = Faults()
        self.lock = threading.RLock()
        self.sent = []
        self.mailbox = None
        self.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    @property
    def url(self):
        """Its address, without a slash at the end."""
        return self.url_for("").rstrip("/")

    @property
    def now(self):
        """Its time, naive UTC; may be set."""
        return self.clock.now

    @now.setter
    def now(self, moment):
        self.clock.now = moment

    def advance(self, **steps):
        """Move its time on: ``advance(hours=25)``."""
        self.clock.advance(**steps)

    # --- requests ---------------------------------------------------------------------------------
    def thread_target(self):
        """Serve; look often whether to end: a test has hundreds of them."""
        self.server.serve_forever(poll_interval=0.01)

    def application(self, request):
        """Serve one request; the log keeps the last ones."""
        response = super().application(request)
        del self.log[:-KEPT]
        return response

    def respond(self, request):
        """:return: the network's answer to a request; no trouble is scripted here"""
        raise NotImplementedError

    def error(self, code, **options):
        """:return: the network's answer that tells an error of its tables"""
        raise NotImplementedError

    def _answer(self, request):
        fault = self.faults.take(request)
        if fault and not fault.after_accepting:
            return fault.play(request, None) or Response("", 503)
        with self.lock:
            response = self.respond(request)
        return fault.play(request, response) if fault else response

    # --- troubles ---------------------------------------------------------------------------------
    def fail_next(self, code, *, times=1, after_accepting=False, on="", **options):
        """The next requests get an error of the network's tables.

        :param after_accepting: they are worked on all the same: the answer lies
        :param str on: regular expression of "METHOD /path" of those that are meant
        :param options: what the network's ``error`` takes, e.g. ``subcode``
        """
        self.error(code, **options)  # a code that the network does not know is told here
        self.faults.add(
            lambda request, response: self.error(code, **options), times, after_accepting, on
        )

    def answer_next(self, status, body="", headers=None, times=1, after_accepting=False, on=""):
        """The next requests get this answer, whatever it is."""

        def play(request, response):
            return Response(body, status, headers)

        self.faults.add(play, times, after_accepting, on)

    def hang_next(self, times=1, after_accepting=True, on=""):
        """The next requests get no answer before ``faults.clear()`` or ``stop()``."""
        self.faults.add(self.faults.hang(), times, after_accepting, on)

    def slow_next(self, seconds, times=1, on=""):
        """The next requests are answered well, but late."""
        self.faults.add(self.faults.hang(seconds), times, True, on)

    def close_next(self, times=1, after_accepting=True, on=""):
        """The connection of the next requests ends without an answer."""
        self.faults.add(self.faults.close, times, after_accepting, on)

    # --- what it tells to the office --------------------------------------------------------------
    def deliver(self, **options):
        """Hand over what has happened, see :meth:`.webhook.Mailbox.deliver`."""
        return self.mailbox.deliver(**options)

    def auto(self):
        """From now on a thread delivers by itself, as for ``./bti run``."""
        self.mailbox.start()

    def stop(self):
        """End it with all that it started."""
        self.faults.clear()
        if self.mailbox:
            self.mailbox.stop()
        super().stop()
