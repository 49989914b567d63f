import logging
import socket
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import requests

from odoo.tests import BaseCase

from ...gateways import http
from ...gateways.base import (
    ChannelProblem,
    ConfigurationError,
    CredentialsError,
    EventKind,
    FailureReason,
    InboundRequest,
    InvalidSignature,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from ...gateways.sms.kannel import KannelGateway
from ...gateways.sms.sms import SmsConfig
from ..fake_kannel import FakeKannel
from ..gateway_contract import HttpGatewayContract, SmsContract

PASSWORD = "s3cret/pass word"


class TestKannelGateway(SmsContract, HttpGatewayContract, BaseCase):
    def setUp(self):
        super().setUp()
        self.kannel = FakeKannel()
        self.kannel.__enter__()
        self.addCleanup(self.kannel.__exit__)

    def make_gateway(self, **config):
        return KannelGateway(
            SmsConfig(
                **{
                    "base_url": self.kannel.url,
                    "username": "bti",
                    "access_token": PASSWORD,
                    "app_secret": "signing-secret",
                    "external_id": "3000",
                    "webhook_url": "http://127.0.0.1:8069/bti/webhook/KEY",
                    **config,
                }
            )
        )

    def good_request(self, gateway, kind="1", **params):
        """What Kannel calls back: its escapes replaced in the address that we gave it."""
        gateway.send(self._message())
        query = urlsplit(self.kannel.requests[-1]["dlr-url"]).query
        values = {"%d": kind, "%T": "1795000000", "%F": "A1", "%A": "stat%3ADELIVRD", **params}
        for escape, value in values.items():
            query = query.replace(escape, value)
        return InboundRequest("GET", query=query)

    # === SENDING === #

    def test_sends_text_number_coding_and_report_address(self):
        self.make_gateway().send(self._message(body="Votre commande est livrée : 10 €"))
        request = self.kannel.requests[0]
        self.assertEqual(request["path"], "/cgi-bin/sendsms")
        self.assertEqual(
            {
                name: request[name]
                for name in (
                    "username",
                    "password",
                    "to",
                    "from",
                    "text",
                    "charset",
                    "coding",
                    "dlr-mask",
                )
            },
            {
                "username": "bti",
                "password": PASSWORD,
                "to": self.number,
                "from": "3000",
                "text": "Votre commande est livrée : 10 €",
                "charset": "UTF-8",
                "coding": "0",
                "dlr-mask": "31",
            },
        )
        report = urlsplit(request["dlr-url"])
        self.assertEqual(report.path, "/bti/webhook/KEY")
        query = parse_qs(report.query)
        self.assertEqual(query["ref"], ["0123456789abcdef"])
        self.assertEqual(query["type"], ["%d"])

    def test_chooses_the_coding_by_the_text(self):
        for body, coding in [("Bonjour", "0"), ("prête", "2"), ("طلبكم جاهز", "2"), ("€", "0")]:
            with self.subTest(body):
                self.make_gateway().send(self._message(body=body))
                self.assertEqual(self.kannel.requests[-1]["coding"], coding)
                self.assertEqual(self.kannel.requests[-1]["text"], body)

    def test_speaks_alone_to_a_kannel_on_this_machine(self):
        for url, own in (
            ("http://127.0.0.1:13013", True),
            ("http://localhost:13013/cgi-bin/sendsms", True),
            ("http://[::1]:13013", True),
            (" HTTP://LOCALHOST ", True),
            ("http://192.168.1.9:13013", False),
            ("http://kannel.example.com", False),
            ("http://[broken", False),
            ("", False),
        ):
            with self.subTest(url):
                self.assertEqual(http.is_this_machine(url), own)

    def test_keeps_a_full_address(self):
        self.make_gateway(base_url=self.kannel.url + "/kannel/send").send(self._message())
        self.assertEqual(self.kannel.requests[-1]["path"], "/kannel/send")

    def test_understands_each_answer(self):
        cases = [
            (400, "Missing receiver number, rejected", PermanentError, "number_invalid"),
            (
                400,
                "Number(s) has/have been denied by white- and/or black-lists.",
                PermanentError,
                "number_invalid",
            ),
            (400, "Invalid content-type", PermanentError, "refused"),
            (403, "Authorization failed for sendsms", CredentialsError, "credentials"),
            (401, "who are you", CredentialsError, "credentials"),
            (404, "not here", ConfigurationError, "configuration"),
            (200, "<html>some other server</html>", ConfigurationError, "configuration"),
            (302, "elsewhere", ConfigurationError, "configuration"),
            (202, "<html>some other server</html>", ConfigurationError, "configuration"),
            (202, "OK", UnknownOutcome, None),
            (202, "", UnknownOutcome, None),
            (503, "Temporal failure, try again later.", TransientError, "busy"),
            (429, "slow down", TransientError, "busy"),
            (500, "oops", UnknownOutcome, "unreachable"),
            (502, "<html>Bad Gateway</html>", UnknownOutcome, "unreachable"),
        ]
        for status, text, error_class, meaning in cases:
            with self.subTest(status=status, text=text):
                self.kannel.answers = [(status, text)]
                with self.assertRaises(error_class) as caught:
                    self.make_gateway().send(self._message())
                error = caught.exception
                self.assertIs(type(error), error_class)
                found = getattr(error, "reason", None) or getattr(error, "problem", None)
                self.assertEqual(found and found.value, meaning)
                self.assertIn(str(status), error.detail)

    def test_each_wording_of_an_acceptance_is_a_success(self):
        for text in ("0: Accepted for delivery", "3: Queued for later delivery", "Sent."):
            with self.subTest(text):
                self.kannel.answers = [(202, text)]
                self.assertFalse(self.make_gateway().send(self._message()).simulated)

    def test_unknown_host_name_is_transient_for_the_whole_channel(self):
        unknown = socket.gaierror("Name not known")
        with patch.object(socket, "getaddrinfo", side_effect=unknown):
            with self.assertRaises(TransientError) as caught:
                self.make_gateway().send(self._message())
        self.assertEqual(caught.exception.problem, ChannelProblem.UNREACHABLE)

    def test_connection_closed_after_the_request_is_an_unknown_outcome(self):
        self.kannel.answers = [None]
        with self.assertRaises(UnknownOutcome):
            self.make_gateway().send(self._message())
        self.assertEqual(len(self.kannel.requests), 1)

    def test_without_signing_secret_nothing_is_sent(self):
        with self.assertRaises(ConfigurationError):
            self.make_gateway(app_secret="").send(self._message())
        self.assertFalse(self.kannel.requests)

    def test_password_appears_in_no_error(self):
        quoted = requests.utils.quote(PASSWORD, safe="")
        self.kannel.answers = [(400, f"bad request {PASSWORD} {quoted}"), None]
        for base_url in (self.kannel.url, self.kannel.url, "http://127.0.0.1:9"):
            with self.subTest(base_url):
                try:
                    self.make_gateway(base_url=base_url).send(self._message())
                except (PermanentError, UnknownOutcome, TransientError) as error:
                    self.assertNotIn(PASSWORD, error.detail)
                    self.assertNotIn(quoted, error.detail)
                    self.assertIsNone(error.__cause__)
                else:
                    self.fail("an error was expected")

    def test_password_appears_in_no_log(self):
        logger = logging.getLogger("urllib3.connectionpool")
        with self.assertLogs(logger, logging.DEBUG) as logs:
            # with a body of its own: through a pool
            http.call("GET", self.kannel.url, params={"pw": "plainsecret"}, data={"a": "b"})
        text = "\n".join(logs.output)
        self.assertNotIn("plainsecret", text)
        self.assertIn(f"/?{http.MASK}", text)

    # === DELIVERY REPORTS === #

    def test_rejects_a_report_with_a_wrong_or_missing_signature(self):
        gateway = self.make_gateway()
        good = self.good_request(gateway)
        for query in [
            good.query.replace("ref=0123", "ref=9123"),
            good.query.replace("sig=", "sig=0"),
            good.query.replace("sig=", "no="),
            "type=1",
            "",
            "ref=&sig=",
        ]:
            with self.subTest(query), self.assertRaises(InvalidSignature):
                gateway.verify(InboundRequest("GET", query=query))

    def test_reads_each_kind_of_report(self):
        cases = [
            ("1", "stat%3ADELIVRD", "delivered", None),
            (
                "2",
                "id%3AA1+stat%3AUNDELIV+err%3A001+text%3ABonjour",
                "failed",
                FailureReason.UNDELIVERED,
            ),
            ("2", "stat%3AEXPIRED", "failed", FailureReason.EXPIRED),
            ("2", "stat%3AREJECTD", "failed", FailureReason.REJECTED),
            ("4", "", "sent", None),
            ("8", "ACK%2F", "sent", None),
            (
                "16",
                "NACK%2F0x0000000b%2FInvalid+Destination+Address",
                "failed",
                FailureReason.REJECTED,
            ),
        ]
        for kind, words, status, reason in cases:
            with self.subTest(kind=kind, words=words):
                gateway = self.make_gateway()
                [event] = gateway.parse(self.good_request(gateway, kind, **{"%A": words}))
                self.assertEqual(
                    (event.kind, event.status, event.reason, event.ref),
                    (EventKind.STATUS, status, reason, "0123456789abcdef"),
                )
                self.assertNotIn("Bonjour", str(event))
                self.assertNotIn("sig", event.payload)

    def test_keeps_a_report_that_it_does_not_know(self):
        gateway = self.make_gateway()
        [event] = gateway.parse(self.good_request(gateway, "64"))
        self.assertIs(event.kind, EventKind.UNKNOWN)

    def test_a_report_may_lack_everything_but_its_type(self):
        gateway = self.make_gateway()
        [event] = gateway.parse(InboundRequest("GET", query="ref=abc&type=1&ts=never"))
        self.assertEqual((event.status, event.occurred_at), ("delivered", None))
