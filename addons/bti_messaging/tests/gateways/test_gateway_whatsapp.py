import json
from pathlib import Path

from odoo.tests import BaseCase

from ...gateways.base import (
    AccountBlocked,
    CredentialsError,
    EventKind,
    FailureReason,
    InboundRequest,
    InvalidSignature,
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
    Media,
    MediaKind,
    TemplateText,
)
from ...gateways.meta.whatsapp import WhatsAppConfig, WhatsAppGateway
from ..fake_whatsapp import ACCOUNT, PHONE, FakeWhatsApp
from ..gateway_contract import HttpGatewayContract

FIXTURES = Path(__file__).parents[1] / "fixtures" / "whatsapp"
SIGNATURES = json.loads((FIXTURES / "signatures.json").read_text(encoding="utf-8"))
SECRET = SIGNATURES["secrets"]["meta_app_secret"]
TOKEN = "EAAG.token-1"
USER = "DZ.11000000000000000101"
PORTFOLIO = "220000000000001"


class WhatsAppCase:
    """A number on a network of our own."""

    def setUp(self):
        super().setUp()
        self.network = FakeWhatsApp(TOKEN, SECRET)
        self.network.__enter__()
        self.addCleanup(self.network.__exit__)

    def make_gateway(self, **config):
        return WhatsAppGateway(
            WhatsAppConfig(
                **{
                    "base_url": self.network.url,
                    "access_token": TOKEN,
                    "app_secret": SECRET,
                    "verify_token": "verify-me",
                    "external_id": PHONE,
                    "account_id": ACCOUNT,
                    "business_id": PORTFOLIO,
                    **config,
                }
            )
        )


class TestWhatsAppGateway(WhatsAppCase, HttpGatewayContract, BaseCase):
    number = "+213550123456"
    address_kind = AddressKind.PHONE
    refused = [
        ("", FailureReason.NUMBER_MISSING),
        ("BTI", FailureReason.NUMBER_INVALID),
        ("0550123456", FailureReason.NUMBER_INVALID),
    ]

    def good_request(self, gateway):
        """A message of Karim's."""
        return self.network.sign((FIXTURES / "whatsapp_text.json").read_bytes())

    # === SENDING === #

    def test_sends_to_a_number_and_to_a_user_id(self):
        gateway = self.make_gateway()
        user = Address(AddressKind.BSUID, USER, PORTFOLIO)
        for address, key in ((self._message().address, "to"), (user, "recipient")):
            message = self._message(address=address)
            gateway.check(message)
            result = gateway.send(message)
            self.assertTrue(result.provider_ref.startswith("wamid."))
            method, path, query, body = self.network.requests[-1]
            self.assertEqual((method, path, query), ("POST", f"{PHONE}/messages", {}))
            self.assertEqual(body[key], address.value)
            self.assertEqual(body["text"], {"body": "Bonjour"})
            self.assertEqual(body["biz_opaque_callback_data"], message.ref)

    def test_reads_the_answer_of_the_network(self):
        answer = json.loads((FIXTURES / "whatsapp_send_ok.json").read_text(encoding="utf-8"))
        self.network.answers = [(200, answer)]
        result = self.make_gateway().send(self._message())
        self.assertEqual(result.provider_ref, "wamid.FIXTUREOUT0007")
        self.assertEqual(
            [(one.value, one.scope) for one in result.addresses],
            [(USER, PORTFOLIO), ("213661000101", "")],
        )
        for contacts in (None, [], [None], [{"user_id": 5, "wa_id": "x"}]):
            self.network.answers = [(200, {**answer, "contacts": contacts})]
            with self.subTest(contacts):
                self.assertEqual(self.make_gateway().send(self._message()).addresses, ())

    def test_an_acceptance_without_an_id_leaves_the_outcome_unknown(self):
        for answer in ({}, {"messages": []}, {"messages": None}, {"messages": [{"id": None}]}):
            self.network.answers = [(200, answer)]
            with self.subTest(answer), self.assertRaises(UnknownOutcome):
                self.make_gateway().send(self._message())

    def test_out_of_the_window_only_a_template_goes(self):
        gateway = self.make_gateway()
        image = Media(MediaKind.IMAGE, media_id="1", mimetype="image/png")
        for content in (Content(text="x"), Content(media=(image,))):
            gateway.check(self._message(content=content))
            with self.subTest(content), self.assertRaises(PermanentError) as caught:
                gateway.check(self._message(content=content, in_window=False))
            self.assertIs(caught.exception.reason, FailureReason.WINDOW_CLOSED)
        with self.assertRaises(PermanentError) as caught:
            gateway.check(self._message(content=Content("👍"), reaction_to="w", in_window=False))
        self.assertIs(caught.exception.reason, FailureReason.WINDOW_CLOSED)
        template = Content(template=TemplateText("pret", "fr", parameters=(("", "B8"),)))
        message = self._message(content=template, in_window=False)
        gateway.check(message)
        gateway.send(message)
        self.assertEqual(self.network.requests[-1][3]["template"]["name"], "pret")

    def test_refuses_what_the_network_does_not_carry(self):
        def file(kind, mimetype, size):
            media = Media(kind, media_id="1", mimetype=mimetype, size=size)
            return self._message(content=Content(media=(media,)))

        eleven = tuple(Choice(str(number), "Oui") for number in range(11))
        cases = [
            (self._message(body="x" * 4097), FailureReason.TOO_LONG),
            (file(MediaKind.IMAGE, "image/heic", 1), FailureReason.MEDIA),
            (file(MediaKind.IMAGE, "image/png", 6_000_000), FailureReason.MEDIA),
            (file(MediaKind.STICKER, "image/webp", 600_000), FailureReason.MEDIA),
            (file(MediaKind.VIDEO, "video/mp4", 17_000_000), FailureReason.MEDIA),
            (self._message(content=Content("x", choices=eleven)), FailureReason.UNSUPPORTED),
            (self._message(address=Address(AddressKind.PSID, "1")), FailureReason.UNSUPPORTED),
            (self._message(content=Content()), FailureReason.EMPTY),
        ]
        for message, reason in cases:
            with self.subTest(message.content), self.assertRaises(PermanentError) as caught:
                self.make_gateway().check(message)
            self.assertIs(caught.exception.reason, reason)

    def test_understands_the_errors_of_the_network(self):
        cases = [
            (401, 190, CredentialsError, "credentials"),
            (401, 0, CredentialsError, "credentials"),
            (403, 10, PermissionMissing, "permission"),
            (403, 131005, PermissionMissing, "permission"),
            (400, 131031, AccountBlocked, "blocked"),
            (400, 131042, AccountBlocked, "blocked"),
            (400, 130429, TransientError, "busy"),
            (400, 80007, TransientError, "busy"),
            (429, 99, TransientError, "busy"),
            (400, 131056, TransientError, None),
            (400, 131053, TransientError, None),
            (400, 131047, PermanentError, "window_closed"),
            (400, 131026, PermanentError, "unreachable"),
            (400, 131050, PermanentError, "opted_out"),
            (400, 132001, PermanentError, "template"),
            (400, 132015, PermanentError, "template"),
            (400, 131009, PermanentError, "refused"),
        ]
        for status, code, error_class, meaning in cases:
            error = {"message": "no", "code": code, "error_data": {"details": "why"}}
            self.network.answers = [(status, {"error": error})]
            with self.subTest(code), self.assertRaises(error_class) as caught:
                self.make_gateway().send(self._message())
            found = getattr(caught.exception, "reason", None) or getattr(
                caught.exception, "problem", None
            )
            self.assertEqual(found and found.value, meaning)
            self.assertIn("why", caught.exception.detail)

    def test_a_lost_answer_leaves_the_outcome_unknown(self):
        self.network.answers = [None]
        with self.assertRaises(UnknownOutcome):
            self.make_gateway().send(self._message())
        self.assertEqual(len(self.network.requests), 1)

    def test_values_of_templates_are_not_read_in_errors(self):
        words = "Mme Belkacem"
        self.network.answers = [(400, {"error": {"message": f"not {words}", "code": 132000}})]
        template = TemplateText("pret", "fr", parameters=(("", words),))
        with self.assertRaises(PermanentError) as caught:
            self.make_gateway().send(self._message(content=Content(template=template)))
        self.assertNotIn("Belkacem", caught.exception.detail)

    def test_asks_for_a_number(self):
        self.make_gateway().ask_number(self._message(body="Votre numéro ?"))
        body = self.network.requests[-1][3]
        self.assertEqual(body["interactive"]["type"], "request_contact_info")
        self.assertEqual(body["interactive"]["body"], {"text": "Votre numéro ?"})
        self.assertNotIn("text", body)
        for text, reason in (("", FailureReason.EMPTY), ("x" * 1025, FailureReason.TOO_LONG)):
            with self.assertRaises(PermanentError) as caught:
                self.make_gateway().ask_number(self._message(body=text))
            self.assertIs(caught.exception.reason, reason)

    def test_marks_as_read(self):
        self.network.known["POST", f"{PHONE}/messages"] = 200, {"success": True}
        expected = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.I"}
        self.make_gateway().mark_read("wamid.I")
        self.assertEqual(self.network.requests[-1][3], expected)
        self.make_gateway().mark_read("wamid.I", typing=True)
        self.assertEqual(
            self.network.requests[-1][3], {**expected, "typing_indicator": {"type": "text"}}
        )

    # === WEBHOOKS === #

    def test_every_sample_plays_through(self):
        cases = {
            "whatsapp_text.json": [EventKind.MESSAGE],
            "whatsapp_image.json": [EventKind.MESSAGE],
            "whatsapp_location.json": [EventKind.MESSAGE],
            "whatsapp_button_reply.json": [EventKind.POSTBACK],
            "whatsapp_status_delivered.json": [EventKind.STATUS] * 2,
            "whatsapp_status_failed.json": [EventKind.STATUS],
        }
        gateway = self.make_gateway()
        events = {}
        for name, kinds in cases.items():
            headers = SIGNATURES["headers"][name].items()
            body = (FIXTURES / name).read_bytes()
            request = InboundRequest(
                "POST", body=body, headers={key.lower(): value for key, value in headers}
            )
            with self.subTest(name):
                gateway.verify(request)
                events[name] = gateway.parse(request)
                self.assertEqual([event.kind for event in events[name]], kinds)
                self.assertEqual({event.account for event in events[name]}, {PHONE})
                with self.assertRaises(InvalidSignature):
                    self.make_gateway(app_secret="other").verify(request)
        [text] = events["whatsapp_text.json"]
        self.assertIn("M’Sila", text.text)
        self.assertEqual([one.value for one in text.addresses], [USER, "213661000101"])
        [image] = events["whatsapp_image.json"]
        self.assertEqual(image.content.text, "صورة الورشة")
        self.assertEqual(image.content.media[0].media_id, "1700000000000301")
        [touched] = events["whatsapp_button_reply.json"]
        self.assertEqual(
            (touched.payload["payload"], touched.target), ("devis_oui", "wamid.FIXTUREOUT0007")
        )
        sent, delivered = events["whatsapp_status_delivered.json"]
        self.assertEqual((sent.status, delivered.status), ("sent", "delivered"))
        self.assertEqual((sent.ref, sent.pricing["category"]), ("bti-out-77", "utility"))
        [failed] = events["whatsapp_status_failed.json"]
        self.assertIs(failed.reason, FailureReason.WINDOW_CLOSED)
        self.assertIn("24 hours", failed.detail)

    def test_answers_the_handshake(self):
        gateway = self.make_gateway()
        query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
        request = InboundRequest("GET", query=f"{query}verify-me")
        self.assertEqual(gateway.challenge(request), "1158201444")

    def test_one_request_may_tell_of_several_numbers_and_odd_things(self):
        message = {"id": "wamid.A", "from": "213661000101", "type": "text", "text": {"body": "x"}}
        changes = [
            ("messages", {"metadata": {"phone_number_id": PHONE}, "messages": [message]}),
            ("messages", {"metadata": {"phone_number_id": 5}, "messages": [message]}),
            ("messages", None),
            ("hologram", {"x": 1}),
            (None, []),
        ]
        events = self.make_gateway().parse(self.network.call_back(*changes))
        self.assertEqual([event.account for event in events[:2]], [PHONE, "5"])
        self.assertEqual({event.kind for event in events[2:]}, {EventKind.UNKNOWN})
        self.assertEqual(len(events), 5)
        again = self.make_gateway().parse(self.network.call_back(*reversed(changes)))
        self.assertEqual({event.key for event in again}, {event.key for event in events})

    def test_odd_texts_and_ids_arrive_whole(self):
        cases = [
            ("a\0b", "a\ufffdb"),
            ("\ud83e", "\ufffd"),
            ("\ud83e\uddf1", "🧱"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("x" * 20_000, "x" * 20_000),
            (12, "12"),
        ]
        for text, expected in cases:
            message = {
                "id": 5989001100220034777,
                "from": 213661000101,
                "timestamp": 1795414601,
                "type": "text",
                "text": {"body": text},
            }
            value = {"metadata": {"phone_number_id": int(PHONE)}, "messages": [message]}
            with self.subTest(ascii(text)[:10]):
                [event] = self.make_gateway().parse(self.network.call_back(("messages", value)))
                self.assertEqual((event.text, event.account), (expected, PHONE))
                self.assertEqual(event.key, "5989001100220034777")
                self.assertEqual(event.addresses[0].value, "213661000101")
                event.text.encode()

    def test_a_thousand_messages_in_one_request(self):
        messages = [
            {"id": f"wamid.{number}", "from": f"2136610001{number % 50:02}", "type": "text"}
            for number in range(1000)
        ]
        contacts = [{"wa_id": f"2136610001{number:02}"} for number in range(50)]
        value = {"messages": messages, "contacts": contacts}
        events = self.make_gateway().parse(self.network.call_back(("messages", value)))
        self.assertEqual(len({event.key for event in events}), 1000)
        self.assertEqual(len({event.addresses for event in events}), 50)
