from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_quote_needs import QuoteNeedsCommon


@tagged("-at_install", "post_install")
class TestNeedLines(QuoteNeedsCommon):
    """How what a client said on the phone becomes lines, sites and clients."""

    def test_pieces_pallets_and_forms(self):
        pallet, piece = self.b8.pallet_uom_id, self.b8.uom_id
        cases = [
            # asked form, pieces, unit, quantity, form of the line
            ("pallet", 253, pallet, 1, "pallet"),
            ("pallet", 252, piece, 252, "mixed"),
            ("pallet", 254, piece, 254, "mixed"),
            ("pallet", 5060, pallet, 20, "pallet"),
            ("mixed", 253, piece, 253, "mixed"),
            ("mixed", 1, piece, 1, "mixed"),
            ("loose", 253, piece, 253, "loose"),
        ]
        lead = self._new_lead(
            *(
                {"product_id": self.b8.id, "delivery_form": form, "pieces": pieces}
                for form, pieces, *_expected in cases
            )
        )
        lines = self._open(lead.action_quote_needs()).order_line
        for line, (asked, pieces, unit, quantity, form) in zip(lines, cases, strict=True):
            with self.subTest(asked=asked, pieces=pieces):
                self.assertEqual((line.product_uom_id, line.product_uom_qty), (unit, quantity))
                self.assertEqual((line.pieces, line.delivery_form), (pieces, form))

    def test_bricks_without_pallets_are_loose_whatever_was_asked(self):
        forms = ("pallet", "mixed", "loose")
        lead = self._new_lead(
            *(
                {"product_id": self.hourdis.id, "delivery_form": form, "pieces": 120}
                for form in forms
            )
        )
        order = self._open(lead.action_quote_needs())
        self.assertEqual(order.order_line.mapped("delivery_form"), ["loose"] * len(forms))
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [120] * len(forms))
        self.assertNotIn("whole pallets", "".join(order.message_ids.mapped("body")))

    def test_advice_names_the_pallets_below_and_above(self):
        cases = [
            (252, "252 pieces asked on pallets; whole pallets are 0 or 253 pieces."),
            (253, None),
            (254, "254 pieces asked on pallets; whole pallets are 253 or 506 pieces."),
            (505, "505 pieces asked on pallets; whole pallets are 253 or 506 pieces."),
            (506, None),
        ]
        lead = self._new_lead(
            *(
                {"product_id": self.b8.id, "delivery_form": "pallet", "pieces": pieces}
                for pieces, _text in cases
            )
        )
        order = self._open(lead.action_quote_needs())
        notes = "".join(order.message_ids.mapped("body"))
        for pieces, text in cases:
            with self.subTest(pieces=pieces):
                self.assertEqual(f"{pieces} pieces asked" in notes, bool(text))
                self.assertIn(text or "", notes)

    def test_the_same_site_written_in_two_ways_is_one(self):
        need = {"product_id": self.b8.id, "pieces": 253, "has_own_site": True}
        city = {"site_city_id": self.commune.id}
        lead = self._new_lead(
            {**need, **city, "site_street": "Cité Zouaoui"},
            {**need, **city, "site_street": "  CITÉ zouaoui "},
            {**need, **city, "site_street": "Cité Zouaoui 2"},
        )
        action = lead.action_quote_needs()
        orders = self.env["sale.order"].search(action["domain"], order="id")
        self.assertEqual(orders.mapped(lambda order: len(order.order_line)), [2, 1])
        self.assertEqual(orders.opportunity_id, lead)
        self.assertEqual(len(lead.partner_id.child_ids), 2)

    def test_without_a_site_the_goods_go_to_the_client(self):
        lead = self._new_lead(
            {"product_id": self.b8.id, "pieces": 253},
            site_street=False,
            site_city_id=False,
            site_state_id=False,
            partner_id=self.client_partner.id,
        )
        order = self._open(lead.action_quote_needs())
        self.assertEqual(order.partner_shipping_id, self.client_partner)
        self.assertFalse(self.client_partner.child_ids)
        self.assertFalse(order.commitment_date)

    def test_two_clients_with_one_phone_are_not_guessed(self):
        self.client_partner.phone = "+213 550 00 02 02"
        brother = self.client_partner.copy({"name": "Brother"})
        lead = self._new_lead({"product_id": self.b8.id, "pieces": 253})
        order = self._open(lead.action_quote_needs())
        self.assertNotIn(order.partner_id, self.client_partner | brother)
        self.assertEqual(order.partner_id.name, "Amar Test")

    def test_nothing_to_quote_leaves_the_lead_as_it_was(self):
        self.b8.sale_ok = False
        lead = self._new_lead({"product_id": self.b8.id, "pieces": 253})
        partners = self.env["res.partner"].search_count([])
        for action in (lead.action_quote_needs, lead.action_sale_quotations_new):
            with self.subTest(action.__name__), self.assertRaises(UserError) as refusal:
                action()
            self.assertEqual(
                str(refusal.exception),
                "None of the needs names a product that can be sold: nothing to quote.",
            )
        self.assertEqual((lead.type, lead.partner_id.id), ("lead", False))
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertFalse(lead.order_ids)

    def test_without_needs_odoo_opens_its_own_quotation(self):
        lead = self._new_lead(type="opportunity", partner_id=self.client_partner.id)
        action = lead.action_sale_quotations_new()
        self.assertFalse(action.get("res_id"))
        self.assertFalse(lead.order_ids)

    def test_what_is_left_out_is_named(self):
        self.hourdis.sale_ok = False
        lead = self._new_lead(
            {"product_id": self.b8.id, "pieces": 253},
            {"product_id": self.hourdis.id, "pieces": 10},
        )
        self._open(lead.action_quote_needs())
        notes = lead.message_ids.mapped("body")
        self.assertTrue(
            any("Not on sale, left out of the quotation: Hourdis test" in note for note in notes)
        )
