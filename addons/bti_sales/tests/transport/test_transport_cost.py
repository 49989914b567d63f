from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import TransportCommon


@tagged("-at_install", "post_install")
class TestTransportCost(TransportCommon):
    """What the carriage of each load is worth, and the quantity of the transport on the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["bti.sale.rule"].search([]).active = False
        cls._add_stock(cls.b8, 200 * 253)

    def _deliver(self, order, pallets):
        picking = order.sudo().picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        picking.move_ids.quantity = pallets * 253
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def test_the_client_s_own_truck_and_an_agreed_price_cost_no_load_anything(self):
        """Whatever the service behind them costs in the shop."""
        for mode, agreed in (("ex_works", 0), ("delivered", 25_000)):
            with self.subTest(mode):
                order = self._pallets(delivery_mode=mode, transport_agreed_price=agreed)
                carrier = order._get_transport_price()["carrier"]
                self.assertEqual(
                    (carrier.ex_works, carrier.by_agreement), (not agreed, bool(agreed))
                )
                carrier.sudo().product_id.list_price = 777
                order.set_delivery_line(carrier, agreed)
                order.action_confirm()
                self.assertEqual(self._deliver(order, 20).carrier_price, 0)
                self.assertEqual(carrier.rate_shipment(order)["price"], 777 if agreed else 0)

    def test_each_load_by_its_own_figures(self):
        zone = self._new_zone(
            "Table",
            ("pallets", ">", 12, 0, 9000, "trucks"),
            ("pallets", ">=", 5, 0, 1000, "pallets"),
        )
        order = self._pallets(33)
        order.action_set_transport()
        order.action_confirm()
        for pallets, cost in ((15, 9000), (12, 12_000), (4, 0)):
            with self.subTest(pallets=pallets):
                picking = self._deliver(order, pallets)
                self.assertEqual(picking.carrier_id, zone)
                self.assertEqual(picking.carrier_price, cost, "no price in the table holds it back")

    def test_cost_in_the_currency_of_the_order(self):
        pricelist = self._create_foreign_pricelist()
        self.product.company_id = self.company
        self._per_truck("Zone", 9000)
        order = self._pallets(10, pricelist_id=pricelist.id)
        order.action_set_transport()
        order.action_confirm()
        self.assertAlmostEqual(order.sudo().picking_ids._get_transport_cost(), 4500)

    def test_a_load_without_order_or_method_costs_nothing(self):
        self._per_truck("Near", 9000)
        order = self._pallets(10)
        order.action_confirm()
        picking = order.sudo().picking_ids
        self.assertFalse(picking.carrier_id)
        self.assertEqual(picking._get_transport_cost(), 0)
        self.assertEqual(picking.copy({"sale_id": False})._get_transport_cost(), 0)

    def test_by_the_truck_or_in_one_piece(self):
        """So many trucks at a price that multiplies back to the centime, else one amount."""
        zone = self._per_truck("Near", 9000)
        for pallets, agreed, expected in (
            (10, 0, (1, 9000)),
            (15, 0, (1, 9000)),
            (16, 0, (2, 9000)),
            (45, 0, (3, 9000)),
            (45, 10_000, (1, 10_000)),
            (45, 10_000.02, (3, 3333.34)),
            (45, 10_000.01, (1, 10_000.01)),
            (45, 0.03, (3, 0.01)),
            (45, 0.02, (1, 0.02)),
        ):
            with self.subTest(pallets=pallets, agreed=agreed):
                order = self._pallets(pallets, transport_agreed_price=agreed)
                order.action_set_transport()
                line = order.order_line.filtered("is_delivery")
                self.assertEqual((line.product_uom_qty, line.price_unit), expected)
                self.assertAlmostEqual(line.price_subtotal, agreed or 9000 * order.truck_count)
                self.assertEqual(order.transport_quoted_price, agreed or 9000 * order.truck_count)
        zone.invoice_policy = "real"
        order = self._pallets(45)
        order.action_set_transport()
        self.assertEqual(order.order_line.filtered("is_delivery").product_uom_qty, 1)

    def test_the_price_of_the_line_stays_with_another_number_of_trucks(self):
        self._per_truck("Near", 9000)
        self.product.list_price = 123
        order = self._pallets()
        order.action_set_transport()
        with Form(order) as form, form.order_line.edit(1) as line:
            line.product_uom_qty = 3
        line = order.order_line.filtered("is_delivery")
        self.assertEqual((line.product_uom_qty, line.price_unit), (3, 9000))
        self.assertFalse(order.transport_hint, "who changes the line knows why")

    def test_the_line_speaks_the_client_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._per_truck("Near", 9000).with_context(lang="fr_FR").name = "Proche"
        self.product.with_context(lang="fr_FR").name = "Transport essai"
        self.client_partner.lang = "fr_FR"
        order = self._pallets(10)
        order.action_set_transport()
        line = order.order_line.filtered("is_delivery")
        self.assertIn("Near Town · 1 camion", line.name)
        self.assertNotIn("truck", line.name)
        self.assertNotIn("km", line.name, "the distance is ours")

    def test_every_hint(self):
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        self._per_truck("Far", 20_000, state_ids=self.far.ids)
        order = self._pallets(10)
        symbol = order.currency_id
        self.assertFalse(order.transport_hint, "an offer is not finished yet")
        order.action_set_transport()
        for values, hint in (
            ({"delivery_mode": "ex_works"}, "The order is ex-works but charges transport."),
            ({"delivery_mode": "delivered"}, False),
            (
                {"destination_state_id": self.far.id, "destination_city_id": False},
                "The load or the destination has changed: "
                f"{symbol.format(20_000)} instead of {symbol.format(9000)}.",
            ),
            # no price there: nothing to say instead
            ({"destination_state_id": self.nowhere.id, "destination_city_id": False}, False),
            ({"transport_agreed_price": 9000}, False),
        ):
            with self.subTest(**values):
                order.write(values)
                self.assertEqual(order.transport_hint, hint)
        bare = self._pallets(10)
        bare.action_confirm()
        self.assertEqual(bare.transport_hint, "Delivered, but the order charges no transport.")
        bare._action_cancel()
        self.assertFalse(bare.transport_hint)

    def test_a_second_click_puts_nothing_twice(self):
        self._per_truck("Near", 9000)
        order = self._pallets()
        for _click in range(2):
            order.with_user(self.rep).action_set_transport()
            self.assertEqual(len(order.order_line.filtered("is_delivery")), 1)
        order.delivery_mode = "ex_works"
        for _click in range(2):
            order.with_user(self.rep).action_set_transport()
            self.assertFalse(order.order_line.filtered("is_delivery"))
        self.assertEqual(order.transport_quoted_price, 0)
        with self.assertRaises(UserError):
            self._pallets(
                destination_state_id=False,
                destination_city_id=False,
                partner_id=(self.env["res.partner"].create({"name": "Nowhere"}).id),
                transport_carrier_id=self._per_truck("Far", 1, state_ids=self.far.ids).id,
            ).action_set_transport()
