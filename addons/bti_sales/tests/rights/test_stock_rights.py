from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestStockRights(DeliveryCommon, HttpCase):
    """What people try on goods and orders beside the screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._new_delivery()
        cls.foreign = cls._new_delivery(user=cls.other_rep)
        cls._new_trip(cls.own)
        cls.own._move_to_stage(cls.stages["loading"])
        cls.employee = cls._new_user("employee_test", "base.group_user")
        cls.foreign.message_post(body="Note")

    def _call(self, user, records, method, *args, **kwargs):
        """Call a method as the web client does; what it gives, or "refused"."""
        self.authenticate(user.login, user.login)
        params = {
            "model": records._name,
            "method": method,
            "args": [records.ids, *args] if records else list(args),
            "kwargs": kwargs,
        }
        try:
            with mute_logger("odoo.http"):
                return self.make_jsonrpc_request("/web/dataset/call_kw", params)
        except JsonRpcException as error:
            if error.args[0] != "odoo.exceptions.AccessError":
                raise
            return "refused"

    def test_stock_moves_of_other_reps(self):
        moves, foreign = self.own.move_ids, self.foreign.move_ids
        for method, args in (
            ("read", [["product_uom_qty"]]),
            ("write", [{"product_uom_qty": 1}]),
            ("unlink", []),
        ):
            with self.subTest(method=method):
                self.assertEqual(self._call(self.rep, foreign, method, *args), "refused")
        self.assertEqual(
            [
                row["id"]
                for row in self._call(
                    self.rep,
                    self.env["stock.move"],
                    "search_read",
                    [("id", "in", (moves | foreign).ids)],
                    ["product_uom_qty"],
                )
            ],
            moves.ids,
        )
        for values in ({"product_uom_qty": 1}, {"quantity": 1}, {"state": "done"}):
            with self.subTest(values=values):
                self.assertEqual(self._call(self.rep, moves, "write", values), "refused")
        self.assertEqual(foreign.product_uom_qty, 2530)
        self.assertEqual(moves.product_uom_qty, 2530)

    def test_detailed_moves_are_for_the_yard(self):
        """Odoo lets every employee write them."""
        line = self.own.move_line_ids
        self.assertTrue(line)
        for user in (self.employee, self.driver, self.rep, self.other_driver):
            for method, args in (
                ("write", [{"quantity": 1}]),
                ("unlink", []),
                ("copy", []),
            ):
                with self.subTest(user=user.login, method=method):
                    self.assertEqual(self._call(user, line, method, *args), "refused")
        self.assertTrue(line.exists())
        for user, sees in (
            (self.rep, True),
            (self.driver, True),
            (self.employee, False),
            (self.other_rep, False),
            (self.other_driver, False),
        ):
            with self.subTest(user=user.login):
                answer = self._call(user, line, "read", ["quantity"])
                self.assertEqual(answer != "refused", sees)
        self.assertTrue(self._call(self.dispatcher, line, "write", {"quantity": 2529}))

    def test_yard_changes_no_order(self):
        order = self.own.sale_id
        for records, values in (
            (order.order_line, {"price_unit": 1}),
            (order.order_line, {"product_uom_qty": 1}),
            (order, {"partner_id": self.dispatcher.partner_id.id}),
        ):
            with self.subTest(values=values):
                self.assertEqual(self._call(self.dispatcher, records, "write", values), "refused")
        self.assertNotEqual(self._call(self.dispatcher, order, "read", ["name"]), "refused")

    def test_nobody_cancels_an_order_that_he_only_reads(self):
        order = self.own.sale_id
        self.assertEqual(self._call(self.dispatcher, order, "action_cancel"), "refused")
        self.assertEqual(order.state, "sale")

    def test_driver_of_a_truck_belongs_to_its_company(self):
        log = self.env["fleet.vehicle.assignation.log"].create(
            {"vehicle_id": self.truck.id, "driver_id": self.driver.partner_id.id}
        )
        stranger = self._new_user(
            "stranger_test", "bti_sales.group_dispatcher", company=self.other_company
        )
        self.assertEqual(self._call(stranger, log, "read", ["driver_id"]), "refused")
        self.assertNotEqual(self._call(self.dispatcher, log, "read", ["driver_id"]), "refused")

    def test_numbers_of_notified_clients_are_for_agents(self):
        notification = self.env["mail.notification"].create(
            {
                "mail_message_id": self.foreign.message_ids[:1].id,
                "notification_type": "sms",
                "res_partner_id": self.client_partner.id,
                "sms_number": "+213661000001",
            }
        )
        for user, sees in (
            (self.employee, False),
            (self.driver, False),
            (self.rep, True),
            (self.dispatcher, True),
        ):
            with self.subTest(user=user.login):
                answer = self._call(user, notification, "read", ["sms_number"])
                self.assertEqual(answer != "refused", sees)
