import json
from pathlib import Path

from odoo.tests import BaseCase

from ...gateways.base import (
    AccountBlocked,
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
from ...gateways.content import (
    AddressKind,
    Choice,
    Content,
    Location,
    Media,
    MediaKind,
    SharedContact,
)
from ...gateways.viber import viber, viber_body, viber_errors
from ...gateways.viber.viber import ViberConfig, ViberGateway
from ..fake_viber import FIRST_TOKEN, FakeViber
from ..gateway_contract import HttpGatewayContract
from ..raw_server import RawServer
from ..raw_server import page as raw_page

FIXTURES = Path(__file__).parents[1] / "fixtures" / "viber"
SIGNATURES = json.loads((FIXTURES / "signatures.json").read_text(encoding="utf-8"))
TOKEN = "viber-token"
BOT = "pa:75346594275468546724"
USER = "fX1v/Bzr+Yk0ZmI4dHVyZQ=="
URL = "https://odoo.example.com/f/1"


class TestViberGateway(HttpGatewayContract, BaseCase):
    number = USER
    address_kind = AddressKind.VIBER
    address_scope = BOT
    refused = [
        ("", FailureReason.NUMBER_MISSING),
        (" ", FailureReason.NUMBER_INVALID),
        ("a\nb", FailureReason.NUMBER_INVALID),
    ]
    signing_config = "access_token"

    def setUp(self):
        super().setUp()
        self.viber = FakeViber(TOKEN)
        self.viber.__enter__()
        self.addCleanup(self.viber.__exit__)

    def make_gateway(self, **config):
        return ViberGateway(
            ViberConfig(
                **{
                    "base_url": f"{self.viber.url}/pa",
                    "access_token": TOKEN,
                    "external_id": BOT,
                    "sender_name": "Briqueterie BTI",
                    "webhook_url": "https://odoo.example.com/bti/webhook/KEY",
                    **config,
                }
            )
        )

    def good_request(self, gateway):
        """A text that somebody wrote to the bot."""
        return self.viber.sign((FIXTURES / "viber_message_text.json").read_bytes())

    def _send(self, content, **config):
        """:return: (result, what Viber was told)"""
        gateway = self.make_gateway(**config)
        message = self._message(content=content)
        gateway.check(message)
        return gateway.send(message), self.viber.requests[-1][1]

    # === SENDING === #

    def test_sends_a_text(self):
        result, body = self._send(Content(text="Votre devis est prêt, مرحبا"))
        self.assertEqual(result.provider_ref, str(FIRST_TOKEN))
        self.assertEqual(
            body,
            {
                "receiver": USER,
                "min_api_version": 1,
                "sender": {"name": "Briqueterie BTI"},
                "tracking_data": "0123456789abcdef",
                "type": "text",
                "text": "Votre devis est prêt, مرحبا",
            },
        )
        self.assertIn("مرحبا".encode(), self.viber.requests[-1][2], "not escaped")

    def test_sends_everything_that_viber_carries(self):
        image = Media(MediaKind.IMAGE, url=URL, mimetype="image/jpeg", size=1000)
        video = Media(MediaKind.VIDEO, url=URL, mimetype="video/mp4", size=5)
        file = Media(MediaKind.DOCUMENT, url=URL, filename="devis.pdf", content=b"12345")
        for content, expected in [
            (Content(text=URL), {"type": "url", "media": URL}),
            (Content(media=(image,)), {"type": "picture", "media": URL, "text": ""}),
            (
                Content(text="ici", media=(image,)),
                {"type": "picture", "media": URL, "text": "ici"},
            ),
            (Content(media=(video,)), {"type": "video", "media": URL, "size": 5}),
            (
                Content(media=(file,)),
                {"type": "file", "media": URL, "size": 5, "file_name": "devis.pdf"},
            ),
            (
                Content(media=(Media(MediaKind.VOICE, url=URL, filename="v.ogg", size=5),)),
                {"type": "file", "media": URL, "size": 5, "file_name": "v.ogg"},
            ),
            (
                Content(media=(Media(MediaKind.STICKER, media_id="46105"),)),
                {"type": "sticker", "sticker_id": 46105},
            ),
            (
                Content(location=Location(36.75, 0.0)),
                {"type": "location", "location": {"lat": 36.75, "lon": 0.0}},
            ),
            (
                Content(contacts=(SharedContact("Dépôt", ("+213550123456",)),)),
                {
                    "type": "contact",
                    "contact": {"name": "Dépôt", "phone_number": "+213550123456"},
                },
            ),
        ]:
            with self.subTest(expected):
                _result, body = self._send(content)
                kept = {name: body[name] for name in body if name in expected}
                self.assertEqual(kept, expected)
                self.assertEqual(body["tracking_data"], "0123456789abcdef")
        self.assertFalse([body for _path, body, _raw in self.viber.requests if "?" in body])

    def test_refuses_what_viber_does_not_carry(self):
        image = Media(MediaKind.IMAGE, url=URL, mimetype="image/jpeg", size=1000)
        file = Media(MediaKind.DOCUMENT, url=URL, filename="devis.pdf", size=10)
        place = Location(36.75, 3.05)
        person = SharedContact("Ali", ("+213550123456",))
        for content, reason in [
            (Content(), FailureReason.EMPTY),
            (Content(text=" \n"), FailureReason.EMPTY),
            (Content(text="x" * 7001), FailureReason.TOO_LONG),
            (Content(text="x" * 513, media=(image,)), FailureReason.TOO_LONG),
            (Content(text="\U0001f9f1" * 7000), None),
            (Content(text="x", media=(file,)), FailureReason.UNSUPPORTED),
            (Content(text="x", location=place), FailureReason.UNSUPPORTED),
            (Content(location=place, contacts=(person,)), FailureReason.UNSUPPORTED),
            (Content(contacts=(person, person)), FailureReason.UNSUPPORTED),
            (Content(contacts=(SharedContact("Ali"),)), FailureReason.EMPTY),
            (Content(text="x", choices=(Choice("a", "A"),)), FailureReason.UNSUPPORTED),
            (Content(media=(image, image)), FailureReason.MEDIA),
            *(
                (Content(media=(Media(*args, **values),)), FailureReason.MEDIA)
                for args, values in [
                    ((MediaKind.IMAGE, ""), {"mimetype": "image/png", "content": b"x"}),
                    ((MediaKind.IMAGE, "file:///x"), {"mimetype": "image/png"}),
                    ((MediaKind.IMAGE, URL), {"mimetype": "image/webp"}),
                    ((MediaKind.IMAGE, URL), {"mimetype": "image/png", "size": 1048577}),
                    ((MediaKind.IMAGE, f"{URL}{'x' * 2000}"), {"mimetype": "image/png"}),
                    ((MediaKind.VIDEO, URL), {"mimetype": "video/mp4"}),
                    ((MediaKind.VIDEO, URL), {"mimetype": "video/webm", "size": 5}),
                    ((MediaKind.DOCUMENT, URL), {"filename": "x.pdf"}),
                    ((MediaKind.DOCUMENT, URL), {"size": 5}),
                    ((MediaKind.DOCUMENT, URL), {"size": 51 * 1024 * 1024, "filename": "x"}),
                    ((MediaKind.STICKER, URL), {}),
                ]
            ),
        ]:
            with self.subTest(str(content)[:120]):
                message = self._message(content=content)
                if reason is None:
                    self.make_gateway().check(message)
                    continue
                with self.assertRaises(PermanentError) as caught:
                    self.make_gateway().check(message)
                self.assertEqual(caught.exception.reason, reason)
        self.assertFalse(self.viber.requests)

    def test_a_request_of_more_than_30_kb_is_refused(self):
        avatar = "https://odoo.example.com/" + "x" * 3000
        message = self._message(body="\U0001f9f1" * 7000)
        with self.assertRaises(PermanentError) as caught:
            self.make_gateway(sender_avatar=avatar).check(message)
        self.assertEqual(caught.exception.reason, FailureReason.TOO_LONG)

    def test_the_sender_is_cut_and_odd_letters_are_sent(self):
        _result, body = self._send(Content(text="a\x00b\ud83e"), sender_name="x" * 40)
        self.assertEqual(body["sender"]["name"], "x" * viber_body.MAX_SENDER)
        self.assertEqual(body["text"], "a\ufffdb\ufffd")

    def test_understands_each_status(self):
        for status, (error_class, details) in viber_errors.STATUS_ERRORS.items():
            for value in (int(status), status):
                with self.subTest(status=value):
                    self.viber.answers = [(200, {"status": value, "status_message": "why"})]
                    with self.assertRaises(error_class) as caught:
                        self.make_gateway().send(self._message())
                    error = caught.exception
                    self.assertIs(type(error), error_class)
                    self.assertEqual(error.detail, f"status {status}: why")
                    for name, expected in details.items():
                        self.assertEqual(getattr(error, name), expected)

    def test_the_table_is_that_of_the_protocol(self):
        expected = {
            ConfigurationError: "1 10",
            CredentialsError: "2",
            AccountBlocked: "7 8 9 15 23 24",
            TransientError: "12",
            PermanentError: "3 4 5 6 11 13 14 16 17 18 19 20 21 22",
        }
        for error_class, numbers in expected.items():
            for number in numbers.split():
                self.assertIs(viber_errors.STATUS_ERRORS[number][0], error_class, number)
        for number in ("5", "6", "11"):
            reason = viber_errors.STATUS_ERRORS[number][1]["reason"]
            self.assertEqual(reason, FailureReason.UNREACHABLE)

    def test_understands_each_answer(self):
        for status, content, error_class, meaning in [
            (200, {"status": 99, "status_message": "x"}, TransientError, None),
            (200, {"status": -1}, TransientError, None),
            (500, {"status": 6}, PermanentError, "unreachable"),
            (200, {}, UnknownOutcome, None),
            (200, {"status": None}, UnknownOutcome, None),
            (200, [], UnknownOutcome, None),
            (400, "", PermanentError, "refused"),
            (401, "", CredentialsError, "credentials"),
            (403, "", CredentialsError, "credentials"),
            (404, "", ConfigurationError, "configuration"),
            (413, "", PermanentError, "too_long"),
            (429, "", TransientError, "busy"),
            (503, "", TransientError, "busy"),
            (500, {"status": 0}, UnknownOutcome, "unreachable"),
        ]:
            with self.subTest(status=status, content=content):
                self.viber.answers = [(status, content)]
                with self.assertRaises(error_class) as caught:
                    self.make_gateway().send(self._message())
                error = caught.exception
                self.assertIs(type(error), error_class)
                found = getattr(error, "reason", None) or getattr(error, "problem", None)
                self.assertEqual(found and found.value, meaning)

    def test_accepted_without_a_token_is_accepted(self):
        self.viber.answers = [(200, {"status": "0"})]
        self.assertEqual(self.make_gateway().send(self._message()).provider_ref, "")

    def test_a_wrong_token_is_a_matter_for_the_administrator(self):
        for token in ("wrong", "كلمة"):
            with self.subTest(token), self.assertRaises(CredentialsError):
                self.make_gateway(access_token=token).send(self._message())
        self.make_gateway(access_token=f" {TOKEN}\n").send(self._message())

    def test_downloads_what_people_send(self):
        content = b"%PDF-1.4\n%..."
        with RawServer(raw_page("200 OK", content)) as server:
            media = Media(MediaKind.DOCUMENT, url=f"{server.url}/devis.pdf", filename="devis.pdf")
            found = self.make_gateway().download(media)
            self.assertEqual((found.content, found.mimetype), (content, "application/pdf"))
            self.assertNotIn(TOKEN.encode(), server.requests[0])
            with self.assertRaises(PermanentError):
                self.make_gateway(base_url="").download(media)

    # === CONNECTING === #

    def test_asks_to_be_called_and_no_more(self):
        gateway = self.make_gateway()
        self.assertEqual(gateway.set_webhook(), viber.EVENT_TYPES)
        self.assertEqual(self.viber.webhook, "https://odoo.example.com/bti/webhook/KEY")
        info = gateway.get_account_info()
        self.assertEqual((info.id, info.name, info.uri), (BOT, "Briqueterie BTI", "bti"))
        self.assertEqual((info.webhook, info.event_types), (self.viber.webhook, viber.EVENT_TYPES))
        self.assertEqual(self.make_gateway(webhook_url="").set_webhook(), ())
        self.assertEqual(self.viber.webhook, "")
        with self.assertRaises(ConfigurationError):
            self.make_gateway(webhook_url="http://odoo.example.com/x").set_webhook()

    # === WEBHOOK === #

    def test_accepts_the_signatures_of_viber(self):
        gateway = self.make_gateway(access_token=SIGNATURES["key"])
        for name, headers in SIGNATURES["headers"].items():
            with self.subTest(name):
                request = InboundRequest(
                    "POST",
                    body=(FIXTURES / name).read_bytes(),
                    headers={header.lower(): value for header, value in headers.items()},
                )
                gateway.verify(request)
                self.assertEqual(len(gateway.parse(request)), 1)
                for body, given in [
                    (request.body + b" ", request.headers),
                    (request.body, {}),
                    (request.body, {"x-viber-content-signature": ""}),
                    (request.body, {"x-viber-content-signature": "é"}),
                    (
                        request.body,
                        {"x-viber-content-signature": "sha256=" + next(iter(headers.values()))},
                    ),
                ]:
                    with self.assertRaises(InvalidSignature):
                        gateway.verify(InboundRequest("POST", body=body, headers=given))

    def test_a_body_that_is_no_event_is_an_error(self):
        for body in (b"", b"x", b"[]", b"null", b"\xff", b"[" * 100_000):
            with self.subTest(body[:5]), self.assertRaises(ValueError):
                self.make_gateway().parse(InboundRequest("POST", body=body))
        for body in (b"{}", b'{"event": [], "message_token": {}}'):
            with self.subTest(body):
                [event] = self.make_gateway().parse(InboundRequest("POST", body=body))
                self.assertIs(event.kind, EventKind.UNKNOWN)

    def test_welcomes_who_opens_the_chat(self):
        started = InboundRequest(
            "POST", body=(FIXTURES / "viber_conversation_started.json").read_bytes()
        )
        gateway = self.make_gateway(welcome=" Bienvenue, مرحبا ")
        self.assertEqual(
            gateway.get_welcome(started),
            {
                "min_api_version": 1,
                "sender": {"name": "Briqueterie BTI"},
                "type": "text",
                "text": "Bienvenue, مرحبا",
            },
        )
        self.assertIsNone(self.make_gateway().get_welcome(started))
        for body in (
            started.body.replace(b"false", b"true"),
            (FIXTURES / "viber_message_text.json").read_bytes(),
            b"[]",
            b"",
        ):
            with self.subTest(body[:20]):
                self.assertIsNone(gateway.get_welcome(InboundRequest("POST", body=body)))
