from odoo.exceptions import UserError
from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryPath(DeliveryCommon):
    """What a stage asks for, does and tells is due when it is passed, however it is passed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sms_provider = "bti"
        cls.env["bti.channel"].create(
            {
                "name": "Journal",
                "provider": "log",
                "company_id": cls.company.id,
                "state": "active",
            }
        )
        cls.b8.invoice_policy = "delivery"
        cls.refused, cls.closed = cls.env["bti.delivery.stage"].create(
            [
                {"name": "Refused", "kind": "refused", "sequence": 50},
                {"name": "Closed", "kind": "closed", "sequence": 60},
            ]
        )

    def _move(self, delivery, stage):
        delivery.with_user(self.dispatcher).web_save({"stage_id": stage.id}, {"stage_id": {}})

    def _messages(self, delivery):
        return self.env["bti.message"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", delivery.id)], order="id"
        )

    def test_proof_of_a_passed_stage_is_asked_for(self):
        """Whether that stage is before the transfer, does it, or comes after it."""
        for kind in ("loading", "left", "delivered"):
            with self.subTest(kind):
                self.stages[kind].needs_proof = True
                delivery = self._new_delivery()
                with self.assertRaises(UserError) as refusal:  # with a savepoint
                    self._move(delivery, self.closed)
                self.assertIn("asks for a proof", str(refusal.exception))
                self.assertEqual(delivery.stage_id, self.stages["planned"])
                self.assertFalse(self._messages(delivery))
                self.stages[kind].needs_proof = False

    def test_duties_of_passed_stages_are_done(self):
        delivery = self._new_delivery()
        self._move(delivery, self.closed)
        self.assertEqual(delivery.stage_id, self.closed)
        self.assertEqual(delivery.state, "done")
        self.assertTrue(delivery.contact_sheet_id)
        texts = self._messages(delivery).mapped("body")
        self.assertEqual(len(texts), 2)
        self.assertIn("has left", texts[0])
        self.assertIn("is delivered", texts[1])
        self.assertEqual(
            delivery.activity_ids.activity_type_id,
            self.env.ref("bti_sales.mail_activity_type_delivery_call"),
        )
        self.assertEqual(
            delivery.step_ids.mapped("stage_id.kind"), ["loading", "left", "delivered", "closed"]
        )

    def test_hour_of_a_passed_stage_stays_out_of_papers(self):
        delivery = self._new_delivery()
        self._move(delivery, self.stages["delivered"])
        times = [date for _label, date in delivery._get_delivery_note_times()]
        self.assertEqual([bool(date) for date in times], [False, False, False, True])
        dates = [stage["date"] for stage in delivery._get_tracking_stages()]
        self.assertEqual([bool(date) for date in dates[:4]], [True, False, False, True])
        self.assertTrue(delivery._is_delivery_note_public())

    def test_rules_of_sale_and_goods_are_looked_at_on_the_way(self):
        self._new_delivery((self.b8, 50000))
        short = self._new_delivery((self.b8, 2530))
        with self.assertRaisesRegex(UserError, "2530 missing of 2530"):
            self._move(short, self.closed)
        self.assertNotEqual(short.state, "done")

    def test_refused_load_is_neither_shipped_nor_charged(self):
        pallets = self.env["bti.pallet.move"]
        for at in (50, 35):  # after the stage of delivery, and before it
            with self.subTest(sequence=at):
                self.refused.sequence = at
                delivery = self._new_delivery()
                trip = self._new_trip(delivery)
                self._move(delivery, self.stages["left"])
                self.assertEqual(delivery.next_stage_id, self.stages["delivered"])
                self._move(delivery, self.refused)
                self.assertEqual(delivery.stage_id, self.refused)
                self.assertNotEqual(delivery.state, "done")
                self.assertFalse(pallets.search([("picking_id", "=", delivery.id)]))
                self.assertFalse(delivery.contact_sheet_id)
                line = delivery.sale_id.order_line
                self.assertEqual((line.qty_delivered, line.qty_to_invoice), (0, 0))
                self.assertEqual(len(self._messages(delivery)), 1)
                with self.assertRaisesRegex(UserError, "was refused"):
                    delivery.with_user(self.dispatcher).button_validate()
                if at == 35:
                    with self.assertRaisesRegex(UserError, "was refused"):
                        self._move(delivery, self.stages["delivered"])
                # the other loads go on without it
                trip.with_user(self.dispatcher)._move_to_stage(self.stages["delivered"])
                self.assertEqual(delivery.stage_id, self.refused)
                self._move(delivery, self.closed)
                self.assertNotEqual(delivery.state, "done")
                with self.assertRaisesRegex(UserError, "was refused"):
                    delivery.with_user(self.dispatcher).button_validate()

    def test_refusal_is_for_what_is_on_the_road(self):
        planned, delivered = self._new_delivery(), self._new_delivery()
        self._move(delivered, self.stages["delivered"])
        with self.assertRaisesRegex(UserError, "has not left"):
            self._move(planned, self.refused)
        with self.assertRaisesRegex(UserError, "is delivered: what comes back is a return"):
            self._move(delivered, self.refused)
        self.assertEqual(delivered.next_stage_id, self.closed)

    def test_refused_goods_come_back_where_stock_is_counted_at_the_gate(self):
        self.stages["delivered"].validates_transfer = False
        self.stages["left"].validates_transfer = True
        delivery = self._new_delivery()
        self._move(delivery, self.stages["left"])
        self.assertEqual(delivery.sale_id.order_line.qty_delivered, 2530)
        self._move(delivery, self.refused)
        self.assertEqual(delivery.sale_id.order_line.qty_delivered, 0)
        self.assertEqual(delivery.sale_id.order_line.qty_to_invoice, 0)
        balance = self.env["bti.pallet.move"]._get_balance(self.client_partner, self.company)
        self.assertEqual(balance, 0)
        self.assertEqual(delivery.return_ids.state, "done")
