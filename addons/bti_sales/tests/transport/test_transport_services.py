import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TransportCommon


@tagged("-at_install", "post_install")
class TestTransportServices(TransportCommon):
    """Unloading and waiting: the window that adds them, and the lines that they become."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Option = cls.env["bti.transport.option"]
        Option.search([]).active = False
        cls.crane, cls.waiting, cls.permit = Option.create(
            [
                {"name": "Crane", "basis": "pallet", "price": 150},
                {"name": "Waiting", "basis": "half_hour", "price": 1000, "minutes": 40},
                {"name": "Permit", "basis": "order", "price": 700},
            ]
        )

    def _window(self, order):
        action = order.with_user(self.rep).action_open_transport_options()
        self.assertEqual((action["name"], action["target"]), ("Unloading and Waiting", "new"))
        model = self.env[action["res_model"]].with_user(self.rep)
        return Form(model.with_context(**action["context"]))

    def _services(self, order):
        return order.order_line.filtered("transport_option_id")

    def test_the_window_counts_while_the_minutes_are_typed(self):
        order = self._pallets()  # two trucks
        with self._window(order) as form:
            self.assertEqual((form.truck_count, form.total_pallets), (2, 20))
            for minutes, quantity in ((0, 0), (1, 2), (30, 2), (31, 4), (60, 4), (61, 6), (-9, 0)):
                with self.subTest(minutes=minutes), form.line_ids.edit(1) as line:
                    line.minutes = minutes
                    self.assertEqual(line.quantity, quantity)
                    self.assertEqual(line.amount, quantity * 1000)
            with form.line_ids.edit(1) as line:
                line.minutes, line.quantity, line.price = 30, 3, 1200
                self.assertEqual(line.amount, 3600, "a quantity may be typed")
        form.record.action_add()
        self.assertEqual(
            [(line.name, line.product_uom_qty, line.price_unit) for line in self._services(order)],
            [("Crane", 20, 150), ("Waiting", 3, 1200), ("Permit", 1, 700)],
        )

    def test_what_is_refused_leaves_the_order_as_it_was(self):
        order = self._pallets()
        before = order.order_line
        for change, message in (
            ({"selected": False}, "^Choose at least one service.$"),
            ({"quantity": -1}, "^A quantity cannot be negative.$"),
            (
                {"quantity": 0},
                r"^Crane: the order has no such load yet \(20 full pallets, 2 trucks\)\."
                " Enter a quantity or untick it.$",
            ),
        ):
            for button in ("action_add", "action_offer"):
                with self.subTest(change=change, button=button):
                    wizard = self._window(order).save()
                    wizard.line_ids.write(change)
                    with self.assertRaisesRegex(UserError, message):
                        getattr(wizard, button)()
                    self.assertEqual(order.order_line, before)

    def test_no_service_in_the_company(self):
        (self.crane | self.waiting).active = False
        self.permit.company_id = self.other_company
        with self.assertRaisesRegex(
            UserError,
            "^There is no delivery service yet: the sales manager can add crane unloading or"
            " waiting time.$",
        ):
            self._pallets().action_open_transport_options()

    def test_an_offered_service_becomes_one_that_is_charged_and_back(self):
        order = self._pallets()
        for button, quantity, price, name in (
            ("action_offer", 0, 3000, "Crane, 20 pallets"),
            ("action_add", 20, 150, "Crane"),
            ("action_add", 20, 150, "Crane"),
            ("action_offer", 0, 3000, "Crane, 20 pallets"),
        ):
            with self.subTest(button):
                wizard = self._window(order).save()
                wizard.line_ids[1:].selected = False
                getattr(wizard, button)()
                [line] = self._services(order)
                self.assertEqual(
                    (line.product_uom_qty, line.price_unit, line.name), (quantity, price, name)
                )
                self.assertEqual(line._is_line_optional(), button == "action_offer")

    def test_names_of_offered_services_in_the_client_s_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.crane.with_context(lang="ar_001").name = "رافعة"
        self.client_partner.lang = "ar_001"
        order = self._pallets()
        self._window(order).save().action_offer()
        crane, waiting, permit = self._services(order)
        self.assertTrue(crane.name.startswith("رافعة"))
        self.assertIn("20", crane.name)
        self.assertNotIn("pallets", crane.name)
        self.assertNotIn("half hours", waiting.name)
        self.assertEqual(permit.name, "Permit", "nothing is counted")
        section = order.order_line.filtered("transport_section")
        self.assertNotEqual(section.name, "On site, if you wish")

    def test_the_names_say_what_the_client_cannot_see(self):
        helper = self.crane.create({"name": "Helper", "basis": "truck", "price": 500})
        for option, quantity, expected in (
            (self.crane, 20, "Crane, 20 pallets"),
            (self.waiting, 4, "Waiting, 4 half hours"),
            (helper, 2, "Helper, 2 trucks"),
            (self.permit, 1, "Permit"),
        ):
            with self.subTest(expected):
                self.assertEqual(option._get_line_name(quantity), expected)

    def test_an_invoiced_service_is_not_changed(self):
        self.env["bti.sale.rule"].search([]).active = False
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        self.b8.invoice_policy = "delivery"
        order = self._pallets()
        wizard = self._window(order).save()
        wizard.line_ids[:2].selected = False
        wizard.action_add()
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        self.assertEqual(invoice.invoice_line_ids.mapped("price_subtotal"), [700])
        with self.assertRaisesRegex(
            UserError, "^A service that is invoiced already cannot be changed.$"
        ):
            self._window(order).save().action_add()
        self.assertEqual(len(self._services(order)), 1)
        others = self._window(order).save()
        others.line_ids[2].selected = False
        others.action_add()
        self.assertEqual(len(self._services(order)), 3)

    def test_prices_of_services_stay_when_those_of_goods_are_updated(self):
        self.env.ref("bti_sales.product_delivery_service").list_price = 5
        order = self._pallets()
        self._window(order).save().action_add()
        order.action_update_prices()
        self.assertEqual(self._services(order).mapped("price_unit"), [150, 1000, 700])
        self._services(order)[0].product_uom_qty = 3
        self.assertEqual(self._services(order)[0].price_unit, 150)

    def test_price_in_the_currency_of_the_order(self):
        pricelist = self._create_foreign_pricelist()
        self.crane.company_id = self.company
        order = self._pallets(pricelist_id=pricelist.id)
        wizard = self._window(order).save()
        crane = wizard.line_ids.filtered(lambda line: line.option_id == self.crane)
        self.assertEqual((crane.price, crane.amount), (75, 1500))

    def test_what_a_service_cannot_be(self):
        with self.assertRaisesRegex(
            ValidationError, "^Crane is sold under a service, not under goods.$"
        ):
            self.crane.product_id = self.b8
        for values in ({"price": -1}, {"minutes": -1}):
            with (
                self.subTest(**values),
                self.assertRaises(psycopg2.errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.crane.write(values)
                self.env.flush_all()
