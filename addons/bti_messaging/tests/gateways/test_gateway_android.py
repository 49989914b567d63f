import json
import time
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase

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
from ...gateways.sms import android
from ...gateways.sms.android import AndroidGateway
from ...gateways.sms.sms import SmsConfig
from ..fake_android import FakeAndroid
from ..gateway_contract import HttpGatewayContract, SmsContract

FIXTURES = Path(__file__).parents[1] / "fixtures" / "android"
SIGNATURES = json.loads((FIXTURES / "signatures.json").read_text(encoding="utf-8"))
PASSWORD = "phone/pass wörd"


class TestAndroidGateway(SmsContract, HttpGatewayContract, BaseCase):
    def setUp(self):
        super().setUp()
        self.phone = FakeAndroid(password=PASSWORD, key="signing-key")
        self.phone.__enter__()
        self.addCleanup(self.phone.__exit__)

    def make_gateway(self, **config):
        return AndroidGateway(
            SmsConfig(
                **{
                    "base_url": self.phone.url,
                    "username": "sms",
                    "access_token": PASSWORD,
                    "app_secret": "signing-key",
                    "webhook_url": "https://odoo.example.com/bti/webhook/KEY",
                    **config,
                }
            )
        )

    def good_request(self, gateway):
        """An SMS that somebody sent to the phone."""
        return self.phone.callback(
            "sms:received",
            {
                "messageId": "7f3a91c2",
                "message": "Salam",
                "sender": self.number,
                "receivedAt": "2026-11-23T07:01:00.000+01:00",
            },
        )

    # === SENDING === #

    def test_sends_what_the_app_expects(self):
        expected = json.loads((FIXTURES / "android_send.json").read_text(encoding="utf-8"))
        gateway = self.make_gateway(sim_number=1, validity_hours=24)
        result = gateway.send(
            self._message(
                ref="bti-out-95",
                number="+213550000104",
                body="Votre livraison arrive demain à 8 h. BTI",
            )
        )
        self.assertEqual(self.phone.requests[-1], ("POST", "/message", expected["request"]))
        self.assertFalse(result.provider_ref, "our reference is the app's")
        self.assertFalse(result.simulated)

    def test_without_sim_card_and_validity_the_phone_decides(self):
        self.make_gateway().send(self._message())
        body = self.phone.messages["0123456789abcdef"]
        self.assertNotIn("simNumber", body)
        self.assertNotIn("ttl", body)
        self.assertIs(body["withDeliveryReport"], True)

    def test_a_token_goes_as_bearer_when_there_is_no_user_name(self):
        self.make_gateway(username="", access_token=" phone-token\n").send(self._message())
        self.assertTrue(self.phone.messages)

    def test_a_wrong_password_or_token_is_a_matter_for_the_administrator(self):
        for config in (
            {"access_token": "wrong"},
            {"username": "", "access_token": "wrong"},
            {"username": "", "access_token": "كلمة"},
        ):
            with self.subTest(config), self.assertRaises(CredentialsError) as caught:
                self.make_gateway(**config).send(self._message())
            self.assertEqual(caught.exception.problem, ChannelProblem.CREDENTIALS)
        self.assertFalse(self.phone.messages)

    def test_the_same_reference_again_is_accepted_and_sent_once(self):
        gateway = self.make_gateway()
        for _try in range(3):
            gateway.send(self._message())
        self.assertEqual(len(self.phone.messages), 1)

    def test_a_message_whose_answer_was_lost_may_be_repeated(self):
        gateway = self.make_gateway()
        self.phone.answers = [None]
        with self.assertRaises(UnknownOutcome):
            gateway.send(self._message())
        gateway.send(self._message())
        self.assertEqual(len(self.phone.messages), 1)

    def test_an_app_that_gives_its_own_id_is_followed_by_it(self):
        self.phone.answers = [(202, {"id": "NANO1", "state": "Pending"})]
        self.assertEqual(self.make_gateway().send(self._message()).provider_ref, "NANO1")

    def test_understands_each_answer(self):
        cases = [
            (400, {"message": "Invalid phone number"}, PermanentError, "number_invalid"),
            (400, {"message": "Text message is empty"}, PermanentError, "refused"),
            (413, "", PermanentError, "refused"),
            (401, "", CredentialsError, "credentials"),
            (403, "", CredentialsError, "credentials"),
            (404, "", ConfigurationError, "configuration"),
            (405, "", ConfigurationError, "configuration"),
            (429, "", TransientError, "busy"),
            (503, "", TransientError, "busy"),
            (500, {"message": "database is locked"}, UnknownOutcome, "unreachable"),
            (202, {}, UnknownOutcome, None),
            (202, {"id": None}, UnknownOutcome, None),
            (
                202,
                {"id": "x", "state": "Failed", "recipients": [{"error": "Invalid phone number"}]},
                PermanentError,
                "number_invalid",
            ),
        ]
        for status, content, error_class, meaning in cases:
            with self.subTest(status=status, content=content):
                self.phone.answers = [(status, content)]
                with self.assertRaises(error_class) as caught:
                    self.make_gateway().send(self._message())
                error = caught.exception
                self.assertIs(type(error), error_class)
                found = getattr(error, "reason", None) or getattr(error, "problem", None)
                self.assertEqual(found and found.value, meaning)

    def test_keeps_a_path_in_the_address(self):
        for base_url in ("/", "/message", "/message/"):
            with self.subTest(base_url):
                self.make_gateway(base_url=self.phone.url + base_url).send(
                    self._message(ref=f"r{len(base_url)}")
                )
        self.assertEqual({path for _verb, path, _body in self.phone.requests}, {"/message"})

    # === STATE === #

    def test_tells_what_became_of_a_message(self):
        gateway = self.make_gateway()
        gateway.send(self._message(ref="r1"))
        cases = [
            ("Pending", None, "sent", None),
            ("Processed", None, "sent", None),
            ("Sent", None, "sent", None),
            ("Delivered", None, "delivered", None),
            ("Failed", "RESULT_ERROR_GENERIC_FAILURE", "failed", FailureReason.UNDELIVERED),
            ("Failed", "TTL expired", "failed", FailureReason.EXPIRED),
            ("Cancelled", None, "failed", FailureReason.UNDELIVERED),
        ]
        for state, error, status, reason in cases:
            with self.subTest(state=state, error=error):
                self.phone.states["r1"] = (state, error)
                event = gateway.lookup("r1")
                self.assertEqual((event.ref, event.status, event.reason), ("r1", status, reason))
                self.assertEqual(str(event.occurred_at), "2026-11-23 06:01:55")
        self.assertIsNone(gateway.lookup("never-seen"))

    # === WEBHOOKS === #

    def test_registers_each_event_once(self):
        gateway = self.make_gateway()
        for _time in range(2):
            self.assertEqual(set(gateway.register_webhooks().values()), {""})
        self.assertEqual(
            sorted(webhook["event"] for webhook in self.phone.webhooks.values()),
            sorted(android.WEBHOOK_EVENTS),
        )
        for webhook in self.phone.webhooks.values():
            self.assertEqual(webhook["url"], "https://odoo.example.com/bti/webhook/KEY")
            self.assertNotIn("KEY", webhook["id"])
            self.assertLessEqual(len(webhook["id"]), 36)

    def test_two_channels_of_one_phone_do_not_replace_each_other(self):
        for key in ("KEY1", "KEY2"):
            url = f"https://odoo.example.com/bti/webhook/{key}"
            self.make_gateway(webhook_url=url).register_webhooks()
        self.assertEqual(len(self.phone.webhooks), 2 * len(android.WEBHOOK_EVENTS))

    def test_says_what_the_phone_refuses(self):
        result = self.make_gateway(webhook_url="http://odoo.example.com/x").register_webhooks()
        self.assertEqual(set(result), set(android.WEBHOOK_EVENTS))
        self.assertIn("https", result["sms:received"])
        result = self.make_gateway(access_token="wrong").register_webhooks()
        self.assertTrue(all("401" in why for why in result.values()))
        self.phone.answers = [(200, "<html>another server</html>")]
        self.assertTrue(all(self.make_gateway().register_webhooks().values()))

    def test_accepts_the_signatures_of_the_app(self):
        gateway = self.make_gateway(app_secret=SIGNATURES["key"])
        for name, headers in SIGNATURES["headers"].items():
            request = InboundRequest(
                "POST",
                body=(FIXTURES / name).read_bytes(),
                headers={header.lower(): value for header, value in headers.items()},
            )
            with self.subTest(name), patch.object(android.time, "time") as now:
                now.return_value = float(headers["X-Timestamp"]) + 20
                gateway.verify(request)
                now.return_value += 600
                with self.assertRaises(InvalidSignature):
                    gateway.verify(request)

    def test_refuses_old_future_changed_and_unsigned_requests(self):
        gateway = self.make_gateway()
        good = self.good_request(gateway)
        self.assertIsNone(gateway.verify(good))
        now = time.time()
        for request in [
            self.phone.sign(good.body, at=now - 301),
            self.phone.sign(good.body, at=now + 3600),
            InboundRequest("POST", body=good.body + b" ", headers=good.headers),
            InboundRequest("POST", body=good.body, headers={**good.headers, "x-timestamp": "1"}),
            InboundRequest("POST", body=good.body, headers={"x-signature": "é"}),
            InboundRequest("POST", body=good.body),
            InboundRequest("GET", query="ref=x&sig=y"),
        ]:
            with self.subTest(request), self.assertRaises(InvalidSignature):
                gateway.verify(request)

    def test_a_repeated_event_has_the_same_key_though_signed_anew(self):
        gateway = self.make_gateway()
        body = self.good_request(gateway).body
        requests = [self.phone.sign(body, at=time.time() - age) for age in (200, 0)]
        self.assertNotEqual(requests[0].headers, requests[1].headers)
        keys = [event.key for request in requests for event in gateway.parse(request)]
        self.assertEqual(keys, ["FxWh01", "FxWh01"])

    def _parse(self, event, payload, **config):
        [result] = self.make_gateway(**config).parse(self.phone.callback(event, payload))
        return result

    def test_reads_the_events_of_the_app(self):
        cases = [
            ("android_sms_received.json", EventKind.MESSAGE, "FxWh0000000000000001A", ""),
            ("android_sms_delivered.json", EventKind.STATUS, "FxWh0000000000000002B", "delivered"),
            ("android_sms_failed.json", EventKind.STATUS, "FxWh0000000000000003C", "failed"),
        ]
        events = {}
        for name, kind, key, status in cases:
            with self.subTest(name):
                body = (FIXTURES / name).read_bytes()
                [event] = self.make_gateway().parse(InboundRequest("POST", body=body))
                self.assertEqual((event.kind, event.key, event.status), (kind, key, status))
                events[name] = event
        message = events["android_sms_received.json"]
        self.assertEqual(
            (message.sender, message.recipient, message.text, str(message.occurred_at)),
            (
                "+213550000104",
                "+213560000009",
                "Salam, الكمية 4 palettes, appelez moi svp",
                "2026-11-23 06:01:00",
            ),
        )
        self.assertNotIn("Salam", str(message.payload), "the text is kept once")
        self.assertEqual(events["android_sms_delivered.json"].ref, "bti-out-95")
        failed = events["android_sms_failed.json"]
        self.assertEqual(
            (failed.ref, failed.reason, failed.detail),
            ("bti-out-96", FailureReason.UNDELIVERED, "RESULT_ERROR_GENERIC_FAILURE"),
        )

    def test_reads_each_kind_of_report(self):
        cases = [
            ("sms:sent", {"sentAt": "2026-11-23T06:02:10Z", "partsCount": 2}, "sent", None),
            ("sms:cancelled", {}, "failed", FailureReason.UNDELIVERED),
            ("sms:failed", {}, "failed", FailureReason.UNDELIVERED),
            ("sms:failed", {"reason": "TTL expired"}, "failed", FailureReason.EXPIRED),
            (
                "sms:failed",
                {"reason": "Invalid phone number"},
                "failed",
                FailureReason.NUMBER_INVALID,
            ),
            (
                "sms:failed",
                {"reason": "RESULT_INVALID_SMSC_ADDRESS"},
                "failed",
                FailureReason.UNDELIVERED,
            ),
            (
                "sms:failed",
                {"reason": "RESULT_ERROR_LIMIT_EXCEEDED"},
                "failed",
                FailureReason.REFUSED,
            ),
            ("sms:failed", {"reason": "RESULT_NETWORK_REJECT"}, "failed", FailureReason.REJECTED),
            ("sms:failed", {"reason": "RESULT_ERROR_NO_SERVICE"}, "failed", None),
        ]
        for name, payload, status, reason in cases:
            with self.subTest(name=name, payload=payload):
                event = self._parse(name, {"messageId": "r1", **payload})
                self.assertEqual((event.kind, event.ref), (EventKind.STATUS, "r1"))
                self.assertEqual(event.status, status)
                if reason:
                    self.assertEqual(event.reason, reason)

    def test_keeps_what_it_does_not_handle(self):
        for name in (
            "sms:data-received", "mms:received", "mms:downloaded", "system:ping", "app:started",
            "sms:batch:received", "something:new", "", "sms:received", "sms:sent",
        ):  # fmt: skip
            with self.subTest(name):
                event = self._parse(name, {})
                self.assertIs(event.kind, EventKind.UNKNOWN)
                self.assertEqual(event.payload["event"], name)

    def test_a_channel_of_one_sim_card_leaves_the_other_alone(self):
        payload = {"messageId": "1", "message": "x", "sender": self.number}
        for sim_number, own, kind in [
            (1, 0, EventKind.MESSAGE),
            (1, 1, EventKind.MESSAGE),
            (None, 1, EventKind.MESSAGE),
            (2, 1, EventKind.UNKNOWN),
            (2, "1", EventKind.UNKNOWN),
        ]:
            with self.subTest(sim_number=sim_number, own=own):
                event = self._parse(
                    "sms:received", {**payload, "simNumber": sim_number}, sim_number=own
                )
                self.assertIs(event.kind, kind)

    def test_odd_texts_fit_the_database(self):
        cases = [
            ("a\x00b", "a\ufffdb"),
            ("\ud83e", "\ufffd"),
            ("\udd16 x", "\ufffd x"),
            ("\ud83e\uddf1", "🧱"),
            ("x" * 20_000, "x" * 20_000),
            (None, ""),
            (12, "12"),
        ]
        for text, expected in cases:
            with self.subTest(str(text)[:10].encode("ascii", "backslashreplace")):
                event = self._parse("sms:received", {"sender": "BTIPROMO", "message": text})
                self.assertEqual(event.text, expected)
                event.text.encode()

    def test_odd_dates_are_left_out(self):
        for date in (
            None, "", "yesterday", 1795413660, "2026-11-23T07:01:00", "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-12:00", [], "2026-13-45T99:00:00Z",
        ):  # fmt: skip
            with self.subTest(date):
                event = self._parse("sms:received", {"sender": "3000", "receivedAt": date})
                self.assertIsNone(event.occurred_at)

    def test_a_body_that_is_no_event_is_an_error(self):
        for body in (b"", b"x", b"[]", b"null", b'"x"', b"\xff"):
            with self.subTest(body), self.assertRaises(ValueError):
                self.make_gateway().parse(InboundRequest("POST", body=body))
        for body in (b"{}", b'{"event": [], "payload": 3, "id": {}}'):
            with self.subTest(body):
                [event] = self.make_gateway().parse(InboundRequest("POST", body=body))
                self.assertIs(event.kind, EventKind.UNKNOWN)
                self.assertTrue(event.key)
