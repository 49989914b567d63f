import json
from dataclasses import replace

from odoo.tests import BaseCase

from ...gateways.base import CredentialsError, PermanentError, TransientError
from ...gateways.content import Media, MediaKind
from ...gateways.meta import whatsapp_templates
from ..fake_whatsapp import ACCOUNT, PHONE
from .test_gateway_whatsapp import FIXTURES, PORTFOLIO, WhatsAppCase


class TestWhatsAppCalls(WhatsAppCase, BaseCase):
    # === FILES === #

    def test_uploads_a_file(self):
        self.network.known["POST", f"{PHONE}/media"] = 200, {"id": 1700000000000301}
        media = Media(
            MediaKind.DOCUMENT, content=b"%PDF", mimetype="application/pdf", filename="é.pdf"
        )
        uploaded = self.make_gateway().upload(media)
        self.assertEqual((uploaded.media_id, uploaded.content), ("1700000000000301", b""))
        self.assertEqual(uploaded.filename, "é.pdf")
        [body] = self.network.uploads
        for piece in (b"%PDF", b'name="messaging_product"', b"whatsapp", b"application/pdf"):
            self.assertIn(piece, body)
        self.network.known["POST", f"{PHONE}/media"] = 200, {}
        with self.assertRaises(TransientError):
            self.make_gateway().upload(media)

    def test_asks_where_a_file_is(self):
        answer = json.loads((FIXTURES / "whatsapp_media_lookup.json").read_text(encoding="utf-8"))
        self.network.known["GET", answer["id"]] = 200, answer
        media = Media(MediaKind.IMAGE, media_id=answer["id"], sha256="ab" * 32)
        found = self.make_gateway().lookup_media(media)
        self.assertEqual((found.url, found.size), (answer["url"], 48213))
        self.assertEqual((found.mimetype, found.sha256), ("image/jpeg", "ab" * 32))
        self.assertEqual(self.network.requests[-1][2], {"phone_number_id": PHONE})
        for size in (None, "x", -1, [], True):
            self.network.known["GET", answer["id"]] = 200, {"file_size": size}
            self.assertEqual(self.make_gateway().lookup_media(media).size, 0)
        with self.assertRaises(PermanentError):
            self.make_gateway().lookup_media(Media(MediaKind.IMAGE, media_id="../me"))

    def test_reads_a_file_with_the_token(self):
        self.network.files["/f"] = "Bon de livraison"
        media = Media(
            MediaKind.DOCUMENT,
            url=f"{self.network.url}/f",
            mimetype="text/plain",
            filename="bl.txt",
        )
        found = self.make_gateway().download(media)
        self.assertEqual((found.content, found.filename), (b"Bon de livraison", "bl.txt"))
        self.network.known["GET", "17"] = 200, {"url": media.url}
        by_id = replace(media, media_id="17", url="https://lookaside.example.invalid/expired")
        self.assertEqual(self.make_gateway().download(by_id).content, found.content)
        with self.assertRaises(CredentialsError):
            self.make_gateway(access_token="other").download(media)
        for url in ("http://10.0.0.1/x", "file:///etc/passwd", "", "https://[::1"):
            with self.subTest(url), self.assertRaises(PermanentError):
                self.make_gateway().download(replace(media, url=url))

    # === TEMPLATES, NUMBER, ACCOUNT === #

    def test_reads_templates_page_by_page(self):
        path = f"{ACCOUNT}/message_templates"
        item = {"id": "1", "name": "pret", "language": "fr", "status": "APPROVED"}
        paging = {"cursors": {"after": "NEXT"}, "next": "https://graph.invalid/?after=NEXT"}
        self.network.known["GET", path] = 200, {"data": [item], "paging": paging}
        page = self.make_gateway().list_templates()
        self.assertEqual((page.templates[0].status, page.after), ("approved", "NEXT"))
        self.network.known["GET", path] = 200, {"data": []}
        self.assertEqual(self.make_gateway().list_templates(page.after).after, "")
        self.assertEqual(self.network.requests[-1][2]["after"], "NEXT")

    def test_submits_and_deletes_templates(self):
        path = f"{ACCOUNT}/message_templates"
        answer = {"id": "594", "status": "PENDING", "category": "MARKETING"}
        self.network.known["POST", path] = 200, answer
        built = whatsapp_templates.build_components("{{1}} est prêt", ("B8",))
        template = self.make_gateway().create_template("pret", "fr", "utility", *built)
        self.assertEqual((template.id, template.status), ("594", "pending"))
        self.assertEqual(template.category, "marketing", "the network has the last word")
        body = self.network.requests[-1][3]
        self.assertEqual((body["category"], body["parameter_format"]), ("UTILITY", "POSITIONAL"))
        self.network.known["DELETE", path] = 200, {"success": True}
        self.make_gateway().delete_template("pret")
        self.make_gateway().delete_template("pret", "594")
        self.assertEqual(
            [request[2] for request in self.network.requests[-2:]],
            [{"name": "pret"}, {"name": "pret", "hsm_id": "594"}],
        )

    def test_words_a_template_anew_under_its_id(self):
        self.network.known["POST", "594"] = 200, {"success": True}
        _format, components = whatsapp_templates.build_components("Prêt", footer="BTI")
        self.make_gateway().edit_template("594", "utility", components)
        body = self.network.requests[-1][3]
        self.assertEqual(body, {"category": "UTILITY", "components": components})

    def test_reads_what_stands_around_a_text(self):
        buttons = (
            whatsapp_templates.Button("QUICK_REPLY", "Oui"),
            whatsapp_templates.Button("URL", "Site", "https://example.com"),
            whatsapp_templates.Button("PHONE_NUMBER", "Appeler", "+21321000001"),
        )
        for body, examples in (("Le {{1}} à {{2}}.", ("B8", "10 h")), ("Le {{prix}}.", ("38",))):
            parameter_format, components = whatsapp_templates.build_components(
                body, examples, "Titre", "BTI", buttons
            )
            read = whatsapp_templates.read_template(
                {"components": components, "parameter_format": parameter_format}
            )
            with self.subTest(body):
                self.assertEqual((read.header_text, read.footer, read.wants), ("Titre", "BTI", ""))
                self.assertEqual((read.buttons, read.examples), (buttons, examples))
        for components, wants in (
            ([{"type": "HEADER", "format": "IMAGE"}], ""),
            ([{"type": "HEADER", "format": "LOCATION"}], "header"),
            ([{"type": "HEADER", "format": "TEXT", "text": "{{1}}"}], "header"),
            ([{"type": "BUTTONS", "buttons": [{"type": "OTP"}]}], "button"),
            ([{"type": "BUTTONS", "buttons": [{"type": "URL", "url": "x/{{1}}"}]}], "button"),
            ([{"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://x/{{1}}"}]}], ""),
            ([{"type": "CAROUSEL"}], "button"),
            ([{"type": "BODY", "example": {"body_text": "x"}}, None], ""),
        ):
            with self.subTest(components=components):
                read = whatsapp_templates.read_template({"components": components})
                self.assertEqual(read.wants, wants)

    def test_asks_about_the_number_and_the_account(self):
        gateway = self.make_gateway()
        known = self.network.known
        known["GET", PHONE] = 200, {"quality_rating": "GREEN"}
        known["GET", f"{ACCOUNT}/phone_numbers"] = 200, {"data": [{"id": PHONE}, None]}
        known["GET", ACCOUNT] = 200, {"owner_business_info": {"id": PORTFOLIO}}
        known["GET", f"{ACCOUNT}/subscribed_apps"] = (
            200,
            {"data": [{"whatsapp_business_api_data": {"id": 77}}, {}, None]},
        )
        known["POST", f"{ACCOUNT}/subscribed_apps"] = 200, {"success": True}
        known["POST", f"{PHONE}/register"] = 200, {"success": True}
        known["POST", f"{PHONE}/smb_app_data"] = 200, {"request_id": 5}
        self.assertEqual(gateway.get_phone_number(), {"quality_rating": "GREEN"})
        self.assertEqual(gateway.list_phone_numbers(), [{"id": PHONE}])
        self.assertEqual(gateway.get_account()["owner_business_info"]["id"], PORTFOLIO)
        self.assertEqual(gateway.list_subscriptions(), ["77"])
        gateway.subscribe()
        gateway.register("123456")
        self.assertEqual(self.network.requests[-1][3]["pin"], "123456")
        self.assertEqual(gateway.request_app_data("history"), "5")
        for pin in ("", "12345", "١٢٣٤٥٦", "1234567"):
            with self.subTest(pin), self.assertRaises(PermanentError):
                gateway.register(pin)
