from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import BricksCommon


class QuoteNeedsCommon(BricksCommon):
    """Enquiries of a villa in the wilaya of Tizi Ouzou."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.dz")
        cls.tizi = cls.env["res.country.state"].search(
            [("country_id", "=", cls.company.country_id.id), ("code", "=", "15")]
        )
        cls.commune = cls.env["res.city"].search([("state_id", "=", cls.tizi.id)], limit=1)

    def _new_lead(self, *needs, **values):
        return (
            self.env["crm.lead"]
            .with_user(self.rep)
            .with_company(self.company)
            .create(
                {
                    "name": "Villa R+1",
                    "type": "lead",
                    "contact_name": "Amar Test",
                    "phone": "0550 00 02 02",
                    "country_id": self.env.ref("base.dz").id,
                    "source_id": self.env.ref("bti_crm.source_phone").id,
                    "site_street": "Cité des 120 logements",
                    "site_city_id": self.commune.id,
                    "site_access": "Narrow street, no trailer",
                    "user_id": self.rep.id,
                    "need_ids": [Command.create(need) for need in needs],
                    **values,
                }
            )
        )

    def _open(self, action):
        return self.env["sale.order"].with_user(self.rep).browse(action["res_id"])


@tagged("-at_install", "post_install")
class TestQuoteNeeds(QuoteNeedsCommon):
    """One button makes the quotation with the lines of need."""

    def test_enquiry_becomes_a_quotation_with_its_lines(self):
        lead = self._new_lead(
            {
                "product_id": self.b8.id,
                "delivery_form": "pallet",
                "pieces": 5060,
                "wanted_date": "2030-03-05",
            },
            {
                "product_id": self.b12.id,
                "delivery_form": "loose",
                "pieces": 900,
                "wanted_date": "2030-03-01",
            },
        )
        order = self._open(lead.action_quote_needs())
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(order.opportunity_id, lead)
        self.assertEqual(order.source_id, self.env.ref("bti_crm.source_phone"))
        self.assertEqual(order.partner_id.name, "Amar Test")
        self.assertEqual(order.partner_id, lead.partner_id)
        self.assertEqual(str(order.commitment_date.date()), "2030-03-01")
        b8_line, b12_line = order.order_line
        self.assertEqual(
            (b8_line.product_uom_id, b8_line.product_uom_qty, b8_line.pieces),
            (self.b8.pallet_uom_id, 20, 5060),
        )
        self.assertEqual(
            (b12_line.product_uom_id, b12_line.pieces, b12_line.delivery_form),
            (self.b12.uom_id, 900, "loose"),
        )
        site = order.partner_shipping_id
        self.assertEqual((site.type, site.parent_id), ("delivery", order.partner_id))
        self.assertEqual((site.state_id, site.city_id), (self.tizi, self.commune))
        self.assertEqual(site.site_access, "Narrow street, no trailer")

    def test_known_client_is_found_by_his_phone(self):
        self.client_partner.phone = "+213 550 00 02 02"
        lead = self._new_lead({"product_id": self.b8.id, "pieces": 253})
        order = self._open(lead.action_quote_needs())
        self.assertEqual(order.partner_id, self.client_partner)

    def test_same_site_is_not_created_twice(self):
        for _index in range(2):
            lead = self._new_lead(
                {"product_id": self.b8.id, "pieces": 253}, partner_id=self.client_partner.id
            )
            self._open(lead.action_quote_needs())
        self.assertEqual(len(self.client_partner.child_ids), 1)

    def test_one_quotation_per_site(self):
        lead = self._new_lead(
            {"product_id": self.b8.id, "pieces": 253},
            {
                "product_id": self.b12.id,
                "pieces": 148,
                "has_own_site": True,
                "site_street": "Other street",
                "site_city_id": self.commune.id,
            },
        )
        action = lead.action_quote_needs()
        orders = self.env["sale.order"].search(action["domain"])
        self.assertEqual(len(orders), 2)
        self.assertEqual(len(orders.partner_shipping_id), 2)

    def test_broken_pallet_is_kept_in_pieces_and_the_rep_is_told(self):
        lead = self._new_lead({"product_id": self.b8.id, "delivery_form": "pallet", "pieces": 1000})
        order = self._open(lead.action_quote_needs())
        self.assertEqual(order.order_line.pieces, 1000)
        self.assertEqual(order.order_line.delivery_form, "mixed")
        self.assertIn("759 or 1,012", order.message_ids[0].body)

    def test_product_not_on_sale_is_left_out_with_a_note(self):
        monobloc = self.env.ref("bti_sales.product_monobloc").product_variant_id
        lead = self._new_lead(
            {"product_id": self.b8.id, "pieces": 253}, {"product_id": monobloc.id, "pieces": 50}
        )
        order = self._open(lead.action_quote_needs())
        self.assertEqual(order.order_line.product_id, self.b8)
        self.assertIn(monobloc.name, "".join(lead.message_ids.mapped("body")))
        only = self._new_lead({"product_id": monobloc.id, "pieces": 50})
        with self.assertRaises(UserError):
            only.action_quote_needs()

    def test_second_time_odoo_opens_an_empty_quotation(self):
        lead = self._new_lead(
            {"product_id": self.b8.id, "pieces": 253}, partner_id=self.client_partner.id
        )
        lead.action_quote_needs()
        action = lead.action_sale_quotations_new()
        self.assertFalse(action.get("res_id"))
        self.assertEqual(len(lead.order_ids), 1)

    def _lead_of(self, company, *needs, **values):
        """An enquiry of a company, seen by a rep of two companies who is looking at the other."""
        self.rep.company_ids |= self.other_company
        lead = self._new_lead(*needs, company_id=self.company.id, **values)
        lead.sudo().company_id = company
        companies = [self.other_company.id, self.company.id]
        return lead.with_context(allowed_company_ids=companies)

    def test_pallets_are_those_of_the_company_that_sells(self):
        self.b8.with_company(self.other_company).company_pieces_per_pallet = 300
        lead = self._lead_of(
            self.company,
            {"product_id": self.b8.id, "delivery_form": "pallet", "pieces": 5060},
            {"product_id": self.b8.id, "delivery_form": "pallet", "pieces": 600},
        )
        order = self._open(lead.action_quote_needs())
        self.assertEqual(order.company_id, self.company)
        full, broken = order.order_line
        self.assertEqual((full.product_uom_qty, full.product_uom_id), (20, self.b8.pallet_uom_id))
        self.assertEqual((broken.product_uom_qty, broken.product_uom_id), (600, self.b8.uom_id))
        self.assertIn("506 or 759", " ".join(order.message_ids.mapped("body")))

    def test_site_belongs_to_the_company_of_the_enquiry(self):
        need = {"product_id": self.b8.id, "delivery_form": "pallet", "pieces": 5060}
        sites = []
        for company in (self.company, self.other_company):
            lead = self._lead_of(company, need, partner_id=self.client_partner.id)
            site = self._open(lead.action_quote_needs()).partner_shipping_id
            self.assertEqual((site.company_id, site.parent_id), (company, self.client_partner))
            sites.append(site)
        self.assertNotEqual(*sites, "the other company's site is not taken")
