import logging

from odoo.tests import BaseCase

from ...gateways import http
from ...gateways.base import TransientError, UnknownOutcome
from ..raw_server import RawServer

ACCEPTED = "0: Accepted for delivery"
SECRET = "s3cret"


def written(text, head=""):
    """An answer that leaves the connection open."""
    return f"HTTP/1.1 202 OK\r\n{head}Content-Length: {len(text)}\r\n\r\n{text}".encode()


def chunked(text):
    return (
        f"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n{len(text):x}\r\n{text}\r\n0\r\n\r\n"
    ).encode()


class OneConnection:
    """Answers the requests of a connection one after the other, then closes it. ``connections``
    holds how many each had."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.connections = []

    def __call__(self, server, connection):
        self.connections.append(0)
        while self.answers:
            self.connections[-1] += 1
            if (answer := self.answers.pop(0)) is None:
                return
            server.put(connection, answer)
            if not self.answers:
                return
            request = connection.recv(64 * 1024)
            if not request:
                return
            server.requests.append(request)


class TestDirect(BaseCase):
    """Calls to a gateway on plain HTTP share a connection, and none hears another's answer."""

    def call(self, server, text, session, **options):
        return http.call(
            "GET", f"{server.url}/cgi-bin/sendsms?smsc=1", params={"text": text, "pw": SECRET},
            secrets=(SECRET,), session=session, **options,
        )  # fmt: skip

    def test_calls_share_a_connection(self):
        answers = OneConnection(written("0: a"), chunked("0: b"), written("0: c"))
        session = http.Session()
        with RawServer(answers) as server:
            heard = [self.call(server, text, session).text for text in ("ä&", "سلام", "c")]
        self.assertEqual(heard, ["0: a", "0: b", "0: c"])
        self.assertEqual(answers.connections, [3])
        self.assertIn(b"GET /cgi-bin/sendsms?smsc=1&text=%C3%A4%26&pw=s3cret ", server.requests[0])

    def test_a_closed_connection_is_made_again(self):
        answers = OneConnection(written(ACCEPTED, head="Connection: close\r\n"))
        session = http.Session()
        with RawServer(answers) as server:
            self.call(server, "1", session)
            answers.answers = [written(ACCEPTED)]
            self.call(server, "2", session)
            answers.answers = [written(ACCEPTED)]
            self.call(server, "3", session)
        self.assertEqual(answers.connections, [1, 1, 1])

    def test_what_was_cut_off_is_not_the_next_answer(self):
        answers = OneConnection(written("0: " + "long " * 20_000), written("0: next"))
        session = http.Session()
        with RawServer(answers) as server:
            self.assertEqual(len(self.call(server, "1", session, max_answer=50).text), 50)
            self.assertEqual(self.call(server, "2", session).text, "0: next")
        self.assertEqual(len(answers.connections), 2)

    def test_silence_after_the_request_is_an_unknown_outcome(self):
        cases = {
            "closed": OneConnection(None),
            "nonsense": OneConnection(b"220 smtp ready\r\n\r\n"),
            "half an answer": OneConnection(written(ACCEPTED)[:-3]),
            "nothing": lambda _server, connection: connection.recv(1),
        }
        for name, answer in cases.items():
            with self.subTest(name), RawServer(answer) as server:
                with self.assertRaises(UnknownOutcome) as caught:
                    self.call(server, "1", http.Session(), timeout=0.2)
                self.assertNotIn(SECRET, caught.exception.detail)

    def test_nobody_there_is_transient(self):
        with RawServer(OneConnection()) as server:
            pass
        with self.assertRaises(TransientError):
            self.call(server, "1", http.Session())

    def test_odd_headers_bring_no_secret_into_the_log(self):
        odd = b"HTTP/1.1 202 OK\r\nno header at all\r\nContent-Length: 4\r\n\r\n0: a"
        with (
            self.assertLogs("urllib3", logging.DEBUG) as logs,
            RawServer(OneConnection(odd)) as server,
        ):
            self.call(server, "1", http.Session(), timeout=0.2)
        self.assertIn(f"sendsms?{http.MASK}", "".join(logs.output))
        self.assertNotIn(SECRET, "".join(logs.output))
