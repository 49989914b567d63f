from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import BricksCommon


@tagged("-at_install", "post_install")
class TestOrderLoad(BricksCommon):
    def test_the_same_pieces_however_they_are_entered(self):
        cases = [
            # quantity, unit, form expected, pallets, loose
            (5060, None, "mixed", 20, 0),
            (20, self.b8.pallet_uom_id, "pallet", 20, 0),
            (1000, None, "mixed", 3, 241),
        ]
        for quantity, unit, form, pallets, loose in cases:
            with self.subTest(quantity=quantity, unit=unit and unit.name):
                line = self._new_order((self.b8, quantity, unit)).order_line
                self.assertEqual(line.delivery_form, form)
                self.assertEqual((line.full_pallets, line.loose_pieces), (pallets, loose))
                self.assertEqual(line.pieces, pallets * 253 + loose)
                self.assertEqual(line.load_weight, line.pieces * 6.5 + pallets * 20)

    def test_product_without_pallet_is_loose(self):
        line = self._new_order((self.hourdis, 700, None)).order_line
        self.assertEqual(line.delivery_form, "loose")
        self.assertEqual((line.full_pallets, line.loose_pieces), (0, 700))

    def test_on_pallets_a_broken_pallet_is_refused_and_the_nearest_are_offered(self):
        order = self._new_order((self.b8, 1000, None))
        with self.assertRaisesRegex(ValidationError, r"759 \(3 pallets\) or 1012 \(4 pallets\)"):
            order.order_line.delivery_form = "pallet"
        with self.assertRaisesRegex(ValidationError, r"253 \(1 pallet\)"):
            order.order_line.write({"delivery_form": "pallet", "product_uom_qty": 12})

    def test_half_a_brick_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "whole number of pieces"):
            self._new_order((self.b8, 10.5, None))
        with self.assertRaisesRegex(ValidationError, "whole number of pieces"):
            self._new_order((self.b8, 0.3, self.b8.pallet_uom_id))

    def test_a_digit_too_many_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Check the quantity"):
            self._new_order((self.b8, 50_000_000, self.b8.pallet_uom_id))
        order = self._new_order((self.b8, 10_000_000, None))
        self.assertEqual(order.total_pieces, 10_000_000)

    def test_trucks_and_totals_of_the_order(self):
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id), (self.b12, 10, self.b12.pallet_uom_id)
        )
        self.assertEqual(order.truck_category_id, self.truck_kind)
        self.assertEqual(order.total_pieces, 5060 + 1480)
        self.assertEqual(order.total_pallets, 30)
        self.assertEqual(order.total_load_weight, 5060 * 6.5 + 1480 * 9 + 30 * 20)
        # 15 pallets of B8 (24,967.5 kg) / 5 of B8 and 10 of B12 (21,842.5 kg)
        self.assertEqual(order.truck_count, 2)
        self.assertEqual(len(order._get_load_plan_for_document()), 2)

    def test_truck_too_small_for_one_pallet(self):
        order = self._new_order((self.b8, 1, self.b8.pallet_uom_id))
        order.truck_category_id = self.env["fleet.vehicle.model.category"].create(
            {"name": "Van", "weight_capacity": 900}
        )
        self.assertEqual(order.truck_count, 0)
        self.assertIn("too heavy", order.load_warning)

    def test_services_and_notes_are_no_load(self):
        service = self.env["product.product"].create({"name": "Crane", "type": "service"})
        order = self._new_order((service, 1.5, None))
        self.assertFalse(order.order_line.delivery_form)
        self.assertFalse(order.total_pieces)

    def test_form_shows_the_load_while_typing(self):
        with Form(self.env["sale.order"].with_user(self.rep)) as form:
            form.partner_id = self.client_partner
            with form.order_line.new() as line:
                line.product_id = self.b8
                line.product_uom_qty = 1000
                self.assertEqual((line.full_pallets, line.loose_pieces), (3, 241))
                line.product_uom_id = self.b8.pallet_uom_id
                line.product_uom_qty = 20
                self.assertEqual((line.full_pallets, line.loose_pieces), (20, 0))
                self.assertEqual(line.pieces, 5060)
            self.assertEqual(form.truck_count, 2)
        self.assertEqual(form.record.order_line.load_summary, "5060 = 20 pal.")

    def test_1000_pieces_are_1000_on_the_move_and_on_the_invoice(self):
        self._add_stock(self.b8, 5000)
        order = self._new_order((self.b8, 1000, None))
        order.action_confirm()
        move = order.sudo().picking_ids.move_ids
        self.assertEqual(move.product_uom_qty, 1000)
        move.picking_id.button_validate()
        self.assertEqual(order.order_line.qty_delivered, 1000)

    def test_two_reps_two_companies(self):
        order = self._new_order((self.b8, 253, None))
        mine = self.env["sale.order"].with_user(self.rep).search([("id", "=", order.id)])
        self.assertEqual(mine, order)
        stranger = self._new_user("stranger", "bti_crm.group_rep", company=self.other_company)
        for user in (self.other_rep, stranger):
            found = self.env["sale.order"].with_user(user).search([("id", "=", order.id)])
            self.assertFalse(found, user.login)
