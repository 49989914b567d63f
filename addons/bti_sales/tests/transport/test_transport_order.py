from odoo.tests import Form

from .common import TransportCommon


class TestTransportOrder(TransportCommon):
    """The transport while an order is typed, on the order and with its loads."""

    def test_mode_follows_client_then_company(self):
        for client, company, expected in (
            (False, "ex_works", "ex_works"),
            (False, "delivered", "delivered"),
            ("ex_works", "delivered", "ex_works"),
            ("delivered", "ex_works", "delivered"),
        ):
            with self.subTest(client=client, company=company):
                self.client_partner.delivery_mode = client
                self.company.delivery_mode = company
                self.assertEqual(self._new_order((self.b8, 253, None)).delivery_mode, expected)

    def test_line_on_the_order(self):
        """One click puts the transport on the order, one brings it up to date."""
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        self._per_truck("Far", 20000, state_ids=self.far.ids)
        order = self._pallets()
        order.action_set_transport()
        line = order.order_line.filtered("is_delivery")
        self.assertEqual((line.price_unit, line.product_uom_qty), (9000, 2), "by the truck")
        self.assertEqual(line.name, "Near\nNear Town · 2 trucks")
        self.assertFalse(order.transport_hint)
        with Form(order) as form:
            form.destination_state_id = self.far
            self.assertFalse(form.destination_city_id)
            self.assertTrue(form.recompute_delivery_price)
            self.assertIn("instead of", form.transport_hint)
        order.action_set_transport()
        line = order.order_line.filtered("is_delivery")
        self.assertEqual(line.price_subtotal, 40000)
        self.assertFalse(order.transport_hint)
        self.assertFalse(order.recompute_delivery_price)
        order.order_line.filtered("delivery_form").product_uom_qty = 10
        self.assertTrue(order.transport_hint)
        order.action_set_transport()
        self.assertEqual(order.order_line.filtered("is_delivery").price_subtotal, 20000)
        line = order.order_line.filtered("is_delivery")
        line.price_unit = 15000  # agreed on the line itself
        self.assertFalse(order.transport_hint)
        order.delivery_mode = "ex_works"
        self.assertTrue(order.transport_hint)
        order.action_set_transport()
        self.assertFalse(order.order_line.filtered("is_delivery"))

    def test_native_wizard_keeps_step(self):
        zone = self._per_truck("Near", 9000, state_ids=self.near.ids)
        order = self._pallets(delivery_mode="ex_works")
        action = order.action_open_delivery_wizard()
        wizard = Form(self.env["choose.delivery.carrier"].with_context(**action["context"]))
        wizard.carrier_id = zone
        wizard.save().button_confirm()
        self.assertEqual(order.order_line.filtered("is_delivery").price_subtotal, 18000)
        self.assertEqual(order.delivery_mode, "delivered")
        self.assertFalse(order.transport_hint)

    def test_price_while_typing(self):
        """An order that is not saved yet shows its price."""
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        self._per_truck("Far", 20000, state_ids=self.far.ids)
        self.company.delivery_mode = "delivered"
        form = Form(self.env["sale.order"].with_user(self.rep).with_company(self.company))
        form.partner_id = self.client_partner
        self.assertFalse(form.transport_success)
        with form.order_line.new() as line:
            line.product_id = self.b8
            line.product_uom_id = self.b8.product_tmpl_id.pallet_uom_id
            line.product_uom_qty = 20
        self.assertEqual(form.transport_price, 18000)
        self.assertEqual(form.transport_price_per_pallet, 900)
        self.assertEqual(form.transport_message, "Near · 2 trucks · 30 km")
        form.destination_state_id = self.far
        self.assertEqual(form.transport_price, 40000)

    def test_no_query_while_typing(self):
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        order = self._pallets()
        order._get_transport_price(pallets=3, trucks=1)
        with self.assertQueryCount(0):
            for trucks in range(1, 50):
                order._get_transport_price(weight=20000, trucks=trucks, pallets=15, pieces=100)

    def test_confirmed_without_transport_is_a_hint(self):
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        order = self._pallets()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("charges no transport", order.transport_hint)
        self.assertIn(
            order,
            self.env["sale.order"].search(
                [
                    ("delivery_mode", "=", "delivered"),
                    ("order_line", "not any", [("is_delivery", "=", True)]),
                ]
            ),
        )

    def test_load_closes_with_its_own_cost(self):
        """Odoo notes the price of each load, and no price table holds back a truck."""
        zone = self._per_truck("Near", 9000, state_ids=self.near.ids)
        self._add_stock(self.b8, 20 * 253)
        order = self._pallets()
        order.action_set_transport()
        order.action_confirm()
        picking = order.sudo().picking_ids.with_env(self.env)
        self.assertEqual(picking.carrier_id, zone)
        self.assertEqual(picking.delivery_mode, "delivered")
        zone.state_ids = self.far
        picking.move_ids.quantity = 10 * 253
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.carrier_price, 9000)
