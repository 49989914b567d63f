from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..rules.sale_rule_common import SaleRuleCommon
from .common import TransportCommon


@tagged("-at_install", "post_install")
class TestTransportRule(SaleRuleCommon, TransportCommon):
    """ "Delivered" without transport is told before the order is confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._per_truck("Near", 14000, state_ids=cls.near.ids)
        cls.rule = cls._new_rule("transport", "warn")

    def test_which_orders_break_the_rule(self):
        def nothing(order):
            pass

        def free(order):
            order.set_delivery_line(self.env["delivery.carrier"].search([], limit=1), 0)

        def changed(order):
            order.action_set_transport()
            order.order_line.filtered("delivery_form").product_uom_qty = 40

        def typed(order):
            order.action_set_transport()
            order.order_line.filtered("is_delivery").price_unit = 9000

        for change, values, reason in (
            (nothing, {}, "28,000"),
            (nothing, {"destination_state_id": self.far.id}, "charges no transport"),
            (nothing, {"delivery_mode": "ex_works"}, ""),
            (free, {}, "instead of"),
            (typed, {}, ""),
            (changed, {}, "instead of"),
            (lambda order: order.action_set_transport(), {}, ""),
        ):
            with self.subTest(change=change.__name__, **values):
                order = self._pallets(**values)
                if "destination_state_id" in values:
                    order.destination_city_id = False
                change(order)
                order.action_check_rules()
                hits = order.sudo().rule_hit_ids
                self.assertEqual(bool(hits), bool(reason))
                self.assertIn(reason, hits.reason or "")

    def test_services_alone_need_no_transport(self):
        self.company.delivery_mode = "delivered"
        order = self._new_order((self.product, 1, None))
        order.action_check_rules()
        self.assertFalse(order.sudo().rule_hit_ids)

    def test_block(self):
        self.rule.policy = "block"
        order = self._pallets()
        with self.assertRaisesRegex(UserError, "charges no transport"):
            order.action_confirm()
        order.action_set_transport()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_the_wizard_adds_the_transport(self):
        for policy in ("warn", "ask", "block"):
            with self.subTest(policy=policy):
                self.rule.policy = policy
                order = self._pallets()
                wizard = self._open_wizard(order)
                self.assertTrue(wizard.can_add_transport)
                action = wizard.action_add_transport()
                self.assertEqual(order.amount_untaxed, 20 * 253 * 40 + 28000)
                wizard = self.env[action["res_model"]].with_user(self.rep).browse(action["res_id"])
                self.assertEqual(wizard.outcome, "clear")
                self.assertFalse(wizard.can_add_transport)
                wizard.action_confirm_anyway()
                self.assertEqual(order.state, "sale")

    def test_no_button_without_a_price(self):
        order = self._pallets(destination_state_id=self.near.id, destination_city_id=False)
        order.truck_category_id = self.truck_kind.copy({"name": "Cart", "weight_capacity": 1})
        self.assertFalse(self._open_wizard(order).can_add_transport)


@tagged("-at_install", "post_install")
class TestTransportInvoice(TransportCommon):
    """The invoice of a load bills the transport of this load."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls._per_truck("Near", 9000, state_ids=cls.near.ids)
        cls._add_stock(cls.b8, 200 * 253)
        cls.b8.invoice_policy = "delivery"
        cls.product.invoice_policy = "order"
        cls.env["bti.sale.rule"].search([]).active = False

    def _deliver(self, order, *loads):
        """Deliver loads of so many pallets, those that are left in one back order."""
        for pallets in loads:
            picking = order.sudo().picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
            picking.move_ids.quantity = pallets * 253
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True).button_validate()

    def _invoice(self, order):
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": [Command.set(order.ids)]}
        )
        known = order.invoice_ids
        wizard.create_invoices()
        invoice = order.invoice_ids - known
        invoice.action_post()
        return invoice

    def _transport(self, invoice):
        return sum(
            line.price_subtotal
            for line in invoice.invoice_line_ids
            if line.product_id == self.product
        )

    def test_each_invoice_bills_its_trucks(self):
        for pallets, loads, expected in (
            (20, (15, 5), (9000, 9000)),
            (20, (10, 10), (9000, 9000)),
            (20, (20,), (18000,)),
            (45, (15, 15, 15), (9000, 9000, 9000)),
            (45, (15, 30), (9000, 18000)),
            (10, (10,), (9000,)),
        ):
            with self.subTest(pallets=pallets, loads=loads):
                order = self._pallets(pallets).sudo()
                order.action_set_transport()
                order.action_confirm()
                self.assertEqual(order.invoice_status, "no")
                billed = []
                for load in loads:
                    self._deliver(order, load)
                    self.assertEqual(order.invoice_status, "to invoice")
                    billed.append(self._transport(self._invoice(order)))
                self.assertEqual(tuple(billed), expected)
                self.assertEqual(order.invoice_status, "invoiced")

    def test_the_last_invoice_takes_the_rest(self):
        order = self._pallets(45, transport_agreed_price=10000.01).sudo()
        order.action_set_transport()
        order.action_confirm()
        billed = []
        for _load in range(3):
            self._deliver(order, 15)
            billed.append(self._transport(self._invoice(order)))
        self.assertAlmostEqual(sum(billed), 10000.01, delta=0.02)
        self.assertAlmostEqual(billed[0], 3333, delta=50)
        self.assertEqual(order.invoice_status, "invoiced")

    def test_goods_invoiced_when_ordered_bring_their_transport(self):
        self.b8.invoice_policy = "order"
        order = self._pallets().sudo()
        order.action_set_transport()
        order.action_confirm()
        self.assertEqual(self._transport(self._invoice(order)), 18000)

    def test_broken_pieces_do_not_hold_back_the_transport(self):
        order = self._pallets().sudo()
        order.action_set_transport()
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.quantity = 20 * 253 - 3
        picking.move_ids.picked = True
        action = picking.button_validate()
        Form(self.env[action["res_model"]].with_context(**action["context"])).save().with_context(
            **action["context"]
        ).process_cancel_backorder()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._transport(self._invoice(order)), 18000)

    def test_second_truck_that_never_leaves_is_not_billed(self):
        order = self._pallets().sudo()
        order.action_set_transport()
        order.action_confirm()
        self._deliver(order, 15)
        self.assertEqual(self._transport(self._invoice(order)), 9000)
        order.picking_ids.filtered(lambda p: p.state != "done").action_cancel()
        self.assertEqual(order.order_line.filtered("is_delivery").qty_to_invoice, 0)

    def test_services_follow_the_loads(self):
        options = self.env["bti.transport.option"].create(
            [
                {"name": "Crane", "basis": "pallet", "price": 150, "product_id": self.product.id},
                {"name": "Helper", "basis": "truck", "price": 500, "product_id": self.product.id},
                {"name": "Permit", "basis": "order", "price": 700, "product_id": self.product.id},
            ]
        )
        order = self._pallets().sudo()
        order._set_transport_options(
            [(option, option._get_quantity(order), option.price) for option in options], False
        )
        order.action_confirm()
        for load, expected in ((15, 15 * 150 + 500 + 700), (5, 5 * 150 + 500)):
            self._deliver(order, load)
            self.assertEqual(self._transport(self._invoice(order)), expected)


@tagged("-at_install", "post_install")
class TestTransportNative(TransportCommon):
    """What is typed or changed in Odoo's own screens counts."""

    def _shipping(self, order):
        """The window of "Add shipping"."""
        action = order.action_open_delivery_wizard()
        return Form(
            self.env["choose.delivery.carrier"]
            .with_user(self.rep)
            .with_context(**action["context"])
        )

    def test_weight_typed_in_the_wizard(self):
        zone = self._new_zone("By weight", ("weight", ">=", 0, 0, 2, "weight"))
        order = self._pallets(2)
        wizard = self._shipping(order)
        wizard.carrier_id = zone
        self.assertEqual(wizard.display_price, 2 * 2 * 1664.5)
        wizard.total_weight = 1000
        self.assertEqual(wizard.display_price, 2000)
        wizard.save().button_confirm()
        self.assertEqual(order.shipping_weight, 1000)
        self.assertEqual(order.order_line.filtered("is_delivery").price_unit, 2000)
        self.assertFalse(order.transport_hint)

    def test_weight_typed_in_tonnes(self):
        zone = self._new_zone("By tonne", ("tonnes", "<", 2, 500, 0, "weight"))
        order = self._pallets(2)
        wizard = self._shipping(order)
        wizard.total_weight = 1000
        wizard.carrier_id = zone
        self.assertEqual(wizard.display_price, 500)

    def test_weight_typed_decides_on_the_largest_weight(self):
        zone = self._new_zone("Small", ("weight", ">=", 0, 0, 2, "weight"), max_weight=1500)
        order = self._pallets(2)
        order.shipping_weight = 1000  # typed on the order
        self.assertEqual(order._get_transport_price()["price"], 2000)
        self.assertIn(
            zone,
            self.env["choose.delivery.carrier"]
            .create({"order_id": order.id, "carrier_id": zone.id})
            .available_carrier_ids,
        )

    def test_tax_of_the_transport_product(self):
        """The price while typing and that of the wizard stay one, whatever the tax becomes."""
        self.company.country_id = self.country
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        self._per_truck("Near", 11900, state_ids=self.near.ids)
        export = self.env["account.fiscal.position"].create(
            {"name": "Export test", "company_id": self.company.id}
        )
        vat = self.env["account.tax"].create(
            {"name": "VAT test", "amount": 19, "company_id": self.company.id}
        )
        self.env["account.tax"].create(
            {
                "name": "No VAT test",
                "amount": 0,
                "company_id": self.company.id,
                "fiscal_position_ids": [Command.set(export.ids)],
                "original_tax_ids": [Command.set(vat.ids)],
            }
        )
        order = self._pallets(fiscal_position_id=export.id)
        self.assertEqual(order._get_transport_price()["price"], 23800)
        for change, expected in (
            (lambda: self.product.write({"taxes_id": [Command.set(vat.ids)]}), 23800),
            (lambda: vat.write({"price_include_override": "tax_included"}), 20000),
            (lambda: vat.write({"price_include_override": False}), 23800),
            (lambda: self.company.write({"account_price_include": "tax_included"}), 20000),
            (lambda: self.product.write({"taxes_id": [Command.clear()]}), 23800),
        ):
            change()
            self.env.invalidate_all()
            self.assertEqual(order.transport_price, expected)
            carrier = order._get_transport_price()["carrier"]
            self.assertEqual(carrier.rate_shipment(order)["price"], expected)
