import base64
import io

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..delivery_common import DeliveryCommon

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)
ARABIC = "[\u0600-\u06ff\ufb50-\ufeff]"


class DocumentsCommon(DeliveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "country_id": cls.env.ref("base.dz").id,
                "vat": "000116002345678",
                "nis": "000116010012345",
                "rc": "16/00-0012345 B 00",
                "ai": "16010012345",
                "report_footer": "<p>Footer of the test brickworks</p>",
                "external_report_layout_id": cls.env.ref("web.external_layout_standard").id,
            }
        )
        for lang in ("fr_FR", "ar_001"):
            cls.env["res.lang"]._activate_lang(lang)
        cls._compile_style_sheets()

    def _print(self, report, records, lang=None):
        env = records.env
        content, kind = (
            env["ir.actions.report"]
            .with_company(self.company)
            .with_context(force_report_rendering=True, lang=lang or env.lang)
            ._render_qweb_pdf(f"bti_sales.action_report_{report}", records.ids)
        )
        self.assertEqual(kind, "pdf")
        return PdfReader(io.BytesIO(content))

    def _text(self, *args, **kw):
        reader = self._print(*args, **kw)
        return " ".join(" ".join(page.extract_text() for page in reader.pages).split())

    def _set_lang(self, lang):
        (self.client_partner | self.site).lang = lang


@tagged("-at_install", "post_install")
class TestOrderDocuments(DocumentsCommon):
    def test_pro_forma_says_all_that_the_client_needs(self):
        self.client_partner.write({"vat": "099916002345678", "rc": "15/00-0054321 A 01"})
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id),
            (self.b12, 1000, None),
            partner_shipping_id=self.site.id,
            commitment_date="2030-03-05 09:00:00",
        )
        text = self._text("pro_forma", order)
        for shown in (
            f"Pro-forma invoice {order.name}",
            "Valid until",
            "NIF : 000116002345678",
            "NIS : 000116010012345",
            "RC : 15/00-0054321",
            "Karim Test",
            "5,060 pcs",
            "10,120.00 / pal.",
            "40.00 / pc",
            "55.00 / pc",
            "6 pal. + 112 pcs",
            "257,400.00",
            "Two Hundred",
            "12 secret street",
            "No trailer after the bridge",
            "03/05/2030",
            "2 × Semi-trailer test",
            "read and approved",
        ):
            with self.subTest(shown=shown):
                self.assertIn(shown, text)

    def test_price_per_piece_shows_what_a_pallet_price_hides(self):
        order = self._new_order((self.b8, 2, self.b8.pallet_uom_id), (self.b8, 100, None))
        order.order_line[0].price_unit = 10000
        order.order_line[1].price_unit = 39.5
        first, second = order.order_line
        self.assertEqual(first._get_document_prices(), ["10,000.00 / pal.", "39.5257 / pc"])
        self.assertEqual(second._get_document_prices(), ["39.50 / pc"])

    def test_long_pro_forma_has_header_footer_number_and_table_head_on_each_page(self):
        lines = [(self.b8, 20, self.b8.pallet_uom_id)] * 55
        for lang, company in (("en_US", "Test brickworks"), ("ar_001", "Test brickworks")):
            self._set_lang(lang)
            reader = self._print("pro_forma", self._new_order(*lines))
            count = len(reader.pages)
            with self.subTest(lang=lang):
                self.assertGreaterEqual(count, 3)
                heads = 0
                for number, page in enumerate(reader.pages, start=1):
                    text = " ".join(page.extract_text().split())
                    self.assertIn(company, text)
                    self.assertIn("Footer of the test brickworks", text)
                    # "1 / 3", which a page from right to left may give back as "3 / 1"
                    self.assertRegex(text, rf"{number} / {count}|{count} / {number}")
                    if lang == "en_US":
                        heads += "Unit Price" in text
                if lang == "en_US":
                    self.assertGreaterEqual(heads, count - 1)
                    last = [p.extract_text() for p in reader.pages if "Untaxed" in p.extract_text()]
                    # the totals are not alone on their page
                    self.assertTrue(all("B8 test" in text for text in last))

    def test_papers_of_a_client_with_a_login_advertise_nothing(self):
        self.env["res.users"].create(
            {
                "name": "Client with a login",
                "login": "client_login_test",
                "partner_id": self.client_partner.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        order = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        reports = self.env["ir.actions.report"].search(
            [("model", "=", "sale.order"), ("report_type", "=", "qweb-pdf")]
        )
        self.assertGreater(len(reports), 1)
        for report in reports:
            with self.subTest(report.report_name):
                content = report._render_qweb_html(report, order.ids)[0].decode()
                self.assertIn(order.name, content)
                self.assertNotIn("Connect your software", content)
                self.assertNotIn("connect_software", content)

    def test_short_pro_forma_takes_one_page(self):
        for lang in ("en_US", "fr_FR", "ar_001"):
            self._set_lang(lang)
            order = self._new_order((self.b8, 2530, None), (self.hourdis, 400, None))
            with self.subTest(lang=lang):
                self.assertEqual(len(self._print("pro_forma", order).pages), 1)

    def test_order_confirmation_is_numbered_once(self):
        order = self._new_order((self.b8, 253, None))
        self.assertFalse(order.order_confirmation_name)
        self.assertIn("Pro-forma invoice", self._text("order_confirmation", order))
        order.action_confirm()
        number = order.order_confirmation_name
        self.assertRegex(number, r"^BC/\d{4}/\d{5}$")
        order.sudo()._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(order.order_confirmation_name, number)
        self.assertFalse(order.copy().order_confirmation_name)
        other = self._new_order((self.b8, 253, None))
        other.action_confirm()
        self.assertNotEqual(other.order_confirmation_name, number)
        found = self.env["sale.order"].search([("order_confirmation_name", "ilike", number)])
        self.assertEqual(found, order.with_env(self.env))

    def test_order_confirmation_shows_what_was_signed_online(self):
        order = self._new_order((self.b8, 253, None))
        order.write(
            {"signature": PIXEL, "signed_by": "Karim Signs", "signed_on": "2030-01-02 10:00:00"}
        )
        order.action_confirm()
        text = self._text("order_confirmation", order)
        for shown in (order.order_confirmation_name, order.name, "Karim Signs", "01/02/2030"):
            self.assertIn(shown, text)

    def test_both_languages(self):
        order = self._new_order((self.b8, 2530, None))
        order.action_confirm()
        for lang, pattern in (("fr_FR", "Montant"), ("ar_001", ARABIC)):
            self._set_lang(lang)
            for report in ("pro_forma", "order_confirmation"):
                with self.subTest(lang=lang, report=report):
                    self.assertRegex(self._text(report, order), pattern)

    def test_amount_in_words_closes_at_what_is_paid_in_cash(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        cash = self.env["account.journal"].create(
            {"name": "Cash", "code": "CSH9", "type": "cash", "company_id": self.company.id}
        )
        order = self._new_order((self.b8, 253, None))
        self._set_lang("fr_FR")
        self.assertIn("dix mille cent vingt ", self._text("pro_forma", order))
        order.preferred_payment_method_line_id = cash.inbound_payment_method_line_ids[:1]
        self.assertEqual(order.amount_total_cash, 10222)
        self.assertIn("dix mille deux cent vingt-deux ", self._text("pro_forma", order))

    def test_company_of_another_country_has_no_algerian_mentions(self):
        self.company.vat = False
        self.company.country_id = self.env.ref("base.tn")
        self.env["res.partner.bank"].create(
            {"partner_id": self.company.partner_id.id, "acc_number": "TN59 1000 6035"}
        )
        order = self._new_order((self.b8, 2530, None))
        order.action_confirm()
        text = self._text("order_confirmation", order)
        for mention in ("NIF", "NIS", "RC :", "RIB"):
            self.assertNotIn(mention, text)
        self.assertIn("TN59 1000 6035", text)
        self.assertNotIn("NIF", self._text("delivery_note", order.sudo().picking_ids))

    def test_mail_has_the_paper_the_link_and_the_client_s_language(self):
        self.client_partner.email = "karim@example.com"
        order = self._new_order((self.b8, 2530, None))
        for kind in ("pro_forma", "order_confirmation"):
            if kind == "order_confirmation":
                order.action_confirm()
            action = order.action_quotation_send()
            template = self.env["mail.template"].browse(action["context"]["default_template_id"])
            with self.subTest(kind=kind):
                self.assertEqual(template, self.env.ref(f"bti_sales.mail_template_{kind}"))
                self.assertEqual(
                    template.report_template_ids.report_name, f"bti_sales.report_{kind}"
                )
                values = template.with_context(force_report_rendering=True)._generate_template(
                    order.ids, ("body_html", "subject", "attachment_ids", "report_template_ids")
                )[order.id]
                self.assertIn(f"/my/orders/{order.id}?access_token=", values["body_html"])
                name, content = values["attachments"][0][:2]
                self.assertTrue(name.endswith(".pdf") and "/" not in name, name)
                self.assertTrue(base64.b64decode(content).startswith(b"%PDF"))

    def test_a_chosen_confirmation_template_stays(self):
        chosen = self.env["mail.template"].create(
            {"name": "Chosen", "model_id": self.env.ref("sale.model_sale_order").id}
        )
        self.env["ir.config_parameter"].set_param("sale.default_confirmation_template", chosen.id)
        order = self._new_order((self.b8, 253, None))
        order.action_confirm()
        self.assertEqual(order._get_confirmation_template(), chosen)

    def test_print_menu_has_each_paper_once(self):
        bindings = self.env["ir.actions.actions"]._get_bindings("sale.order")["report"]
        names = [action["name"] for action in bindings]
        self.assertIn("Pro-forma Invoice", names)
        self.assertIn("Order Confirmation", names)
        self.assertNotIn("PRO-FORMA Invoice", names)
        self.assertNotIn("Quotation / Order", names)


@tagged("-at_install", "post_install")
class TestDeliveryDocuments(DocumentsCommon):
    def test_delivery_note_has_truck_times_and_room_to_write(self):
        delivery = self._new_delivery((self.b8, 2555))
        self._new_trip(delivery)
        delivery._move_to_stage(self.stages["delivered"])
        text = self._text("delivery_note", delivery)
        for shown in (
            f"Delivery note {delivery.name}",
            "Karim Test",
            "12 secret street",
            "01234-116-15",
            "Mourad Driver",
            "2,555",
            "Accepted",
            "Broken",
            "Everything accepted",
            "Pallets given back",
            "Unloaded",
            "goods received",
        ):
            with self.subTest(shown=shown):
                self.assertIn(shown, text)
        for lang, pattern in (("fr_FR", "Chauffeur"), ("ar_001", ARABIC)):
            self._set_lang(lang)
            self.assertRegex(self._text("delivery_note", delivery), pattern)

    def test_every_paper_speaks_both_languages_and_arabic_runs_from_right_to_left(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        delivery = self._new_delivery((self.b8, 2530))
        trip = self._new_trip(delivery)
        delivery._move_to_stage(self.stages["loading"])
        trip._issue_gate_pass()
        delivery._move_to_stage(self.stages["delivered"])
        order = delivery.sale_id
        invoice = order._create_invoices()
        invoice.action_post()
        statement = self.env["bti.pallet.statement"].create(
            {"partner_id": self.client_partner.id, "company_id": self.company.id}
        )
        papers = (
            ("bti_sales.action_report_pro_forma", order, "Palettes complètes"),
            ("bti_sales.action_report_order_confirmation", order, "Bon de commande"),
            ("bti_sales.action_report_delivery_note", delivery, "Bon de livraison"),
            ("bti_sales.action_report_gate_pass_trip", trip, "Bon de sortie"),
            ("bti_sales.action_report_pallet_statement", statement, "État des palettes"),
            ("account.account_invoices", invoice, "Facture"),
        )
        for lang, direction in (("fr_FR", "ltr"), ("ar_001", "rtl")):
            self._set_lang(lang)
            for report, record, french in papers:
                with self.subTest(report=report, lang=lang):
                    html, _kind = (
                        self.env["ir.actions.report"]
                        .with_company(self.company)
                        .with_context(lang=lang)
                        ._render_qweb_html(report, record.ids)
                    )
                    page = html.decode()
                    self.assertEqual(".rtl." in page, direction == "rtl")
                    body = page.split("<body", 1)[1]
                    self.assertRegex(body, ARABIC if lang == "ar_001" else french)

    def test_gate_pass_is_refused_until_the_load_is_complete(self):
        delivery = self._new_delivery((self.b8, 2530))
        trip = self._new_trip(delivery)
        with self.assertRaisesRegex(UserError, "Not being loaded yet"):
            trip._issue_gate_pass()
        self.assertFalse(trip.gate_pass_name)
        delivery.do_unreserve()
        delivery._move_to_stage(self.stages["loading"])
        with self.assertRaisesRegex(UserError, "not complete"):
            trip._issue_gate_pass()
        delivery.action_assign()
        trip.vehicle_id = False
        with self.assertRaisesRegex(UserError, "no truck"):
            trip._issue_gate_pass()
        trip.vehicle_id = self.truck
        trip._issue_gate_pass()
        text = self._text("gate_pass_trip", trip)
        self.assertRegex(trip.gate_pass_name, r"^BS/\d{4}/\d{5}$")
        for shown in (
            trip.gate_pass_name,
            trip.gate_pass_reference,
            "01234-116-15",
            "Mourad Driver",
            delivery.name,
            "2,530",
            "Tare",
        ):
            self.assertIn(shown, text)

    def test_gate_pass_is_numbered_once_and_shared_by_trip_and_load(self):
        delivery = self._new_delivery((self.b8, 2530))
        trip = self._new_trip(delivery)
        delivery._move_to_stage(self.stages["loading"])
        trip._issue_gate_pass()
        self.assertIn("BS/", self._text("gate_pass_picking", delivery))
        number, reference = trip.gate_pass_name, trip.gate_pass_reference
        self.assertTrue(number)
        self.assertFalse(delivery.gate_pass_name)
        trip.action_print_gate_pass()
        delivery.action_print_gate_pass()
        self.assertEqual((trip.gate_pass_name, trip.gate_pass_reference), (number, reference))
        self.assertRegex(reference, rf"^{number}-[A-Z2-9]{{6}}$")
        self.assertIn("<svg", base64.b64decode(trip._get_gate_pass_qr()).decode())
        for lang in ("fr_FR", "ar_001"):
            self.assertIn(number, self._text("gate_pass_trip", trip, lang=lang))

    def test_load_that_the_client_fetches_has_its_own_gate_pass(self):
        delivery = self._new_delivery((self.b8, 2530))
        delivery._move_to_stage(self.stages["loading"])
        delivery.with_user(self.dispatcher).action_print_gate_pass()
        self.assertIn("BS/", self._text("gate_pass_picking", delivery.with_user(self.dispatcher)))
        self.assertTrue(delivery.gate_pass_name)

    def test_delivery_note_goes_to_the_client(self):
        delivery = self._new_delivery((self.b8, 2530))
        action = delivery.with_user(self.dispatcher).action_send_delivery_note()
        template = self.env.ref("bti_sales.mail_template_delivery_note")
        self.assertEqual(action["context"]["default_template_id"], template.id)
        values = template.with_user(self.dispatcher)._generate_template(
            delivery.ids, ("body_html", "attachment_ids", "report_template_ids")
        )[delivery.id]
        self.assertIn("/t/", values["body_html"])
        self.assertTrue(values["attachments"])


@tagged("-at_install", "post_install")
class TestDocumentsPortal(DocumentsCommon, HttpCase):
    """Each client finds his own papers, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls.env["res.partner"].create({"name": "Stranger", "lang": "en_US"})
        for login, partner in (("client_test", cls.client_partner), ("stranger", cls.stranger)):
            new_test_user(
                cls.env,
                login,
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
                lang="en_US",
            )
        cls.delivery = cls._new_delivery((cls.b8, 2530))
        cls.order = cls.delivery.sale_id
        cls._new_trip(cls.delivery)
        cls.delivery._move_to_stage(cls.stages["delivered"])
        cls.statement = cls.env["bti.pallet.statement"].create(
            {"partner_id": cls.client_partner.id, "company_id": cls.company.id}
        )

    def _urls(self):
        documents = self.order.with_context(lang="en_US")._get_portal_documents()
        return {document["kind"]: document["url"] for document in documents}

    def test_client_finds_and_downloads_his_papers(self):
        self.authenticate("client_test", "client_test")
        page = self.url_open(f"/my/orders/{self.order.id}").text
        urls = self._urls()
        self.assertEqual(list(urls), ["Pro-forma invoice", "Order confirmation", "Delivery note"])
        for name in (self.order.name, self.order.order_confirmation_name, self.delivery.name):
            self.assertIn(name, page)
        for kind, url in urls.items():
            answer = self.url_open(url)
            with self.subTest(kind=kind):
                self.assertEqual(answer.headers["Content-Type"], "application/pdf")
                self.assertIn(kind, answer.text)  # a test's server prints HTML

    def test_the_link_is_enough_and_no_link_is_nothing(self):
        for kind, url in self._urls().items():
            with self.subTest(kind=kind):
                answer = self.url_open(url)
                self.assertEqual(answer.headers["Content-Type"], "application/pdf")
                path, _sep, _query = url.partition("?")
                for query in ("", "?access_token=wrong", "?report_type=pdf&document=pro_forma"):
                    answer = self.url_open(path + query)
                    self.assertNotIn("pdf", answer.headers["Content-Type"])

    def test_a_stranger_gets_nothing(self):
        self.authenticate("stranger", "stranger")
        for path in (
            f"/my/orders/{self.order.id}?report_type=pdf",
            f"/my/orders/{self.order.id}?report_type=pdf&document=pro_forma",
            f"/my/picking/pdf/{self.delivery.id}",
            f"/my/pallets/{self.statement.id}",
        ):
            with self.subTest(path=path):
                answer = self.url_open(path)
                self.assertNotIn("pdf", answer.headers["Content-Type"])
        page = self.url_open("/my/pallets").text
        self.assertNotIn(self.statement.name, page)
        self.assertNotIn(self.delivery.name, page)

    def test_client_sees_his_pallets(self):
        self.authenticate("client_test", "client_test")
        page = self.url_open("/my/pallets").text
        self.assertIn(self.statement.name, page)
        self.assertIn(self.delivery.name, page)
        answer = self.url_open(f"/my/pallets/{self.statement.id}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(self.url_open("/my").status_code, 200)
