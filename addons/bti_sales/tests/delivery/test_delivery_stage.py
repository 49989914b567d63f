from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged, warmup

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryStage(DeliveryCommon):
    def test_new_delivery_is_planned(self):
        delivery = self._new_delivery()
        self.assertEqual(delivery.stage_id, self.stages["planned"])
        self.assertEqual(delivery.next_stage_id, self.stages["loading"])

    def test_only_deliveries_have_stages(self):
        receipt = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.in_type_id.id}
        )
        self.assertFalse(receipt.stage_id)
        with self.assertRaisesRegex(UserError, "is not a delivery"):
            receipt.stage_id = self.stages["loading"]

    def test_each_step_says_who_and_when(self):
        delivery = self._new_delivery()
        before = fields.Datetime.now()
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["loading"])
        step = delivery.step_ids
        self.assertEqual(step.stage_id, self.stages["loading"])
        self.assertEqual(step.user_id, self.dispatcher)
        self.assertGreaterEqual(step.date, before)

    def test_buttons_walk_all_stages(self):
        delivery = self._new_delivery().with_user(self.dispatcher)
        for kind in ("loading", "left", "delivered"):
            delivery.action_next_stage()
            self.assertEqual(delivery.stage_id, self.stages[kind])
        self.assertFalse(delivery.next_stage_id)
        delivery.action_next_stage()
        self.assertEqual(delivery.stage_id, self.stages["delivered"])
        self.assertEqual(len(delivery.step_ids), 3)

    def test_second_click_changes_nothing(self):
        """A button tells which stage it offered: from a stale screen it never goes too far."""
        delivery = self._new_delivery().with_user(self.dispatcher)
        loading = delivery.with_context(target_stage_id=self.stages["loading"].id)
        loading.action_next_stage()
        loading.action_next_stage()
        self.assertEqual(delivery.stage_id, self.stages["loading"])
        delivery._move_to_stage(self.stages["left"])
        loading.action_next_stage()
        self.assertEqual(delivery.stage_id, self.stages["left"])
        self.assertEqual(len(delivery.step_ids), 2)

    def test_refused_moves(self):
        cancelled = self._new_delivery()
        cancelled.action_cancel()
        left = self._new_delivery()
        left._move_to_stage(self.stages["left"])
        planned = self._new_delivery()
        cases = [
            (cancelled, self.stages["loading"], "is cancelled"),
            (left, self.stages["loading"], "cannot go back"),
            (left, self.stages["planned"], "cannot go back"),
            (planned, self.env["bti.delivery.stage"], "always has a stage"),
        ]
        for delivery, stage, message in cases:
            with self.subTest(message=message, stage=stage.name):
                with self.assertRaisesRegex(UserError, message):
                    delivery.with_user(self.dispatcher).write({"stage_id": stage.id})

    def test_board_and_form_use_the_same_path(self):
        """What the web client writes is checked and written down as a button's move is."""
        delivery = self._new_delivery().with_user(self.dispatcher)
        delivery.web_save({"stage_id": self.stages["left"].id}, {"stage_id": {}})
        self.assertEqual(delivery.step_ids[-1].stage_id, self.stages["left"])
        with self.assertRaisesRegex(UserError, "cannot go back"):
            delivery.web_save({"stage_id": self.stages["loading"].id}, {"stage_id": {}})

    def test_delivered_takes_goods_out_of_stock(self):
        delivery = self._new_delivery((self.b8, 2530), (self.b12, 1480))
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["delivered"])
        self.assertEqual(delivery.state, "done")
        lines = delivery.sale_id.order_line
        self.assertEqual(lines.mapped("qty_delivered"), [2530, 1480])
        self.assertFalse(delivery.backorder_ids)

    def test_transfer_happens_where_the_stage_says(self):
        """Also when the move skips that stage."""
        self.stages["delivered"].validates_transfer = False
        self.stages["left"].validates_transfer = True
        delivery, skipping = self._new_delivery(), self._new_delivery()
        delivery._move_to_stage(self.stages["left"])
        self.assertEqual(delivery.state, "done")
        delivery._move_to_stage(self.stages["delivered"])
        skipping._move_to_stage(self.stages["delivered"])
        self.assertEqual(skipping.state, "done")

    def test_shortage_names_product_and_pieces(self):
        delivery = self._new_delivery((self.b8, 40000), (self.b12, 1480))
        short = self._new_delivery((self.b8, 12530))
        delivery._move_to_stage(self.stages["left"])
        with self.assertRaisesRegex(UserError, "B8 test: 2530 missing of 12530"):
            short.with_user(self.dispatcher)._move_to_stage(self.stages["delivered"])

    def test_no_truck_leaves_without_its_goods(self):
        self._new_delivery((self.b8, 50000))
        short = self._new_delivery((self.b8, 2530)).with_user(self.dispatcher)
        short._move_to_stage(self.stages["loading"])
        with self.assertRaises(UserError) as refusal:
            short._move_to_stage(self.stages["left"])
        self.assertIn("B8 test: 2530 missing of 2530", str(refusal.exception))
        self.assertEqual(short.stage_id, self.stages["loading"])
        self._add_stock(self.b8, 2530)
        short._move_to_stage(self.stages["left"])
        self.assertEqual(short.state, "assigned")

    def test_goods_received_meanwhile_are_reserved(self):
        self._new_delivery((self.b8, 50000))
        delivery = self._new_delivery((self.b8, 2530))
        self.assertEqual(delivery.state, "confirmed")
        self._add_stock(self.b8, 3000)
        delivery._move_to_stage(self.stages["delivered"])
        self.assertEqual(delivery.state, "done")

    def test_changed_quantity_is_kept_and_the_rest_is_a_new_load(self):
        delivery = self._new_delivery((self.b8, 2530))
        delivery.move_ids.write({"quantity": 2500, "picked": True})
        delivery._move_to_stage(self.stages["delivered"])
        self.assertEqual(delivery.sale_id.order_line.qty_delivered, 2500)
        rest = delivery.backorder_ids
        self.assertEqual(rest.move_ids.product_uom_qty, 30)
        self.assertEqual(rest.stage_id, self.stages["planned"])

    def test_native_validation_brings_to_delivered(self):
        delivery = self._new_delivery()
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["left"])
        delivery.with_user(self.dispatcher).button_validate()
        self.assertEqual(delivery.state, "done")
        self.assertEqual(delivery.stage_id, self.stages["delivered"])
        self.assertEqual(delivery.step_ids.user_id, self.dispatcher)

    def test_proof_is_asked_for(self):
        self.stages["delivered"].needs_proof = True
        delivery = self._new_delivery().with_user(self.dispatcher)
        with self.assertRaisesRegex(UserError, "asks for a proof"):
            delivery._move_to_stage(self.stages["delivered"])
        self.env["ir.attachment"].create(
            {
                "name": "site.png",
                "res_model": "stock.picking",
                "res_id": delivery.id,
                "raw": b"\x89PNG\r\n\x1a\n",
                "mimetype": "image/png",
            }
        )
        delivery._move_to_stage(self.stages["delivered"])
        self.assertEqual(delivery.state, "done")

    def test_extra_stage_takes_its_place(self):
        """An administrator adds a step and renames another: the next delivery uses them."""
        manager = self._new_user("manager_test", "bti_crm.group_admin")
        manager.company_ids = self.env["res.company"].search([])
        stages = self.env["bti.delivery.stage"].with_user(manager)
        weighed = stages.create({"name": "Weighed", "kind": "weighed", "sequence": 25})
        self.stages["left"].with_user(manager).name = "On the road"
        delivery = self._new_delivery()
        delivery._move_to_stage(self.stages["loading"])
        self.assertEqual(delivery.next_stage_id, weighed)
        delivery.action_next_stage()
        delivery.action_next_stage()
        self.assertEqual(delivery.stage_id.name, "On the road")

    def test_archived_stage_takes_no_more_deliveries(self):
        self.stages["loading"].active = False
        delivery = self._new_delivery()
        self.assertEqual(delivery.next_stage_id, self.stages["left"])
        shown = delivery._read_group_stage_ids(self.env["bti.delivery.stage"], [])
        self.assertNotIn(self.stages["loading"], shown)

    def test_used_stage_cannot_be_deleted(self):
        delivery = self._new_delivery()
        delivery._move_to_stage(self.stages["loading"])
        delivery._move_to_stage(self.stages["left"])
        unused = self.env["bti.delivery.stage"].create({"name": "Unused"})
        unused.unlink()
        for kind in ("loading", "left"):
            with self.subTest(kind), self.assertRaisesRegex(UserError, "Archive it instead"):
                self.stages[kind].unlink()

    def test_back_order_and_return_start_anew(self):
        delivery = self._new_delivery()
        delivery._move_to_stage(self.stages["delivered"])
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=delivery.id, active_model="stock.picking"
            )
        ).save()
        wizard.product_return_moves.quantity = 10
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self.assertFalse(returned.stage_id)

    def test_deliveries_from_before_get_a_stage(self):
        planned, done = self._new_delivery(), self._new_delivery()
        done._move_to_stage(self.stages["delivered"])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_picking SET stage_id = NULL WHERE id IN %s", [(planned.id, done.id)]
        )
        self.env.invalidate_all()
        self.env["stock.picking"]._init_stages()
        self.assertEqual(planned.stage_id, self.stages["planned"])
        self.assertEqual(done.stage_id, self.stages["delivered"])

    def test_constraints_exist(self):
        """Odoo only logs a constraint that it cannot create."""
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE indexname = 'bti_delivery_step_once_standing'"
        )
        self.assertTrue(self.env.cr.fetchall())

    @warmup
    def test_moving_twenty_deliveries_costs_few_queries(self):
        deliveries = self.env["stock.picking"]
        for _index in range(20):
            deliveries |= self._new_delivery((self.b8, 253))
        self.env.flush_all()
        self.env.invalidate_all()
        deliveries = deliveries.with_user(self.dispatcher)
        with self.assertQueryCount(17):
            deliveries._move_to_stage(self.stages["loading"])
            self.env.flush_all()

    @warmup
    def test_board_costs_as_many_queries_for_one_as_for_twenty(self):
        deliveries = self._new_delivery((self.b8, 253), (self.b12, 148))
        for _index in range(19):
            deliveries |= self._new_delivery((self.b8, 253), (self.b12, 148))
        self._new_trip(deliveries)
        specification = {
            name: {"fields": {"display_name": {}}} if field.type == "many2one" else {}
            for name, field in deliveries._fields.items()
            if name
            in (
                "partner_id",
                "partner_city",
                "load_summary",
                "total_pallets",
                "truck_plate",
                "trip_driver_id",
                "batch_id",
                "scheduled_date",
                "is_late",
                "stage_id",
                "next_stage_id",
                "state",
            )
        }
        counts = []
        for some in (deliveries, deliveries[:1], deliveries):  # the first time fills caches
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.with_user(self.dispatcher).web_read(specification)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
