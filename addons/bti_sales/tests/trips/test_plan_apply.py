from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestPlanApply(DeliveryCommon):
    """The dispatcher spreads a delivery over its trucks; not a piece is lost."""

    def _open(self, delivery):
        action = delivery.with_user(self.dispatcher).action_plan_loads()
        wizard = self.env[action["res_model"]].with_user(self.dispatcher)
        return Form(wizard.with_context(**action["context"]))

    def _apply(self, plan):
        """The loads that the button makes."""
        action = plan.save().action_apply()
        return self.env["stock.picking"].search(action["domain"], order="id")

    def _message(self, change):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            change()
        self.env.invalidate_all()
        return str(refusal.exception)

    def test_not_a_piece_is_lost(self):
        cases = [
            # pieces of B8 and B12, pieces of each load (15 pallets of B8 are a truckload)
            ((1, 0), [1]),
            ((252, 0), [252]),
            ((3795, 0), [3795]),
            ((3796, 0), None),
            ((4048, 0), [3795, 253]),
            ((7590, 0), [3795, 3795]),
            ((2530, 1480), None),
            ((5061, 149), None),
        ]
        for pieces, loads_pieces in cases:
            with self.subTest(pieces=pieces):
                lines = [(b, n) for b, n in zip((self.b8, self.b12), pieces, strict=True) if n]
                delivery = self._new_delivery(*lines)
                order = delivery.sale_id
                loads = self._apply(self._open(delivery))
                if loads_pieces:
                    self.assertEqual(loads.mapped("total_pieces"), loads_pieces)
                self.assertEqual(loads[0], delivery, "the first load keeps the number")
                for brick, count in lines:
                    moves = loads.move_ids.filtered(lambda m, b=brick: m.product_id == b)
                    self.assertEqual(sum(moves.mapped("product_uom_qty")), count)
                    self.assertEqual(moves.sale_line_id, order.order_line & moves.sale_line_id)
                self.assertEqual(order.picking_ids, loads)
                self.assertEqual(set(loads.mapped("state")), {"assigned"})
                self.assertEqual(loads.stage_id, self.stages["planned"])
                for load in loads:
                    self.assertLessEqual(load.total_load_weight, 25000)
                    self.assertLessEqual(load.total_places, 22)
                loads.action_cancel()

    def test_the_split_is_told_where_the_delivery_is_followed(self):
        delivery = self._new_delivery((self.b8, 7590))
        loads = self._apply(self._open(delivery))
        names = ", ".join(loads.mapped("name"))
        self.assertIn(f"Split into 2 loads: {names}.", delivery.message_ids[:1].body)
        one = self._new_delivery((self.b8, 253))
        self._apply(self._open(one))
        self.assertNotIn("Split into", "".join(one.message_ids.mapped("body")))

    def test_truck_driver_or_trip_of_each_load(self):
        delivery = self._new_delivery((self.b8, 3795 * 4))
        started = self._new_trip(self._new_delivery((self.b12, 148)), truck=self.other_truck)
        started.vehicle_id.category_id = self.truck_kind
        hour = fields.Datetime.to_datetime("2031-12-31 23:30:00")
        plan = self._open(delivery)
        plan.scheduled_date = hour
        before = self.env["stock.picking.batch"].search([])
        with plan.line_ids.edit(0) as line:
            line.vehicle_id = self.truck
            self.assertEqual(line.driver_id, self.driver.partner_id)
        with plan.line_ids.edit(1) as line:
            line.driver_id = self.other_driver.partner_id
        with plan.line_ids.edit(2) as line:
            line.batch_id = started
        loads = self._apply(plan)
        self.assertEqual(loads.mapped("scheduled_date"), [hour] * 4)
        on_truck, with_driver, onto, none = loads
        new = self.env["stock.picking.batch"].search([]) - before
        self.assertEqual(new, (on_truck | with_driver).batch_id)
        for load, truck, driver in (
            (on_truck, self.truck, self.driver),
            (with_driver, self.env["fleet.vehicle"], self.other_driver),
        ):
            trip = load.batch_id
            self.assertEqual((trip.vehicle_id, trip.driver_id), (truck, driver.partner_id))
            self.assertEqual(trip.vehicle_category_id, self.truck_kind)
            self.assertEqual((trip.scheduled_date, trip.company_id), (hour, self.company))
            self.assertEqual(trip.state, "draft")
        self.assertEqual(onto.batch_id, started)
        self.assertEqual(started.load_count, 2)
        self.assertFalse(none.batch_id)

    def test_a_truck_of_no_kind_is_taken_for_the_kind_that_was_planned(self):
        delivery = self._new_delivery((self.b8, 253))
        self.truck.category_id = False
        plan = self._open(delivery)
        with plan.line_ids.edit(0) as line:
            line.vehicle_id = self.truck
        trip = self._apply(plan).batch_id
        self.assertEqual(trip.vehicle_category_id, self.truck_kind)
        self.assertEqual(trip.vehicle_weight_capacity, 25000)

    def test_second_click_makes_no_second_trip(self):
        for pieces in (253, 7590):
            with self.subTest(pieces=pieces):
                delivery = self._new_delivery((self.b8, pieces))
                plan = self._open(delivery)
                with plan.line_ids.edit(0) as line:
                    line.vehicle_id = self.truck
                wizard = plan.save()
                wizard.action_apply()
                trips = self.env["stock.picking.batch"].search([])
                if pieces == 253:
                    wizard.action_apply()
                else:  # what is left of the delivery is not what was planned
                    self.assertIn("was changed meanwhile", self._message(wizard.action_apply))
                self.assertEqual(self.env["stock.picking.batch"].search([]), trips)
                self.assertEqual(delivery.batch_id.picking_ids, delivery)
                loads = delivery.sale_id.picking_ids
                self.assertEqual(sum(loads.mapped("total_pieces")), pieces)
                loads.action_cancel()

    def test_goods_that_changed_meanwhile_are_planned_anew(self):
        delivery = self._new_delivery((self.b8, 7590))
        wizard = self._open(delivery).save()
        line = delivery.sale_id.order_line.with_user(self.rep)
        for pieces in (7591, 7337):
            with self.subTest(pieces=pieces):
                line.product_uom_qty = pieces
                self.assertEqual(
                    self._message(wizard.action_apply),
                    f"Delivery {delivery.name} was changed meanwhile: open the load planning"
                    " again.",
                )
                self.assertEqual(delivery.sale_id.picking_ids, delivery)
                self.assertEqual(delivery.total_pieces, pieces)
        self.assertEqual(len(self._apply(self._open(delivery))), 2)

    def test_neither_receipts_nor_what_is_picked_already(self):
        receipt = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id}
        )
        picked = self._new_delivery((self.b8, 253))
        picked.move_ids.picked = True
        for picking, text in (
            (receipt, "%s is not an open delivery: nothing to plan."),
            (picked, "Delivery %s is being loaded: its loads are planned before that."),
        ):
            with self.subTest(text):
                plan = picking.with_user(self.dispatcher).action_plan_loads
                self.assertEqual(self._message(plan), text % picking.name)

    def test_begun_while_the_plan_was_open(self):
        delivery = self._new_delivery((self.b8, 7590))
        wizard = self._open(delivery).save()
        delivery._move_to_stage(self.stages["loading"])
        self.assertIn("is being loaded", self._message(wizard.action_apply))
        self.assertEqual(delivery.sale_id.picking_ids, delivery)

    def test_a_pallet_too_heavy_for_the_truck_is_told(self):
        van = self.env["fleet.vehicle.model.category"].create(
            {"name": "Van", "weight_capacity": 1664, "pallet_places": 4}
        )
        delivery = self._new_delivery((self.b8, 506))
        plan = self._open(delivery)
        self.assertEqual(len(plan.line_ids), 1)
        self.assertFalse(plan.warning)
        plan.truck_category_id = van
        self.assertEqual(len(plan.line_ids), 0)
        self.assertEqual(
            plan.warning,
            "Nothing to load, no kind of truck to plan on, or a single pallet is too heavy for this"
            " kind of truck.",
        )
        van.weight_capacity = 1664.5
        plan.truck_category_id = self.truck_kind
        plan.truck_category_id = van
        self.assertEqual(len(plan.line_ids), 2)
        self.assertFalse(plan.warning)

    def test_the_order_button_opens_the_only_delivery_or_the_list(self):
        delivery = self._new_delivery((self.b8, 7590))
        order = delivery.sale_id
        self.assertEqual(order.action_plan_loads()["res_model"], "bti.plan.loads")
        loads = self._apply(self._open(delivery))
        action = order.action_plan_loads()
        self.assertEqual(action["res_model"], "stock.picking")
        self.assertEqual(self.env["stock.picking"].search(action["domain"]), loads)
        self._new_trip(loads[0])
        action = order.action_plan_loads()  # the other one is all that is left to plan
        self.assertEqual(action["context"]["default_picking_id"], loads[1].id)
        loads[1]._move_to_stage(self.stages["loading"])
        self.assertEqual(order.action_plan_loads()["res_model"], "stock.picking")

    def test_delivery_without_an_order_goes_on_the_usual_truck(self):
        kind = self.warehouse.out_type_id
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": self.site.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.b8.id,
                            "product_uom_qty": 4048,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                        }
                    )
                ],
            }
        )
        delivery.action_confirm()
        plan = self._open(delivery)
        self.assertEqual(plan.truck_category_id, self.truck_kind)
        self.assertEqual(self._apply(plan).mapped("total_pieces"), [3795, 253])
