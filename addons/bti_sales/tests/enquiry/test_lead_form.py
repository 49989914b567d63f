from odoo.tests import tagged

from odoo.addons.bti_messaging.gateways.meta.leads import Lead, LeadForm, LeadQuestion

from .test_quote_needs import QuoteNeedsCommon


@tagged("-at_install", "post_install")
class TestLeadForm(QuoteNeedsCommon):
    """From what somebody filled in below an advert to the invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.b8.default_code = "ZB8"
        cls.b12.default_code = "ZB12"
        account = cls.env["bti.account"].create({"name": "App", "company_id": cls.company.id})
        cls.page = cls.env["bti.channel"].create(
            {
                "name": "Page",
                "provider": "messenger",
                "company_id": cls.company.id,
                "account_id": account.id,
                "external_id": "104200000000001",
            }
        )
        questions = (
            LeadQuestion("full_name", "Nom", "FULL_NAME"),
            LeadQuestion("phone_number", "Téléphone", "PHONE"),
            LeadQuestion("product", "Produit"),
            LeadQuestion("pieces", "Combien ?"),
        )
        cls.env["bti.lead.form"]._store(
            cls.page, [LeadForm("22", "Devis", "ACTIVE", "fr_FR", questions)]
        )
        cls.form = cls.page.lead_form_ids

    def test_pallets_trucks_and_square_metres(self):
        self.b8.product_tmpl_id.pieces_per_m2 = 10
        for text, pieces in [
            ("20 pal", 20 * 253),
            ("20 pal zb8", 20 * 253),
            ("ZB8: 20 palettes", 20 * 253),
            ("5 طبليات", 5 * 253),
            ("1000", 1000),
            ("20 t", 12 * 253),
            ("20 tonnes", 12 * 253),
            ("12,5 pal", None),
            ("1,234 pal", None),
            ("20 km", None),
            ("2 pal ou 3 pal", None),
        ]:
            with self.subTest(text):
                self.assertEqual(self.form._read_pieces(text, self.b8, self.company), pieces)
        truck = self.form._read_pieces("1 camion", self.b8, self.company)
        self.assertEqual(truck % 253, 0)
        self.assertGreater(truck, 0)
        area = self.form._read_pieces("35 m²", self.b8, self.company)
        self.assertGreaterEqual(area, 350)
        # without the product nobody knows what a pallet holds
        self.assertIsNone(
            self.form._read_pieces("20 pal", self.env["product.product"], self.company)
        )

    def test_campaign_form_and_advert_are_kept_to_the_invoice(self):
        lead = Lead(
            "33",
            "22",
            answers={
                "full_name": ("Amar Test",),
                "phone_number": ("0550 00 03 03",),
                "pieces": ("2 pal zb8",),
            },
            platform="fb",
            ad_name="Hiver vidéo",
            campaign_name="Campagne hiver",
        )
        self.env["bti.lead.answer"]._store(self.page, [lead])
        answer = self.env["bti.lead.answer"].search([("external_id", "=", "33")])
        answer._become_lead()
        enquiry = answer.lead_id
        self.assertEqual(enquiry.need_ids.pieces, 506)
        enquiry.user_id = self.rep
        action = enquiry.with_user(self.rep).with_company(self.company).action_quote_needs()
        order = self._open(action)
        self.b8.invoice_policy = "order"
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        order.action_confirm()
        invoice = order._create_invoices()
        facts = ("campaign_id", "source_id", "medium_id", "lead_form_id", "advert")
        for record in (order, invoice.sudo()):
            with self.subTest(record._name):
                self.assertEqual(
                    [record[name] for name in facts], [enquiry[name] for name in facts]
                )
        self.assertEqual(invoice.sudo().campaign_id.name, "Campagne hiver")
        self.assertEqual(
            (invoice.sudo().lead_form_id, invoice.sudo().advert), (self.form, "Hiver vidéo")
        )
