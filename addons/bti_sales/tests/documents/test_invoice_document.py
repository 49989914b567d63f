from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from ..common import BricksCommon


@tagged("post_install", "-at_install")
class TestInvoiceDocument(BricksCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.dinar = cls.env.ref("base.DZD")
        cls.dinar.active = True
        cls.company.write(
            {
                "country_id": cls.env.ref("base.dz").id,
                "currency_id": cls.dinar.id,
                "vat": "000015000000009",
                "nis": "000515010012345",
                "rc": "15/00-0012345B05",
                "ai": "15010012345",
            }
        )
        cls.env["res.partner.bank"].create(
            {"partner_id": cls.company.partner_id.id, "acc_number": "00799999000000020091"}
        )
        cls.client_partner.write({"nis": "000515010099999", "rc": "22B1242074"})
        cls.cash = (
            cls.env["account.journal"]
            .create({"name": "Till", "code": "TIL", "type": "cash", "company_id": cls.company.id})
            .inbound_payment_method_line_ids[:1]
        )
        cls.vat = cls.env["account.tax"].create(
            {"name": "VAT 19", "amount": 19, "company_id": cls.company.id}
        )

    def _deliver(self, order, pieces):
        """Deliver some pieces of the order's only line."""
        picking = order.picking_ids.filtered(lambda picking: picking.state != "done")[:1]
        picking.move_ids.write({"quantity": pieces, "picked": True})
        picking._action_done()
        return picking

    def _new_delivered_order(self, pieces=5060):
        self._add_stock(self.b8, pieces)
        order = self._new_order((self.b8, pieces, None), user=self.env.user)
        order.order_line.tax_ids = self.vat
        order.preferred_payment_method_line_id = self.cash
        order.action_confirm()
        return order

    def _render(self, move, lang="en_US"):
        move.partner_id.lang = lang
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.account_invoices", move.ids
        )
        return " ".join(html.fromstring(content).text_content().split())

    def test_invoice_carries_the_mentions_of_the_law(self):
        order = self._new_delivered_order()
        picking = self._deliver(order, 5060)
        invoice = order._create_invoices()
        invoice.action_post()
        text = self._render(invoice)
        # 5,060 x 40 = 202,400; VAT 38,456; duty 2 per 100 of 240,856
        for expected in (
            "NIF : 000015000000009",
            "NIS : 000515010012345",
            "RC : 15/00-0012345B05",
            "AI : 15010012345",
            "RIB 007 99999 0000000200 91",
            "Total incl. VAT",
            "NIS : 000515010099999",
            "RC : 22B1242074",
            picking.name,
            "20 pal.",
            "240,856.00",
            "4,818.00",
            "245,674.00",
            "Cash",
            "This invoice is closed at the sum of:",
        ):
            with self.subTest(expected=expected):
                self.assertIn(expected, text)
        self.assertEqual(text.count("Stamp duty"), 1, "below the total, not among the goods")

    def test_invoice_says_who_sells_who_buys_and_how_it_is_paid(self):
        self.company.write(
            {
                "legal_form": "SARL",
                "share_capital": 10_000_000,
                "business_activity": "Bricks and tiles",
            }
        )
        self.client_partner.write({"legal_form": "EURL", "business_activity": "Public works"})
        site = self.env["res.partner"].create(
            {"name": "Site Freha", "type": "delivery", "parent_id": self.client_partner.id,
             "street": "Station road", "city": "Freha"}
        )  # fmt: skip
        order = self._new_delivered_order()
        order.write({"client_order_ref": "CMD-77", "partner_shipping_id": site.id})
        self._deliver(order, 5060)
        invoice = order._create_invoices()
        invoice.action_post()
        text = self._render(invoice)
        self.assertRegex(text, r"SARL with a capital of \W*10,000,000.00\W*DA\W+Bricks and tiles")
        for shown in ("EURL · Public works", "CMD-77", "Site Freha · Station road · Freha"):
            with self.subTest(shown=shown):
                self.assertIn(shown, text)
        # one number per order, and nothing twice
        self.assertIn(order.order_confirmation_name, text)
        self.assertNotIn(order.name, text)
        self.assertEqual(text.count("CMD-77"), 1)
        self.assertNotIn("00799999000000020091", text, "grouped as banks write it")
        invoice = invoice.copy({"preferred_payment_method_line_id": False, "ref": "typed here"})
        text = self._render(invoice)
        self.assertIn("Payment by", text, "asked by the law: to be filled in by hand")
        self.assertIn("typed here", text)

    def test_delivery_note_names_the_order_and_no_bank(self):
        order = self._new_delivered_order()
        order.client_order_ref = "CMD-78"
        picking = self._deliver(order, 5060)
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "bti_sales.action_report_delivery_note", picking.ids
        )
        text = " ".join(html.fromstring(content).text_content().split())
        for shown in (order.order_confirmation_name, "CMD-78", "NIF : 000015000000009"):
            with self.subTest(shown=shown):
                self.assertIn(shown, text)
        for hidden in (order.name, "RIB", "20091"):
            with self.subTest(hidden=hidden):
                self.assertNotIn(hidden, text)

    def test_totals_before_the_duty(self):
        order = self._new_delivered_order()
        self._deliver(order, 5060)
        invoice = order._create_invoices()
        totals = invoice._get_document_tax_totals()
        self.assertEqual(totals["total_amount_currency"], 240856)
        self.assertEqual(totals["subtotals"][0]["base_amount_currency"], 202400)
        self.assertEqual(invoice.tax_totals["total_amount_currency"], 245674)

    def test_each_invoice_names_its_own_deliveries(self):
        self.b8.invoice_policy = "delivery"
        order = self._new_delivered_order(506)
        first = self._deliver(order, 253)
        invoice = order._create_invoices()
        invoice.action_post()
        second = self._deliver(order, 253)
        final = order._create_invoices()
        self.assertEqual(invoice._get_delivery_notes(), first)
        self.assertEqual(final._get_delivery_notes(), second)
        credit = invoice._reverse_moves()
        self.assertEqual(credit._get_delivery_notes(), first)

    def test_credit_note_closes_as_a_credit_note(self):
        order = self._new_delivered_order()
        self._deliver(order, 5060)
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertIn("This credit note is closed at", self._render(invoice._reverse_moves()))

    def test_french_company_keeps_odoo_invoice(self):
        self.company.vat = False
        self.company.country_id = self.env.ref("base.fr")
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": self.client_partner.id,
                "invoice_date": "2026-03-01",
                "preferred_payment_method_line_id": self.cash.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.b8.id, "quantity": 253, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        text = self._render(invoice)
        for unexpected in ("NIS", "RIB", "Stamp duty", "closed at the sum", "000515010099999"):
            with self.subTest(unexpected=unexpected):
                self.assertNotIn(unexpected, text)

    def test_order_document_estimates_the_duty(self):
        order = self._new_order((self.b8, 5060, None), user=self.env.user)
        order.preferred_payment_method_line_id = self.cash
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "sale.action_report_saleorder", order.ids
        )
        text = " ".join(html.fromstring(content).text_content().split())
        self.assertIn("Stamp duty (payment in cash, estimate)", text)
        self.assertIn("4,048.00", text)
