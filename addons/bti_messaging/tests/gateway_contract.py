import logging
import os
import socket
import time
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests.common import HOST, _super_send

from ..gateways import http
from ..gateways.base import (
    ChannelProblem,
    ConfigurationError,
    Event,
    EventKind,
    FailureReason,
    Gateway,
    GatewayError,
    InboundRequest,
    InvalidSignature,
    OutgoingMessage,
    PermanentError,
    SendResult,
    TransientError,
    UnknownOutcome,
)
from ..gateways.content import Address, AddressKind, Content
from .raw_server import (
    EncryptedServer,
    RawServer,
    break_encryption,
    flood,
    hang_up,
    page,
    silence,
    trickle,
)

STATES = {"sent", "delivered", "read", "failed"}


class GatewayContract:
    """What every gateway promises; inherited by the test case of each one.

    ``make_gateway(**config)`` gives a usable gateway; ``good_request(gateway)`` an inbound
    request that it accepts, or None if nothing ever comes in.

    :cvar str number: name of a person on the network, of ``address_kind`` within ``address_scope``
    :cvar list refused: (name of nobody, why it is refused)
    :cvar str signing_config: the configuration value by which inbound requests are proven
    """

    number = ""
    address_kind = None
    address_scope = ""
    refused = [("", FailureReason.NUMBER_MISSING)]
    signing_config = "app_secret"

    def make_gateway(self, **config):
        raise NotImplementedError

    def good_request(self, gateway):
        return None

    def _message(self, **vals):
        """:param vals: values of an ``OutgoingMessage``; ``number`` and ``body`` for short"""
        number, body = vals.pop("number", self.number), vals.pop("body", "Bonjour")
        return OutgoingMessage(
            **{
                "ref": "0123456789abcdef",
                "address": Address(self.address_kind, number, self.address_scope),
                "content": Content(text=body),
                **vals,
            }
        )

    def test_is_a_gateway_that_says_what_it_carries(self):
        gateway = self.make_gateway()
        self.assertIsInstance(gateway, Gateway)
        self.assertTrue(gateway.kind)
        self.assertFalse(gateway.missing_config())

    def test_names_each_missing_configuration_value(self):
        for name in type(self.make_gateway()).required_config:
            with self.subTest(name):
                self.assertEqual(self.make_gateway(**{name: ""}).missing_config(), [name])

    def test_accepts_a_good_message(self):
        gateway = self.make_gateway()
        gateway.check(self._message())
        self.assertIsInstance(gateway.send(self._message()), SendResult)

    def test_refuses_what_can_never_be_sent(self):
        for number, reason in self.refused:
            with self.subTest(number), self.assertRaises(PermanentError) as caught:
                self.make_gateway().check(self._message(number=number))
            self.assertEqual(caught.exception.reason, reason)

    def test_hides_its_secrets(self):
        gateway = self.make_gateway(access_token="t0p-secret", app_secret="hush-hush")
        self.assertNotIn("t0p-secret", repr(gateway.config))
        self.assertNotIn("hush-hush", repr(gateway.config))

    def test_refuses_an_inbound_request_without_proof(self):
        with self.assertRaises(InvalidSignature):
            self.make_gateway().verify(InboundRequest("POST", body=b"{}"))

    def test_refuses_everything_without_a_secret(self):
        request = self.good_request(self.make_gateway())
        if request:
            with self.assertRaises(InvalidSignature):
                self.make_gateway(**{self.signing_config: ""}).verify(request)

    def test_turns_a_good_request_into_events_with_stable_keys(self):
        gateway = self.make_gateway()
        request = self.good_request(gateway)
        if request:
            gateway.verify(request)
            events = gateway.parse(request)
            self.assertTrue(events)
            for event in events:
                self.assertIsInstance(event, Event)
                self.assertTrue(event.key)
                if event.kind is EventKind.STATUS:
                    self.assertIn(event.status, STATES)
            self.assertEqual(
                [event.key for event in gateway.parse(request)], [event.key for event in events]
            )

    def test_accepts_a_repetition_if_it_says_so(self):
        gateway = self.make_gateway()
        if gateway.idempotent:
            first = gateway.send(self._message())
            self.assertEqual(gateway.send(self._message()), first)


class SmsContract:
    """What a gateway of SMS promises besides; before the contract it inherits."""

    number = "+213550123456"
    address_kind = AddressKind.PHONE
    refused = [
        ("", FailureReason.NUMBER_MISSING),
        ("BTIPROMO", FailureReason.NUMBER_INVALID),
        ("0550123456", FailureReason.NUMBER_INVALID),
        ("+21321234567", FailureReason.NOT_MOBILE),
    ]

    def test_warns_about_a_number_that_is_only_possible(self):
        with self.assertLogs("odoo.addons.bti_messaging.gateways.sms.sms", "WARNING") as logs:
            self.make_gateway().check(self._message(number="+213580123456"))
        self.assertNotIn("+213580123456", logs.output[0])


class HttpGatewayContract(GatewayContract):
    """What every gateway promises that calls a provider over HTTP at its ``base_url``."""

    secret = "t0p-secret/pass"

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Odoo's tests give every request ten seconds at least; here silence is the subject."""
        if urlsplit(request.url).hostname == HOST:
            return _super_send(session, request, **kwargs)
        return super()._request_handler(session, request, **kwargs)

    @contextmanager
    def _provider(self, answer, encrypted=False):
        """A gateway whose provider answers so.

        :return: (gateway, server)
        """
        with EncryptedServer(answer) if encrypted else RawServer(answer) as server:
            with patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": server.certificate}):
                yield self.make_gateway(base_url=server.url, access_token=self.secret), server

    def test_a_page_is_no_success(self):
        html = "<!DOCTYPE html><html><body>Welcome to nginx</body></html>"
        for status in ("200 OK", "202 Accepted"):
            with self.subTest(status), self._provider(page(status, html)) as (gateway, _server):
                with self.assertRaises(ConfigurationError):
                    gateway.send(self._message())

    def test_an_empty_or_odd_acceptance_is_not_taken_for_a_success(self):
        for body in ("", "\0", "OK", "[]", "null", b"\xff\xfe"):
            with (
                self.subTest(body),
                self._provider(page("202 Accepted", body)) as (gateway, _server),
                self.assertRaises(UnknownOutcome),
            ):
                gateway.send(self._message())

    def test_no_redirection_is_followed(self):
        with RawServer(page("202 Accepted", "0: Accepted for delivery")) as other:
            for status in ("301 Moved", "302 Found", "307 Temporary", "308 Permanent"):
                answer = page(status, "", f"Location: {other.url}/cgi-bin/sendsms\r\n")
                with (
                    self.subTest(status),
                    self._provider(answer) as (gateway, server),
                    self.assertRaises(ConfigurationError),
                ):
                    gateway.send(self._message())
                self.assertEqual(len(server.requests), 1)
            self.assertFalse(other.requests)

    def test_a_flood_is_not_read_to_its_end(self):
        with self._provider(flood) as (gateway, server):
            with self.assertRaises(UnknownOutcome) as caught:
                gateway.send(self._message())
        self.assertLess(server.written, 50_000_000)
        self.assertLess(len(caught.exception.detail), 1000)

    def test_no_answer_in_time_is_an_unknown_outcome(self):
        for answer in (silence, trickle):
            with (
                self.subTest(answer.__name__),
                self._provider(answer) as (gateway, server),
                patch.object(http, "TIMEOUT", 0.5),
            ):
                begin = time.monotonic()
                with self.assertRaises(UnknownOutcome):
                    gateway.send(self._message())
                self.assertLess(time.monotonic() - begin, 8)  # the provider takes 10 s
                self.assertEqual(len(server.requests), 1, "never asked twice by itself")

    def test_an_answer_broken_off_is_an_unknown_outcome(self):
        for begin in (b"", b"HTTP/1.1", b"HTTP/1.1 202 Accepted\r\nContent-Length: 900\r\n\r\n0"):

            def answer(server, connection, begin=begin):
                server.put(connection, begin)

            with self.subTest(begin), self._provider(answer) as (gateway, _server):
                with self.assertRaises(UnknownOutcome):
                    gateway.send(self._message())

    def test_a_proxy_that_lost_the_provider_leaves_the_outcome_unknown(self):
        """Only 429 and 503 say that nothing was taken; the channel waits in both cases."""
        for status in ("500 Oops", "502 Bad Gateway", "504 Gateway Timeout", "524 Timeout"):
            for body in ("", "<html><h1>nginx</h1></html>"):
                with (
                    self.subTest(status, body=body),
                    self._provider(page(status, body)) as (gateway, server),
                    self.assertRaises(UnknownOutcome) as caught,
                ):
                    gateway.send(self._message())
                self.assertEqual(caught.exception.problem, ChannelProblem.UNREACHABLE)
                self.assertEqual(len(server.requests), 1)
        for status in ("429 Slow Down", "503 Unavailable"):
            with (
                self.subTest(status),
                self._provider(page(status, "")) as (gateway, _server),
                self.assertRaises(TransientError) as caught,
            ):
                gateway.send(self._message())
            self.assertEqual(caught.exception.problem, ChannelProblem.BUSY)

    def test_a_connection_broken_after_the_request_is_an_unknown_outcome(self):
        for encrypted, answer in (
            (True, break_encryption),
            (True, hang_up),
            (False, hang_up),
        ):
            with (
                self.subTest(answer.__name__, encrypted=encrypted),
                self._provider(answer, encrypted=encrypted) as (gateway, server),
            ):
                with self.assertRaises(UnknownOutcome):
                    gateway.send(self._message())
                self.assertEqual(len(server.requests), 1)
                self.assertIn(b"HTTP/1.1", server.requests[0])

    def test_a_proxy_that_hangs_up_after_the_request_leaves_the_outcome_unknown(self):
        with RawServer(hang_up) as proxy, patch.dict(os.environ, {"http_proxy": proxy.url}):
            with self.assertRaises(UnknownOutcome):
                self.make_gateway(base_url="http://127.0.0.1:9").send(self._message())
            self.assertEqual(len(proxy.requests), 1)

    def test_no_encryption_is_transient_for_the_whole_channel(self):
        """The request is not written before both sides understand each other."""
        with RawServer(page("200 OK", "")) as plain:
            strangers = [plain.url.replace("http:", "https:")]
            with EncryptedServer(page("200 OK", "")) as untrusted:
                strangers.append(untrusted.url)
                for base_url in strangers:
                    with (
                        self.subTest(base_url),
                        self.assertRaises(TransientError) as caught,
                    ):
                        self.make_gateway(base_url=base_url).send(self._message())
                    self.assertEqual(caught.exception.problem, ChannelProblem.UNREACHABLE)
                self.assertFalse(untrusted.requests)

    def test_a_proxy_that_does_not_reach_the_provider_is_transient(self):
        for answer in (page("502 Bad Gateway", ""), hang_up):
            with (
                self.subTest(answer.__name__),
                RawServer(answer) as proxy,
                patch.dict(os.environ, {"https_proxy": proxy.url}),
                self.assertRaises(TransientError) as caught,
            ):
                self.make_gateway(base_url="https://127.0.0.1:9").send(self._message())
            self.assertEqual(caught.exception.problem, ChannelProblem.UNREACHABLE)

    def test_nobody_listening_is_transient_for_the_whole_channel(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with self.assertRaises(TransientError) as caught:
            self.make_gateway(base_url=f"http://127.0.0.1:{port}").send(self._message())
        self.assertEqual(caught.exception.problem, ChannelProblem.UNREACHABLE)

    def test_an_address_that_is_none_is_a_configuration_error(self):
        for base_url in ("localhost", "ftp://127.0.0.1", "http://", "//127.0.0.1:80", "x y"):
            with self.subTest(base_url), self.assertRaises(ConfigurationError):
                self.make_gateway(base_url=base_url).send(self._message())

    def test_no_secret_number_or_text_in_errors_and_logs(self):
        """Whatever the provider does, be it to repeat all that it was told."""
        body = "Code 4711 de Mme Belkacem"
        message = self._message(body=body)
        bare = self.number.removeprefix("+")

        def echo(server, connection):
            words = f"{self.secret} {self.number} {bare} {body}"
            answer = f"HTTP/1.1 400 Bad\r\nX-Echo: {self.secret}\r\n\r\n{words}"
            server.put(connection, answer.encode())

        def rubbish(server, connection):
            server.put(connection, f"{self.secret} {body}\r\n\r\n".encode())

        records = []
        handler = logging.Handler(logging.DEBUG)
        handler.emit = lambda record: records.append(
            handler.format(record)  # with the traceback, if any
        )
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        self.addCleanup(root.removeHandler, handler)
        self.addCleanup(root.setLevel, level)
        moved = page("302 Found", "", f"Location: /?password={self.secret}\r\n")
        for answer in (echo, rubbish, silence, moved, page("500 Oops", self.secret)):
            with self._provider(answer) as (gateway, _server), patch.object(http, "TIMEOUT", 0.3):
                with self.assertRaises(GatewayError) as caught:
                    gateway.send(message)
            error = caught.exception
            self.assertIsNone(error.__cause__)
            records.append(f"{error!r} {error} {error.detail}")
        root.setLevel(level)
        text = "\n".join(records)
        self.assertTrue(text)
        for private in (self.secret, bare, "4711", "Belkacem"):
            for form in (private, http.quote_plus(private), http.quote(private, safe="")):
                self.assertNotIn(form, text)
