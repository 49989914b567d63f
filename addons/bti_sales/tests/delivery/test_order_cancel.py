from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .closed_load_common import ClosedLoadCommon


@tagged("post_install", "-at_install")
class TestOrderCancel(ClosedLoadCommon):
    """An order is cancelled before its trucks leave, with the dispatcher once they are planned."""

    def _ways(self, order):
        wizard = self.env["sale.mass.cancel.orders"].with_user(self.rep)
        return {
            "button": lambda: order.with_user(self.rep).action_cancel(),
            "list": lambda: (
                wizard.with_context(active_ids=order.ids, active_model="sale.order")
                .create({"sale_order_ids": order.ids})
                .action_mass_cancel()
            ),
        }

    def _get_requests(self, load):
        activity_type = self.env.ref("bti_sales.mail_activity_type_load_cancel")
        return load.sudo().activity_ids.filtered(lambda it: it.activity_type_id == activity_type)

    def test_what_left_is_not_cancelled(self):
        for way in ("left", "trip left", "delivered"):
            load = self._new_delivery((self.b8, 506))
            if way == "delivered":
                load._move_to_stage(self.stages["delivered"])
            else:
                self._close(load, way)
            order = load.sale_id
            states = (order.state, load.state)
            for name, cancel in self._ways(order).items():
                with self.subTest(way=way, by=name), self._refused(f"{order.name}.*{load.name}"):
                    cancel()
            for state in ("cancel", "draft", "sent"):
                with self.subTest(way=way, state=state), self._refused(load.name):
                    order.with_user(self.rep).write({"state": state})
            self.assertEqual((order.state, load.state), states)

    def test_one_load_of_several_has_left(self):
        left, planned = self._split((self.b8, 5566))
        self._close(left, "left")
        with self._refused(left.name):
            left.sale_id.with_user(self.rep).action_cancel()
        self.assertEqual((left | planned).mapped("state"), ["assigned", "assigned"])

    def test_what_is_only_planned_is_cancelled(self):
        for name in ("button", "list"):
            with self.subTest(by=name):
                load = self._new_delivery((self.b8, 506))
                self._ways(load.sale_id)[name]()
                self.assertEqual((load.sale_id.state, load.state), ("cancel", "cancel"))

    def test_the_dispatcher_is_asked_while_it_is_on_a_trip(self):
        for way in ("trip", "loading", "pass", "trip loading", "trip pass"):
            for name in ("button", "list"):
                with self.subTest(way=way, by=name):
                    load = self._new_delivery((self.b8, 506))
                    if way == "trip":
                        self._new_trip(load)
                    else:
                        self._close(load, way)
                    order = load.sale_id
                    cancel = self._ways(order)[name]
                    answer = cancel()
                    if name == "button":
                        self.assertEqual(answer["tag"], "display_notification")
                        self.assertIn(load.name, answer["params"]["message"])
                    cancel()
                    self.assertEqual((order.state, load.state), ("sale", "assigned"))
                    requests = self._get_requests(load)
                    self.assertIn(self.dispatcher, requests.user_id)
                    self.assertEqual(len(requests), len(requests.user_id))
                    self.assertIn(order.name, requests[0].summary)

    def test_the_responsible_of_the_trip_is_asked(self):
        load = self._new_delivery((self.b8, 506))
        self._new_trip(load, user_id=self.dispatcher.id)
        load.sale_id.with_user(self.rep).action_cancel()
        self.assertEqual(self._get_requests(load).user_id, self.dispatcher)

    def test_the_rep_is_told_when_the_load_is_back(self):
        for name, take_back in (
            ("off the trip", lambda load: load.write({"batch_id": False})),
            ("cancelled", lambda load: load.action_cancel()),
        ):
            with self.subTest(name):
                load = self._new_delivery((self.b8, 506))
                self._new_trip(load)
                order = load.sale_id
                order.with_user(self.rep).action_cancel()
                take_back(load.with_user(self.dispatcher))
                self.assertFalse(self._get_requests(load))
                self.assertEqual(order.sudo().activity_ids.user_id, self.rep)
                order.with_user(self.rep).action_cancel()
                self.assertEqual((order.state, load.state), ("cancel", "cancel"))

    def test_who_does_both_cancels_at_once(self):
        both = self._new_user("both_test", "bti_crm.group_rep", "bti_sales.group_dispatcher")
        load = self._new_delivery((self.b8, 506), user=both)
        trip = self._new_trip(load)
        load.sale_id.with_user(both).action_cancel()
        self.assertEqual((load.sale_id.state, load.state), ("cancel", "cancel"))
        self.assertFalse(trip._get_loads())

    def test_all_came_back(self):
        load = self._new_delivery((self.b8, 506))
        load._move_to_stage(self.stages["delivered"])
        wizard = self.env["stock.return.picking"].create({"picking_id": load.id})
        back = self.env["stock.picking"].browse(wizard.action_create_returns_all()["res_id"])
        order = load.sale_id
        with self._refused(load.name):
            order.with_user(self.rep).action_cancel()
        back.move_ids.picked = True
        back.button_validate()
        order.with_user(self.rep).action_cancel()
        self.assertEqual(order.state, "cancel")

    def test_a_state_written_by_rpc_leaves_no_load_behind(self):
        load = self._new_delivery((self.b8, 506))
        with self._refused("not cancelled"):
            load.sale_id.with_user(self.rep).write({"state": "cancel"})

    def test_others_orders_are_not_cancelled(self):
        load = self._new_delivery((self.b8, 506))
        self._new_trip(load)
        with self._refused("", UserError):
            load.sale_id.with_user(self.other_rep).action_cancel()
        self.assertFalse(self._get_requests(load))


@tagged("post_install", "-at_install")
class TestOrderCancelRpc(ClosedLoadCommon, HttpCase):
    def test_rep_over_json_rpc(self):
        planned, left = self._new_delivery((self.b8, 506)), self._new_delivery((self.b8, 506))
        self._new_trip(planned)
        self._close(left, "trip left")
        self.authenticate(self.rep.login, self.rep.login)

        def cancel(load):
            return self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {
                    "model": "sale.order",
                    "method": "action_cancel",
                    "args": [load.sale_id.ids],
                    "kwargs": {},
                },
            )

        self.assertEqual(cancel(planned)["tag"], "display_notification")
        self.assertEqual(planned.state, "assigned")
        with self.assertRaisesRegex(Exception, "UserError"):
            cancel(left)
        self.assertEqual((left.sale_id.state, left.state), ("sale", "assigned"))
