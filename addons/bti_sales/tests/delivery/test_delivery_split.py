from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestPlanLoads(DeliveryCommon):
    def _open(self, delivery, user=None):
        action = delivery.with_user(user or self.dispatcher).action_plan_loads()
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.dispatcher)
            .with_context(**action["context"])
        )

    def test_two_products_over_two_trucks(self):
        """5,060 and 1,480 pieces: nothing lost, links to the order kept, all is delivered."""
        delivery = self._new_delivery((self.b8, 5060), (self.b12, 1480))
        order = delivery.sale_id
        plan = self._open(delivery).save()
        self.assertEqual(plan.truck_category_id, self.truck_kind)
        self.assertEqual(sum(plan.line_ids.mapped("pieces")), 6540)
        self.assertTrue(all(line.weight <= 25000 for line in plan.line_ids))
        self.assertTrue(all(line.places <= 22 for line in plan.line_ids))
        count = len(plan.line_ids)
        self.assertEqual(count, order.truck_count)
        plan.action_apply()
        loads = order.picking_ids
        self.assertEqual(len(loads), count)
        self.assertIn(delivery, loads)
        for product, pieces in ((self.b8, 5060), (self.b12, 1480)):
            moves = loads.move_ids.grouped("product_id")[product]
            self.assertEqual(sum(moves.mapped("product_uom_qty")), pieces)
            self.assertTrue(all(qty == int(qty) for qty in moves.mapped("product_uom_qty")))
            self.assertEqual(len(moves.sale_line_id), 1)
            self.assertTrue(moves.reference_ids)
        self.assertEqual(set(loads.mapped("state")), {"assigned"})
        self.assertEqual(loads.sale_id, order)
        self.assertEqual((loads - delivery).backorder_id, delivery)
        self.assertEqual(loads.stage_id, self.stages["planned"])
        loads._move_to_stage(self.stages["delivered"])
        self.assertEqual(order.order_line.mapped("qty_delivered"), [5060, 1480])
        self.assertEqual(order.picking_ids, loads)

    def test_loads_go_on_new_and_existing_trips(self):
        existing = self.env["stock.picking.batch"].create(
            {
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "vehicle_id": self.other_truck.id,
            }
        )
        delivery = self._new_delivery((self.b8, 5060))
        form = self._open(delivery)
        form.scheduled_date = "2031-05-04 07:00:00"
        with form.line_ids.edit(0) as line:
            line.vehicle_id = self.truck
            self.assertEqual(line.driver_id, self.driver.partner_id)
        with form.line_ids.edit(1) as line:
            line.batch_id = existing
        plan = form.save()
        self.assertEqual(len(plan.line_ids), 2)
        plan.action_apply()
        first, second = delivery, delivery.sale_id.picking_ids - delivery
        self.assertEqual(first.batch_id.vehicle_id, self.truck)
        self.assertEqual(first.trip_driver_id, self.driver.partner_id)
        self.assertEqual(second.batch_id, existing)
        self.assertEqual(str(first.scheduled_date), "2031-05-04 07:00:00")

    def test_smaller_trucks_make_more_loads(self):
        small = self.env["fleet.vehicle.model.category"].create(
            {"name": "Ten tons test", "weight_capacity": 10000, "pallet_places": 8}
        )
        form = self._open(self._new_delivery((self.b8, 5060)))
        before = len(form.line_ids)
        form.truck_category_id = small
        self.assertGreater(len(form.line_ids), before)
        tiny = self.env["fleet.vehicle.model.category"].create(
            {"name": "Tiny test", "weight_capacity": 100}
        )
        form.truck_category_id = tiny
        self.assertFalse(len(form.line_ids))
        self.assertIn("too heavy", form.warning)

    def test_one_truck_is_enough(self):
        delivery = self._new_delivery((self.b8, 2530))
        plan = self._open(delivery).save()
        plan.line_ids.vehicle_id = self.truck
        plan.action_apply()
        self.assertEqual(delivery.sale_id.picking_ids, delivery)
        self.assertEqual(delivery.batch_id.vehicle_id, self.truck)

    def test_short_goods_are_planned_too(self):
        """A load may wait for goods: planning goes by demand, nothing is reserved twice."""
        self._new_delivery((self.b8, 47000))
        delivery = self._new_delivery((self.b8, 5060))
        self._open(delivery).save().action_apply()
        loads = delivery.sale_id.picking_ids
        self.assertEqual(sum(loads.move_ids.mapped("product_uom_qty")), 5060)
        self.assertEqual(sum(loads.move_ids.mapped("quantity")), 3000)

    def test_changed_delivery_asks_to_plan_again(self):
        delivery = self._new_delivery((self.b8, 5060))
        plan = self._open(delivery).save()
        delivery.move_ids.product_uom_qty = 5313
        with self.assertRaisesRegex(UserError, "open the load planning again"):
            plan.action_apply()

    def test_begun_or_closed_deliveries_are_not_planned(self):
        loading, done, cancelled = (self._new_delivery() for _index in range(3))
        loading._move_to_stage(self.stages["loading"])
        done._move_to_stage(self.stages["delivered"])
        cancelled.action_cancel()
        for delivery, message in (
            (loading, "is being loaded"),
            (done, "not an open delivery"),
            (cancelled, "not an open delivery"),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                delivery.action_plan_loads()

    def test_goods_not_counted_in_pieces_go_with_the_first_load(self):
        sand = self._new_brick("Sand test", uom_id=self.env.ref("uom.product_uom_kgm").id)
        self._add_stock(sand, 100)
        delivery = self._new_delivery((self.b8, 5060), (sand, 12.5))
        self._open(delivery).save().action_apply()
        moves = delivery.sale_id.picking_ids.move_ids.filtered(lambda move: move.product_id == sand)
        self.assertEqual(moves.picking_id, delivery)
        self.assertEqual(moves.product_uom_qty, 12.5)

    def test_from_the_order(self):
        delivery = self._new_delivery((self.b8, 5060))
        order = delivery.sale_id.with_user(self.dispatcher)
        action = order.action_plan_loads()
        self.assertEqual(action["res_model"], "bti.plan.loads")
        self._open(delivery).save().action_apply()
        self.assertEqual(order.action_plan_loads()["res_model"], "stock.picking")

    def test_only_dispatchers_plan(self):
        delivery = self._new_delivery((self.b8, 5060))
        for user in (self.rep, self.driver):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["bti.plan.loads"].with_user(user).create({"picking_id": delivery.id})
