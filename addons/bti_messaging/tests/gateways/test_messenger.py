import json
from datetime import timedelta
from pathlib import Path

from odoo.tests import BaseCase

from ...gateways.base import (
    FailureReason,
    GatewayError,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from ...gateways.content import (
    Address,
    AddressKind,
    Choice,
    Content,
    Location,
    Media,
    MediaKind,
    TemplateText,
)
from ...gateways.media import LinkExpired
from ...gateways.meta.messenger import MessengerConfig, MessengerGateway, Profile
from ..fake_graph import FakeGraph
from ..gateway_contract import HttpGatewayContract
from ..messenger_common import SECRET, signed
from ..raw_server import RawServer, page

FIXTURES = Path(__file__).parents[1] / "fixtures"
PAGE = "104200000000001"
PSID = "6100000000000101"
TOKEN = "EAAt0ken"
COMMENT = "880000000000700_990000000000701"
SENT = json.loads((FIXTURES / "meta" / "graph_send_ok.json").read_text(encoding="utf-8"))
MESSAGES = f"{PAGE}/messages"
UTILITY = TemplateText("livraison", "fr", parameters=(("", "mardi"), ("heure", "8 h")))


class TestMessenger(HttpGatewayContract, BaseCase):
    number = PSID
    address_kind = AddressKind.PSID
    address_scope = PAGE

    def setUp(self):
        super().setUp()
        self.meta = FakeGraph()
        self.meta.usual[MESSAGES] = SENT
        self.meta.__enter__()
        self.addCleanup(self.meta.__exit__)

    def make_gateway(self, **config):
        values = {
            "base_url": self.meta.url,
            "access_token": TOKEN,
            "app_secret": SECRET,
            "verify_token": "ours",
            "external_id": PAGE,
            "app_id": "700000000000001",
        }
        return MessengerGateway(MessengerConfig(**{**values, **config}))

    def good_request(self, gateway):
        """A text as it comes on the wire."""
        return signed((FIXTURES / "messenger" / "messenger_text_ar.json").read_bytes())

    def _send(self, config=None, **vals):
        """:return: (what Meta was asked, what the gateway says)"""
        message = self._message(**vals)
        gateway = self.make_gateway(**(config or {}))
        gateway.check(message)
        result = gateway.send(message)
        return self.meta.requests[-1].json, result

    def _refused(self, reason, config=None, **vals):
        with self.assertRaises(PermanentError) as caught:
            self._send(config, **vals)
        self.assertEqual(caught.exception.reason, reason)
        self.assertFalse(self.meta.requests)

    # === SENDING === #

    def test_sends_a_text_with_our_reference(self):
        body, result = self._send(body="Bonjour, 38 DA l’unité ✨")
        self.assertEqual(
            body,
            {
                "recipient": {"id": PSID},
                "messaging_type": "RESPONSE",
                "message": {"text": "Bonjour, 38 DA l’unité ✨", "metadata": "0123456789abcdef"},
            },
        )
        self.assertEqual(result.provider_ref, SENT["message_id"])
        self.assertFalse(result.addresses)
        asked = self.meta.requests[0]
        self.assertEqual((asked.method, asked.path), ("POST", MESSAGES))
        self.assertEqual(asked.headers["authorization"], f"Bearer {TOKEN}")

    def test_sends_choices_and_a_quotation(self):
        choices = (Choice("P", "Prix"), Choice("L", "Livraison"))
        body, _result = self._send(
            content=Content(text="Que voulez-vous ?", choices=choices), reply_to="m_1"
        )
        self.assertEqual(
            body["message"]["quick_replies"],
            [
                {"content_type": "text", "title": "Prix", "payload": "P"},
                {"content_type": "text", "title": "Livraison", "payload": "L"},
            ],
        )
        self.assertEqual(body["message"]["reply_to"], {"mid": "m_1"})

    def test_sends_a_file_that_was_uploaded_or_is_public(self):
        url = "https://bti.example/devis.pdf"
        for kind, name in (
            (MediaKind.IMAGE, "image"),
            (MediaKind.VIDEO, "video"),
            (MediaKind.AUDIO, "audio"),
            (MediaKind.VOICE, "audio"),
            (MediaKind.DOCUMENT, "file"),
        ):
            for media, payload in (
                (Media(kind, media_id="77"), {"attachment_id": "77"}),
                (Media(kind, url=url), {"url": url, "is_reusable": False}),
            ):
                body, _result = self._send(content=Content(media=(media,)))
                self.assertEqual(body["message"]["attachment"], {"type": name, "payload": payload})
                self.assertNotIn("text", body["message"])

    def test_a_file_is_uploaded_before(self):
        media = Media(MediaKind.DOCUMENT, content=b"%PDF-", mimetype="application/pdf")
        gateway = self.make_gateway()
        message = self._message(content=Content(media=(media,)))
        gateway.check(message)
        with self.assertRaises(PermanentError):
            gateway.send(message)
        self.meta.usual[f"{PAGE}/message_attachments"] = {"attachment_id": 1857777774821032}
        uploaded = gateway.upload(media)
        self.assertEqual((uploaded.media_id, uploaded.content), ("1857777774821032", b""))
        body = self.meta.requests[-1].body
        self.assertIn(b'name="filedata"', body)
        self.assertIn(b'{"attachment": {"type": "file", "payload": {"is_reusable": true}}}', body)
        gateway.upload(Media(MediaKind.IMAGE, url="https://bti.example/a.jpg"))
        payload = self.meta.requests[-1].json["message"]["attachment"]["payload"]
        self.assertEqual(payload, {"is_reusable": True, "url": "https://bti.example/a.jpg"})
        self.meta.answers = [(200, {}), (200, "")]
        for _answer in range(2):
            with self.assertRaises(TransientError):
                gateway.upload(media)

    def test_why_it_may_write_is_said(self):
        tag = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        for in_window, human, expected in (
            (True, False, {"messaging_type": "RESPONSE"}),
            (True, True, {"messaging_type": "RESPONSE"}),
            (False, True, tag),
        ):
            with self.subTest(in_window=in_window, human=human):
                body, _result = self._send(in_window=in_window, human=human)
                found = {name: body[name] for name in ("messaging_type", "tag") if name in body}
                self.assertEqual(found, expected)

    def test_past_the_window_only_a_person_writes(self):
        self._refused(FailureReason.WINDOW_CLOSED, in_window=False)
        with self.assertRaises(PermanentError):
            self.make_gateway().send(self._message(in_window=False))
        self.assertFalse(self.meta.requests)
        capability = self.make_gateway().capability
        self.assertEqual((capability.window, capability.human_window), (timedelta(1), timedelta(7)))

    def test_approved_texts_are_off_until_they_are_allowed(self):
        content = Content(template=UTILITY)
        self._refused(FailureReason.UNSUPPORTED, content=content)
        config = {"utility_templates": True}
        body, _result = self._send(config, content=content, in_window=False)
        self.assertEqual(body["messaging_type"], "UTILITY")
        self.assertEqual(
            body["message"]["template"],
            {
                "name": "livraison",
                "language": {"code": "fr"},
                "components": [
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "text": "mardi"},
                            {"type": "text", "parameter_name": "heure", "text": "8 h"},
                        ],
                    }
                ],
            },
        )
        self.assertNotIn("attachment", body["message"])
        self.meta.requests.clear()
        marketing = Content(template=TemplateText("promo", "fr", category="marketing"))
        self._refused(FailureReason.UNSUPPORTED, config, content=marketing)

    def test_refuses_what_messenger_does_not_carry(self):
        image = Media(MediaKind.IMAGE, media_id="7")
        large = Media(MediaKind.IMAGE, media_id="7", size=25 * 1024 * 1024 + 1)
        unsupported, media = FailureReason.UNSUPPORTED, FailureReason.MEDIA
        for reason, vals in (
            (FailureReason.TOO_LONG, {"body": "x" * 2001}),
            (FailureReason.EMPTY, {"body": ""}),
            (unsupported, {"content": Content(text="a", media=(image,))}),
            (unsupported, {"content": Content(location=Location(36.0, 5.0))}),
            (unsupported, {"content": Content(media=(Media(MediaKind.STICKER, media_id="7"),))}),
            (unsupported, {"body": "👍", "reaction_to": "m_1"}),
            (unsupported, {"content": Content(text="a", choices=(Choice("a", "a"),) * 14)}),
            (unsupported, {"address": Address(AddressKind.PHONE, "+213550123456")}),
            (unsupported, {"address": Address(AddressKind.FACEBOOK, "5400000000000201", PAGE)}),
            (
                FailureReason.TOO_LONG,
                {"content": Content(text="a", choices=(Choice("a", "b" * 21),))},
            ),
            (media, {"content": Content(media=(image, image))}),
            (media, {"content": Content(media=(large,))}),
            (media, {"content": Content(media=(Media(MediaKind.IMAGE),))}),
            (media, {"content": Content(media=(Media(MediaKind.IMAGE, url="file:///a"),))}),
        ):
            with self.subTest(reason, **{name: str(value)[:60] for name, value in vals.items()}):
                self._refused(reason, **vals)
        self.assertTrue(self._send(body="x" * 2000))

    def test_what_cannot_be_stored_is_not_sent_either(self):
        body, _result = self._send(body="a\0\ud83d")
        self.assertEqual(body["message"]["text"], "a\ufffd\ufffd")

    def test_an_answer_without_an_id_leaves_the_outcome_unknown(self):
        for answer in ({}, {"recipient_id": PSID}, {"message_id": None}):
            self.meta.answers = [(200, answer)]
            with self.subTest(answer), self.assertRaises(UnknownOutcome):
                self.make_gateway().send(self._message())

    def test_plays_the_errors_of_the_samples(self):
        samples = json.loads((FIXTURES / "meta" / "graph_errors.json").read_text(encoding="utf-8"))
        for sample in samples:
            self.meta.answers = [(sample["http"], sample["body"])]
            with self.subTest(sample["body"]["error"]["code"]), self.assertRaises(GatewayError):
                self.make_gateway().send(self._message())

    # === PRIVATE REPLIES === #

    def _comment(self, value=COMMENT, **vals):
        return {"address": Address(AddressKind.COMMENT, value, PAGE), **vals}

    def test_a_private_reply_tells_how_the_author_is_called_in_messenger(self):
        for value, name in ((COMMENT, "comment_id"), (f"{PAGE}_880000000000700", "post_id")):
            body, result = self._send(**self._comment(value, in_window=False))
            self.assertEqual(body["recipient"], {name: value})
            self.assertEqual(body["messaging_type"], "RESPONSE")
            self.assertEqual(result.addresses, (Address(AddressKind.PSID, PSID, PAGE),))

    def test_what_was_replied_already_is_done(self):
        replied = {"error": {"code": 10900, "message": "Activity already replied to"}}
        self.meta.answers = [(400, replied), (400, replied)]
        _body, result = self._send(**self._comment())
        self.assertFalse(result.provider_ref)
        with self.assertRaises(PermanentError):
            self.make_gateway().send(self._message())

    def test_a_private_reply_is_a_text(self):
        media = Content(media=(Media(MediaKind.IMAGE, media_id="7"),))
        self._refused(FailureReason.UNSUPPORTED, **self._comment(content=media))
        self._refused(FailureReason.UNSUPPORTED, **self._comment(reply_to="m_1"))

    # === PEOPLE, MARKS, FILES === #

    def test_asks_who_a_person_is(self):
        gateway = self.make_gateway()
        for answer, expected in (
            ({"name": "Amine B", "first_name": "Amine", "profile_pic": "https://x.example/a"},
             Profile("Amine B", "Amine", "", "https://x.example/a")),
            ({"first_name": "Amine", "last_name": "B"}, Profile("Amine B", "Amine", "B")),
            ({"name": "None", "first_name": None, "last_name": "null"}, Profile()),
            ({"profile_pic": "javascript:x"}, Profile()),
            ({}, Profile()),
        ):  # fmt: skip
            self.meta.answers = [(200, answer)]
            self.assertEqual(gateway.get_profile(PSID), expected)
        asked = self.meta.requests[0]
        self.assertEqual((asked.method, asked.path), ("GET", PSID))
        picture = f"https://x.example/{PSID}.jpg"
        self.meta.answers = [(200, {"profile_pic": picture})]
        self.assertEqual(gateway.get_profile(PSID).picture_url, picture, "nothing is masked in it")

    def test_a_person_without_a_profile_has_no_name(self):
        gone = {"error": {"code": 100, "error_subcode": 2018218, "message": "No profile"}}
        missing = {"error": {"code": 10, "message": "Requires the feature"}}
        self.meta.answers = [(400, gone), (403, missing), (400, {"error": {"code": 100}})]
        self.assertEqual(self.make_gateway().get_profile(PSID), Profile())
        for error in (PermissionMissing, PermanentError):
            with self.assertRaises(error):
                self.make_gateway().get_profile(PSID)

    def test_shows_the_person_that_he_was_read_and_is_answered(self):
        gateway = self.make_gateway()
        gateway.mark_seen(PSID)
        gateway.show_typing(PSID)
        gateway.show_typing(PSID, typing=False)
        self.assertEqual(
            [asked.json for asked in self.meta.requests],
            [
                {"recipient": {"id": PSID}, "sender_action": action}
                for action in ("mark_seen", "typing_on", "typing_off")
            ],
        )
        self.assertEqual({asked.path for asked in self.meta.requests}, {MESSAGES})

    def test_reads_files_without_giving_the_token_away(self):
        jpeg = b"\xff\xd8\xff\xe0" + b"x" * 100
        with RawServer(page("200 OK", jpeg)) as server:
            found = self.make_gateway().download(Media(MediaKind.IMAGE, url=f"{server.url}/a"))
            self.assertEqual((found.content, found.mimetype), (jpeg, "image/jpeg"))
            self.assertNotIn(TOKEN.encode(), server.requests[0])
            elsewhere = self.make_gateway(base_url="")
            with self.assertRaises(PermanentError):
                elsewhere.download(Media(MediaKind.IMAGE, url=f"{server.url}/a"))
        with RawServer(page("403 Forbidden", "URL signature expired")) as server:
            with self.assertRaises(LinkExpired):
                self.make_gateway().download(Media(MediaKind.IMAGE, url=f"{server.url}/a"))

    def test_tells_how_much_is_used_up(self):
        gateway = self.make_gateway()
        self.assertFalse(gateway.usage.slow_down)
        self.meta.answers = [(200, SENT, {"X-App-Usage": '{"call_count": 81}'})]
        gateway.send(self._message())
        self.assertTrue(gateway.usage.slow_down)

    def test_answers_the_handshake(self):
        query = "hub.mode=subscribe&hub.challenge=11&hub.verify_token=ours"
        request = signed(b"")
        self.assertIsNone(self.make_gateway().challenge(request))
        request = type(request)("GET", query=query)
        self.assertEqual(self.make_gateway().challenge(request), "11")
