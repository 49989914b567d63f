from odoo.exceptions import AccessError, UserError

from .common import TransportCommon


class TestTransportOption(TransportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Option = cls.env["bti.transport.option"]
        Option.search([]).active = False
        cls.crane, cls.waiting, cls.permit, cls.per_truck = Option.create(
            [
                {"name": "Crane", "basis": "pallet", "price": 150},
                {"name": "Waiting", "basis": "half_hour", "price": 1000, "minutes": 40},
                {"name": "Permit", "basis": "order", "price": 700},
                {"name": "Helper", "basis": "truck", "price": 500},
            ]
        )

    def _open(self, order):
        action = order.action_open_transport_options()
        wizard = self.env[action["res_model"]].with_user(self.rep)
        return wizard.with_context(**action["context"]).create({})

    def test_quantities(self):
        order = self._pallets()
        quantities = {
            option: option._get_quantity(order)
            for option in (self.crane, self.waiting, self.permit, self.per_truck)
        }
        self.assertEqual(
            quantities, {self.crane: 20, self.waiting: 4, self.permit: 1, self.per_truck: 2}
        )
        for minutes, expected in ((0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (-5, 0)):
            with self.subTest(minutes=minutes):
                self.assertEqual(self.crane._count_half_hours(minutes), expected)

    def test_offered_as_options(self):
        """They count nothing until the client takes them, and never swallow the transport."""
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        order = self._pallets()
        untaxed = order.amount_untaxed
        self._open(order).action_offer()
        self.assertEqual(order.amount_untaxed, untaxed)
        lines = order.order_line.filtered("transport_option_id")
        self.assertTrue(all(line._is_line_optional() for line in lines))
        self.assertEqual(lines[0].name, "Crane, 20 pallets")
        self.assertEqual(lines[0].price_unit, 3000)
        order.action_set_transport()
        self.assertFalse(order.order_line.filtered("is_delivery")._is_line_optional())
        lines[0].product_uom_qty = 1
        self.assertEqual(lines[0].price_subtotal, 3000)
        self._open(order).action_offer()  # again: nothing twice
        self.assertEqual(len(order.order_line.filtered("transport_option_id")), 4)
        self.assertEqual(len(order.order_line.filtered("transport_section")), 1)

    def test_added_for_good(self):
        order = self._pallets()
        self._open(order).action_offer()
        wizard = self._open(order)
        (wizard.line_ids[1:]).selected = False
        wizard.action_add()
        line = order.order_line.filtered(lambda line: line.transport_option_id == self.crane)
        self.assertEqual((line.product_uom_qty, line.price_unit), (20, 150))
        self.assertFalse(line._is_line_optional())
        self.assertEqual(order.total_pallets, 20)

    def test_nothing_to_count(self):
        order = self._new_order((self.hourdis, 5, None))
        order.truck_category_id = False
        with self.assertRaisesRegex(UserError, "Enter a quantity or untick it"):
            self._open(order).action_add()

    def test_company(self):
        self.crane.company_id = self.other_company
        order = self._pallets()
        self.assertNotIn(self.crane, self._open(order).line_ids.option_id)
        self.assertNotIn(
            self.crane, self.env["bti.transport.option"].with_user(self.rep).search([])
        )

    def test_rights(self):
        Option = self.env["bti.transport.option"].with_user(self.rep)
        with self.assertRaises(AccessError):
            Option.browse(self.crane.id).price = 1
        manager = self._new_user("transport_manager", "bti_crm.group_sales_manager")
        with self.assertRaises(AccessError):
            self.crane.with_user(manager).price = 175  # of all companies
        self.crane.company_id = self.company
        self.crane.with_user(manager).price = 175
        zone = self._per_truck("Near", 9000)
        with self.assertRaises(AccessError):
            zone.with_user(self.rep).sequence = 3
        zone.with_user(manager).write(
            {
                "city_ids": self.hill.ids,
                "price_rule_ids": [self._rule_command(3, ("distance", "<", 5, 1, 0, "weight"))],
            }
        )
