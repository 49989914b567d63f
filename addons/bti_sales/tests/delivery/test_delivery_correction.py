from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryCorrection(DeliveryCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sms_provider = "bti"
        cls.channel = cls.env["bti.channel"].create(
            {
                "name": "Journal",
                "provider": "log",
                "company_id": cls.company.id,
                "state": "active",
            }
        )

        cls.b8.invoice_policy = "delivery"

    def _move(self, delivery, kind):
        delivery.with_user(self.dispatcher).write({"stage_id": self.stages[kind].id})
        self.env.flush_all()

    def _correct(self, deliveries, kind, reason="Wrong truck clicked", user=None):
        """As on the screen: button, wizard, and the deliveries that are shown next."""
        deliveries = deliveries.with_user(user or self.dispatcher)
        action = deliveries.action_correct_stage()
        wizard = Form(deliveries.env[action["res_model"]].with_context(**action["context"]))
        wizard.stage_id = self.stages[kind].with_user(deliveries.env.user)
        wizard.reason = reason
        shown = wizard.save().action_apply()
        self.env.flush_all()
        if shown.get("res_id"):
            return self.env["stock.picking"].browse(shown["res_id"])
        return self.env["stock.picking"].search(shown["domain"])

    def _messages(self, *deliveries):
        ids = [delivery.id for delivery in deliveries]
        return self.env["bti.message"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "in", ids)], order="id"
        )

    def test_load_that_never_left_is_planned_again(self):
        delivery = self._new_delivery()
        self._move(delivery, "left")
        self.assertEqual(self._correct(delivery, "planned"), delivery)
        self.assertEqual(delivery.stage_id, self.stages["planned"])
        self.assertFalse(delivery.step_ids)
        self.assertFalse(delivery._has_begun_loading())
        steps = delivery.corrected_step_ids
        self.assertEqual(steps.mapped("stage_id.kind"), ["loading", "left"])
        self.assertEqual(steps.corrected_by_id, self.dispatcher)
        self.assertEqual(set(steps.mapped("correction_reason")), {"Wrong truck clicked"})
        self.assertIn("Wrong truck clicked", delivery.message_ids[0].body)
        # and it goes its way again, written down again
        self._move(delivery, "left")
        self.assertEqual(delivery.step_ids.mapped("stage_id.kind"), ["loading", "left"])
        self.assertEqual(len(delivery.corrected_step_ids), 2)

    def test_what_waits_is_not_sent_and_what_was_told_is_corrected(self):
        for told in (False, True):
            with self.subTest(told=told):
                delivery = self._new_delivery()
                self._move(delivery, "left")
                message = self._messages(delivery)
                if told:
                    message._update_state("sending")
                    message._update_state("sent")
                self._correct(delivery, "loading")
                self.assertEqual(message.state, "sent" if told else "canceled")
                texts = (self._messages(delivery) - message).mapped("body")
                self.assertEqual(len(texts), int(told))
                if told:
                    self.assertIn("sent by mistake", texts[0])
                    self.assertIn(self.stages["loading"].client_label, texts[0])

    def test_delivered_by_mistake(self):
        """Stock, pallets, invoice, contact sheet, trip and the client's page are put right."""
        delivery = self._new_delivery()
        trip = self._new_trip(delivery)
        url = delivery.tracking_url
        self._move(delivery, "left")
        left_on = delivery.step_ids[-1].date
        self._move(delivery, "delivered")
        order_line = delivery.sale_id.order_line
        stock = self.b8.with_context(warehouse_id=self.warehouse.id).qty_available
        self._messages(delivery)._update_state("sending")
        self._messages(delivery)._update_state("sent")

        actual = self._correct(delivery, "left")
        self.assertEqual(delivery.replacement_id, actual)
        self.assertFalse(delivery.stage_id)
        self.assertFalse(delivery.batch_id)
        self.assertEqual(actual.stage_id, self.stages["left"])
        self.assertEqual(actual.state, "assigned")
        self.assertEqual(actual.batch_id, trip)
        self.assertEqual(trip.state, "in_progress")
        self.assertEqual(actual.total_pieces, 2530)
        self.assertEqual(actual.step_ids.mapped("stage_id.kind"), ["loading", "left"])
        self.assertEqual(actual.step_ids[-1].date, left_on)
        self.assertEqual(actual.corrected_step_ids.stage_id, self.stages["delivered"])
        self.env.invalidate_all()
        self.assertEqual(
            self.b8.with_context(warehouse_id=self.warehouse.id).qty_available, stock + 2530
        )
        self.assertEqual((order_line.qty_delivered, order_line.qty_to_invoice), (0, 0))
        pallets = self.env["bti.pallet.move"]
        self.assertEqual(pallets._get_balance(self.client_partner, self.company), 0)
        self.assertFalse(delivery.contact_sheet_id)
        self.assertFalse(delivery.activity_ids | actual.activity_ids)
        self.assertIn("sent by mistake", self._messages(delivery, actual)[-1].body)
        page = self.url_open("/t/" + url.rsplit("/", 1)[1])
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Delivered on", page.text)

        self._move(actual, "delivered")
        self.assertEqual(order_line.qty_delivered, 2530)
        self.assertEqual(pallets._get_balance(self.client_partner, self.company), 10)
        self.assertEqual(trip.state, "done")
        self.assertTrue(actual.contact_sheet_id)
        self.env["stock.picking"]._init_stages()
        self.assertFalse(delivery.stage_id)

    def test_goods_that_wait_elsewhere_do_not_take_them(self):
        """The stock that comes back is the load's own, whoever waits for bricks."""
        delivery = self._new_delivery((self.b8, 50000))
        self._new_delivery((self.b8, 2530))
        self._move(delivery, "delivered")
        actual = self._correct(delivery, "loading")
        self.assertEqual(actual.state, "assigned")

    def test_invoiced_goods_are_credited_first(self):
        delivery = self._new_delivery()
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        self._move(delivery, "delivered")
        delivery.sale_id._create_invoices()
        with self.assertRaisesRegex(UserError, "is invoiced already"):
            self._correct(delivery, "left")
        self.assertEqual(delivery.stage_id, self.stages["delivered"])

    def test_load_in_the_yard_leaves_the_trip_that_is_on_the_road(self):
        first, second = self._new_delivery(), self._new_delivery()
        trip = self._new_trip(first | second)
        self._move(first | second, "left")
        self._correct(first, "planned")
        self.assertFalse(first.batch_id)
        self.assertEqual(second.batch_id, trip)
        self.assertEqual(trip.stage_id, self.stages["left"])

    def test_whole_trip_is_corrected_and_stays_together(self):
        first, second = self._new_delivery(), self._new_delivery()
        trip = self._new_trip(first | second)
        trip.with_user(self.dispatcher)._move_to_stage(self.stages["left"])
        action = trip.with_user(self.dispatcher).action_correct_stage()
        self.assertEqual(action["context"]["default_picking_ids"], (first | second).ids)
        self._correct(first | second, "loading")
        self.assertEqual((first | second).batch_id, trip)
        self.assertEqual(trip.stage_id, self.stages["loading"])

    def test_who_may_correct(self):
        delivery = self._new_delivery()
        self._new_trip(delivery)
        self._move(delivery, "left")
        stranger = self._new_user(
            "stranger_test", "bti_sales.group_dispatcher", company=self.other_company
        )
        values = {
            "picking_ids": [Command.set(delivery.ids)],
            "stage_id": self.stages["planned"].id,
            "reason": "x",
        }
        for user in (self.driver, self.rep, stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                wizard = self.env["bti.delivery.correction"].with_user(user).create(values)
                wizard.action_apply()
        self.env.invalidate_all()
        self.assertEqual(delivery.stage_id, self.stages["left"])

    def test_only_back_and_only_with_a_reason(self):
        delivery = self._new_delivery()
        self._move(delivery, "left")
        wizards = self.env["bti.delivery.correction"].with_user(self.dispatcher)
        cases = [
            ("planned", "  ", "Say why"),
            ("left", "x", "goes back to an earlier"),
            ("delivered", "x", "goes back to an earlier"),
        ]
        for kind, reason, message in cases:
            with self.subTest(kind), self.assertRaisesRegex(UserError, message):
                wizards.create(
                    {
                        "picking_ids": [Command.set(delivery.ids)],
                        "stage_id": self.stages[kind].id,
                        "reason": reason,
                    }
                ).action_apply()
        wizard = wizards.create(
            {
                "picking_ids": [Command.set(delivery.ids)],
                "stage_id": self.stages["loading"].id,
                "reason": "x",
            }
        )
        self.assertEqual(wizard.allowed_stage_ids.mapped("kind"), ["planned", "loading"])

    def test_two_deliveries_never_take_each_others_place(self):
        first, second = self._new_delivery(), self._new_delivery()
        first.replacement_id = second
        with self.assertRaisesRegex(UserError, "its own place"):
            second.replacement_id = first
