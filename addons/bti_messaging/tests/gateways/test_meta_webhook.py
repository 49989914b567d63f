import hashlib
import json
from pathlib import Path
from urllib.parse import urlencode

from odoo.tests import BaseCase

from ...gateways.base import Event, EventKind, InboundRequest, InvalidSignature
from ...gateways.meta import webhook
from ...gateways.values import load
from ..messenger_common import SECRET, signed

FIXTURES = Path(__file__).parents[1] / "fixtures"


class TestMetaWebhook(BaseCase):
    # === SIGNATURE === #

    def test_accepts_the_samples_as_they_come_on_the_wire(self):
        for folder in ("messenger", "page"):
            signatures = json.loads((FIXTURES / folder / "signatures.json").read_text())
            for name, headers in signatures["headers"].items():
                with self.subTest(name):
                    body = (FIXTURES / folder / name).read_bytes()
                    headers = {key.lower(): value for key, value in headers.items()}
                    webhook.verify(signatures["key"], InboundRequest("POST", "", body, headers))
                    again = json.dumps(json.loads(body)).encode()
                    with self.assertRaises(InvalidSignature):
                        webhook.verify(SECRET, InboundRequest("POST", "", again, headers))

    def test_refuses_every_other_proof(self):
        body = b'{"object":"page"}'
        good = signed(body).headers[webhook.SIGNATURE]
        sha1 = signed(body, prefix="sha1=", name="x-hub-signature", algorithm=hashlib.sha1)
        requests = [
            InboundRequest("POST", body=body),
            sha1,
            signed(body, prefix="sha1=", algorithm=hashlib.sha1),
            signed(body, prefix=""),
            signed(body, secret="other"),
            signed(body, secret=""),
            InboundRequest("POST", body=body + b" ", headers={webhook.SIGNATURE: good}),
            *(
                InboundRequest("POST", body=body, headers={webhook.SIGNATURE: header})
                for header in (
                    "",
                    "sha256=",
                    good[:-1],
                    good.upper(),
                    "sha256=é",
                    f"{good}, {good}",
                )
            ),
        ]
        for request in requests:
            with self.subTest(request.headers), self.assertRaises(InvalidSignature):
                webhook.verify(SECRET, request)
        with self.assertRaises(InvalidSignature):
            webhook.verify("", signed(body, secret=""))
        webhook.verify(SECRET, signed(body))

    # === HANDSHAKE === #

    def _challenge(self, token="ours", method="GET", **query):
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": "1158201444",
            "hub.verify_token": "ours",
            **{name.replace("_", ".", 1): value for name, value in query.items()},
        }
        request = InboundRequest(method, query=urlencode(query))
        return webhook.answer_challenge(token, request)

    def test_answers_the_handshake_with_the_bare_challenge(self):
        self.assertEqual(self._challenge(), "1158201444")
        self.assertEqual(self._challenge(token="é&=", hub_verify_token="é&="), "1158201444")

    def test_refuses_a_handshake_with_a_wrong_token_or_without_ours(self):
        for token, given in (("ours", "other"), ("ours", ""), ("", ""), ("", "x"), ("ours", "é")):
            with self.subTest(token, given=given), self.assertRaises(InvalidSignature):
                self._challenge(token=token, hub_verify_token=given)

    def test_other_requests_are_no_handshake(self):
        self.assertIsNone(self._challenge(method="POST"))
        self.assertIsNone(webhook.answer_challenge("ours", InboundRequest("GET", query="a=b")))

    # === ENVELOPE === #

    def _items(self, content):
        return [(item.account, item.field, item.value) for item in webhook.iterate(content)]

    def test_takes_mixed_accounts_and_lists_apart(self):
        content = {
            "object": "page",
            "entry": [
                {
                    "id": 104200000000001,
                    "time": 1795413600350,
                    "messaging": [{"a": 1}, {"a": 2}],
                    "standby": [{"a": 3}],
                    "changes": [{"field": "feed", "value": {"b": 1}}],
                },
                {"id": "2", "changes": [{"field": "leadgen", "value": None}, {"field": 7}, 5]},
            ],
        }
        self.assertEqual(
            self._items(content),
            [
                ("104200000000001", "messaging", {"a": 1}),
                ("104200000000001", "messaging", {"a": 2}),
                ("104200000000001", "standby", {"a": 3}),
                ("104200000000001", "feed", {"b": 1}),
                ("2", "leadgen", None),
                ("2", "7", {"field": 7}),
                ("2", "", 5),
            ],
        )

    def test_no_shape_raises_and_what_is_odd_is_kept(self):
        for content, count in (
            ({}, 1),
            ({"object": [], "entry": None}, 1),
            ({"object": "page", "entry": {}}, 1),
            ({"object": "page", "entry": []}, 0),
            ({"object": "page", "entry": [None, 3, "x", [], {}]}, 5),
            ({"object": "page", "entry": [{"id": None, "messaging": None, "changes": []}]}, 0),
            ({"object": "page", "entry": [{"messaging": {"a": 1}}]}, 1),
        ):
            with self.subTest(content):
                items = list(webhook.iterate(content))
                self.assertEqual(len(items), count)
                keys = {webhook.make_unknown(item).key for item in items}
                self.assertEqual(len(keys), count)

    def _parse(self, content, **options):
        def read(item):
            yield Event(EventKind.MESSAGE, key=str(item.value["mid"]), account=item.account)

        body = json.dumps(content, **options).encode()
        return webhook.parse(signed(body), {("page", "messaging"): read})

    def test_a_bad_item_loses_none_of_the_others(self):
        content = {
            "object": "page",
            "entry": [{"id": "1", "messaging": [{"mid": 1}, {}, None, {"mid": 2}], "standby": [1]}],
        }
        with self.assertLogs(webhook._logger, "ERROR") as logs:
            events = self._parse(content)
        self.assertEqual(len(logs.output), 2)
        self.assertEqual(
            [event.kind.value for event in events],
            ["message", "unknown", "unknown", "message", "unknown"],
        )
        self.assertEqual(
            [event.key for event in events if event.kind is EventKind.MESSAGE], ["1", "2"]
        )

    def test_the_same_unknown_thing_has_the_same_key_however_it_was_written(self):
        item = {"b": [1, "سلام"], "a": None}
        first = {"object": "page", "entry": [{"id": "1", "time": 1, "standby": [item]}]}
        entry = {"standby": [{"x": 1}, dict(reversed(item.items()))], "time": 9, "id": 1}
        [event] = self._parse(first)
        _other, again = self._parse(
            {"entry": [entry], "object": "page"}, ensure_ascii=False, indent=1
        )
        self.assertEqual(event.key, again.key)
        self.assertEqual(event.payload["value"], item)
        moved = {"object": "page", "entry": [{"id": "2", "standby": [item]}]}
        self.assertNotEqual(self._parse(moved)[0].key, event.key)

    def test_a_body_that_is_no_object_is_an_error(self):
        for body in (b"", b"x", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"a":' * 50_000):
            with self.subTest(body[:9]), self.assertRaises(ValueError):
                webhook.parse(InboundRequest("POST", body=body), {})

    def test_a_thousand_things_in_one_request(self):
        content = {
            "object": "page",
            "entry": [{"id": "1", "messaging": [{"mid": number} for number in range(1000)]}],
        }
        self.assertEqual(len({event.key for event in self._parse(content)}), 1000)

    def test_long_numbers_keep_all_digits(self):
        body = b'{"object":"page","entry":[{"id":1234567890123456789,"x":' + b"9" * 5000 + b"}]}"
        [item] = webhook.iterate(load(body))
        self.assertEqual(item.account, "1234567890123456789")
