import json

from odoo.tests import BaseCase

from ...gateways.base import FailureReason, OutgoingMessage, PermanentError
from ...gateways.content import (
    Address,
    AddressKind,
    Choice,
    Content,
    Location,
    Media,
    MediaKind,
    SharedContact,
    TemplateText,
)
from ...gateways.meta import whatsapp_body as body
from ...gateways.meta import whatsapp_templates as templates

PHONE = Address(AddressKind.PHONE, "+213661000101")
NUMBER = Address(AddressKind.WHATSAPP, "213661000101")
USER = Address(AddressKind.BSUID, "DZ.11000000000000000101", "220000000000001")


def make_message(content, address=PHONE, **values):
    return OutgoingMessage("bti-out-77", address, content, **values)


def make_choices(count, title="Oui"):
    return tuple(Choice(f"c{number}", f"{title} {number}") for number in range(count))


class TestWhatsAppBody(BaseCase):
    maxDiff = None

    def _build(self, content, **values):
        message = make_message(content, **values)
        body.check_content(message)
        built = body.build_body(message)
        json.dumps(built)
        return built

    def test_says_each_kind_of_content(self):
        image = Media(MediaKind.IMAGE, media_id="17", filename="x.jpg")
        file = Media(MediaKind.DOCUMENT, url="https://bti.example.com/d.pdf", filename="d.pdf")
        link = {"link": file.url, "filename": "d.pdf"}
        place = Location(36.19, 5.41, "Chantier", "RN5")
        contact = SharedContact("Ali", ("+213550123456",))
        cases = [
            (Content(text="Salam"), "text", {"body": "Salam"}),
            (Content(media=(image,)), "image", {"id": "17"}),
            (Content("vu", media=(image,)), "image", {"id": "17", "caption": "vu"}),
            (Content("lu", media=(file,)), "document", {**link, "caption": "lu"}),
            (
                Content(media=(Media(MediaKind.VOICE, media_id="1"),)),
                "audio",
                {"id": "1", "voice": True},
            ),
            (Content(media=(Media(MediaKind.STICKER, media_id="1"),)), "sticker", {"id": "1"}),
            (
                Content(location=place),
                "location",
                {"latitude": 36.19, "longitude": 5.41, "name": "Chantier", "address": "RN5"},
            ),
            (Content(location=Location(0.0, 0.0)), "location", {"latitude": 0, "longitude": 0}),
            (
                Content(contacts=(contact,)),
                "contacts",
                [
                    {
                        "name": {"formatted_name": "Ali", "first_name": "Ali"},
                        "phones": [{"phone": "+213550123456"}],
                    }
                ],
            ),
        ]
        for content, kind, expected in cases:
            with self.subTest(content):
                built = self._build(content)
                self.assertEqual((built["type"], built[kind]), (kind, expected))
                self.assertEqual(built["messaging_product"], "whatsapp")
                self.assertEqual(built["biz_opaque_callback_data"], "bti-out-77")
                self.assertNotIn("context", built)

    def test_quotes_and_reacts(self):
        built = self._build(Content(text="oui"), reply_to="wamid.Q")
        self.assertEqual(built["context"], {"message_id": "wamid.Q"})
        for emoji in ("👍", ""):
            built = self._build(Content(text=emoji), reaction_to="wamid.Q")
            self.assertEqual(built["reaction"], {"message_id": "wamid.Q", "emoji": emoji})
            self.assertNotIn("text", built)

    def test_writes_to_a_number_or_a_user_id(self):
        odd = Address(AddressKind.WHATSAPP, USER.value)
        for address, expected in [
            (PHONE, {"to": "+213661000101"}),
            (NUMBER, {"to": "213661000101"}),
            (USER, {"recipient": USER.value}),
            (Address(AddressKind.BSUID, "US.ENT.118157"), {"recipient": "US.ENT.118157"}),
            (odd, {"recipient": USER.value}),
        ]:
            with self.subTest(address):
                self.assertEqual(body.build_recipient(address), expected)
                built = self._build(Content(text="x"), address=address)
                self.assertNotEqual("to" in built, "recipient" in built)

    def test_refuses_what_is_no_address(self):
        for kind, value in [
            (AddressKind.PHONE, "BTI"),
            (AddressKind.PHONE, "0550123456"),
            (AddressKind.PHONE, "+213 550"),
            (AddressKind.PHONE, "+" + "9" * 40),
            (AddressKind.WHATSAPP, "213550123456\n"),
            (AddressKind.BSUID, "213550123456"),
            (AddressKind.BSUID, "dz.1"),
            (AddressKind.BSUID, "DZ.1/../2"),
        ]:
            with self.subTest(value), self.assertRaises(PermanentError) as caught:
                body.build_recipient(Address(kind, value))
            self.assertIs(caught.exception.reason, FailureReason.NUMBER_INVALID)

    def test_few_choices_are_buttons_more_a_list(self):
        built = self._build(Content("Devis ?", choices=make_choices(3)))["interactive"]
        self.assertEqual((built["type"], built["body"]), ("button", {"text": "Devis ?"}))
        self.assertEqual(
            built["action"]["buttons"][0],
            {"type": "reply", "reply": {"id": "c0", "title": "Oui 0"}},
        )
        built = self._build(Content("Devis ?", choices=make_choices(10)))["interactive"]
        self.assertEqual(built["type"], "list")
        [section] = built["action"]["sections"]
        self.assertEqual(section["rows"][9], {"id": "c9", "title": "Oui 9"})
        self.assertTrue(built["action"]["button"])

    def test_fills_in_a_template(self):
        header = Media(MediaKind.DOCUMENT, media_id="9", filename="bl.pdf")
        cases = [
            (TemplateText("hello", "fr"), None),
            (
                TemplateText("pret", "ar", parameters=(("", "B8"), ("", "3"))),
                [
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "text": "B8"},
                            {"type": "text", "text": "3"},
                        ],
                    }
                ],
            ),
            (
                TemplateText("pret", "fr", parameters=(("prix", "12 DA"),), header=header),
                [
                    {
                        "type": "header",
                        "parameters": [
                            {"type": "document", "document": {"id": "9", "filename": "bl.pdf"}}
                        ],
                    },
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "parameter_name": "prix", "text": "12 DA"}],
                    },
                ],
            ),
        ]
        link = {
            "type": "button",
            "sub_type": "url",
            "index": "0",
            "parameters": [{"type": "text", "text": "S42"}],
        }
        cases.append((TemplateText("suivi", "fr", links=((0, "S42"),)), [link]))
        for template, components in cases:
            with self.subTest(template):
                built = self._build(Content(template=template))["template"]
                self.assertEqual(built["name"], template.name)
                self.assertEqual(built["language"], {"code": template.language})
                self.assertEqual(built.get("components"), components)

    def test_a_parameter_that_would_be_refused_is_named(self):
        cases = [
            ("", "nothing"),
            ("  ", "nothing"),
            ("a\nb", "a new line"),
            ("a\r\nb", "a new line"),
            ("a\tb", "a tab"),
            ("a     b", "more than 4 spaces in a row"),
        ]
        for value, words in cases:
            for name, shown in (("prix", "prix"), ("", "2")):
                parameters = (("", "ok    ok"), (name, value))
                message = make_message(
                    Content(template=TemplateText("t", "fr", parameters=parameters))
                )
                with self.subTest(value, name=name), self.assertRaises(PermanentError) as caught:
                    body.check_content(message)
                self.assertIs(caught.exception.reason, FailureReason.TEMPLATE)
                self.assertEqual(caught.exception.detail, f"parameter {shown} holds {words}")
            if value.strip():
                collapsed = body.collapse(value)
                self.assertEqual(collapsed, "a b")
                template = TemplateText("t", "fr", parameters=(("", collapsed),))
                body.check_content(make_message(Content(template=template)))

    def test_refuses_what_one_message_cannot_say(self):
        image = Media(MediaKind.IMAGE, media_id="1")
        place = Location(1.0, 2.0)
        template = TemplateText("t", "fr")
        code = TemplateText("t", "fr", category="authentication")
        sticker = Media(MediaKind.STICKER, media_id="1")
        unsupported = FailureReason.UNSUPPORTED
        cases = [
            (Content(media=(image,), location=place), unsupported),
            (Content(template=template, location=place), unsupported),
            (Content("x", location=place), unsupported),
            (Content("x", contacts=(SharedContact("A"),)), unsupported),
            (Content("x", template=template), unsupported),
            (Content("x", media=(image,), choices=make_choices(1)), unsupported),
            (Content("x", media=(sticker,)), unsupported),
            (Content("x", media=(Media(MediaKind.AUDIO, media_id="1"),)), unsupported),
            (Content(media=(Media(MediaKind.IMAGE),)), FailureReason.MEDIA),
            (
                Content(template=TemplateText("t", "fr", header=Media(MediaKind.IMAGE))),
                FailureReason.MEDIA,
            ),
            (Content(template=TemplateText("t", "fr", header=sticker)), unsupported),
            (Content(choices=make_choices(1)), FailureReason.EMPTY),
            (Content("x", choices=(Choice("", "Oui"),)), FailureReason.EMPTY),
            (Content("x", choices=(Choice("a", " "),)), FailureReason.EMPTY),
            (Content("x", choices=make_choices(3, "x" * 20)), FailureReason.TOO_LONG),
            (Content("x" * 1025, choices=make_choices(1)), FailureReason.TOO_LONG),
            (Content("x", choices=(Choice("a" * 201, "Oui"),)), FailureReason.TOO_LONG),
        ]
        for content, reason in cases:
            with self.subTest(content), self.assertRaises(PermanentError) as caught:
                body.check_content(make_message(content))
            self.assertIs(caught.exception.reason, reason)
            self.assertTrue(caught.exception.detail)
        with self.assertRaises(PermanentError):
            body.check_content(make_message(Content("x", media=(image,)), reaction_to="w"))
        with self.assertRaises(PermanentError):
            body.check_content(make_message(Content(template=code), USER))
        body.check_content(make_message(Content(template=code)))


class TestWhatsAppTemplates(BaseCase):
    def test_finds_the_gaps_of_a_text(self):
        for text, expected in [
            ("Bonjour", ()),
            ("{{2}} puis {{1}}, {{ 2 }}, {{10}}", ("1", "2", "10")),
            ("{{prix}} de {{produit}} et {{prix}}", ("prix", "produit")),
            ("{{}} {1} {{a b}}", ()),
        ]:
            with self.subTest(text):
                self.assertEqual(templates.find_gaps(text), expected)

    def test_builds_what_is_submitted(self):
        cases = [
            (("Bonjour",), "POSITIONAL", None),
            (("{{1}} à {{2}}", ("B8", "12")), "POSITIONAL", {"body_text": [["B8", "12"]]}),
            (
                ("Prix {{prix}}", ("12 DA",)),
                "NAMED",
                {"body_text_named_params": [{"param_name": "prix", "example": "12 DA"}]},
            ),
        ]
        for values, parameter_format, example in cases:
            with self.subTest(values):
                found, [component] = templates.build_components(*values)
                self.assertEqual(found, parameter_format)
                self.assertEqual(component.get("example"), example)
        _format, components = templates.build_components("x", header="BTI", footer="STOP")
        self.assertEqual(
            [component["type"] for component in components], ["HEADER", "BODY", "FOOTER"]
        )

    def test_reads_a_page_whatever_is_odd(self):
        good = {
            "id": 594425479261596,
            "name": "pret",
            "language": "fr",
            "category": "UTILITY",
            "status": "REJECTED",
            "rejected_reason": "INVALID_FORMAT",
            "quality_score": {"score": "GREEN"},
            "components": [
                {"type": "HEADER", "format": "IMAGE"},
                {"type": "BODY", "text": "{{1}} est prêt"},
                {"type": "FOOTER", "text": "BTI"},
                None,
            ],
        }
        page = templates.read_page(
            {
                "data": [good, None, {}, {"name": "x", "language": "ar", "components": "y"}],
                "paging": {"cursors": {"after": "AFTER"}, "next": "https://graph.invalid"},
            }
        )
        first, second = page.templates
        self.assertEqual(page.after, "AFTER")
        self.assertEqual(
            (first.id, first.category, first.status, first.reason, first.quality),
            ("594425479261596", "utility", "rejected", "INVALID_FORMAT", "green"),
        )
        self.assertEqual(
            (first.header, first.body, first.footer, first.gaps, first.named),
            ("image", "{{1}} est prêt", "BTI", ("1",), False),
        )
        self.assertEqual((second.name, second.body, second.gaps), ("x", "", ()))
        last = templates.read_page({"data": [], "paging": {"cursors": {"after": "A"}}})
        self.assertEqual((last.templates, last.after), ((), ""))
        for odd in ({}, {"data": None, "paging": []}, {"data": {}}):
            self.assertEqual(templates.read_page(odd).templates, ())
