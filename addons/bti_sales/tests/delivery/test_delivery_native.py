from types import SimpleNamespace
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryNative(DeliveryCommon, HttpCase):
    """Odoo's own buttons on a load, as a browser or a script calls them."""

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
        cls.yard = new_test_user(
            cls.env,
            "yard_test",
            password="yard_test",
            groups="bti_sales.group_dispatcher",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
        )

    def setUp(self):
        super().setUp()
        self.authenticate("yard_test", "yard_test")

    def _call(self, records, method, *args, **context):
        answer = self._post(records, method, args, context)
        self.assertNotIn("error", answer)
        return answer.get("result")

    def _post(self, records, method, args, context):
        self.env.flush_all()
        params = {
            "model": records._name,
            "method": method,
            "args": [records.ids, *args] if records.ids else list(args),
            "kwargs": {"context": {**context, "lang": "en_US"}},
        }
        with mute_logger("odoo.http"):
            response = self.url_open("/web/dataset/call_kw", json={"params": params})
        self.env.invalidate_all()
        return response.json()

    def _refusal(self, records, method, *args, **context):
        """What the user reads when the server refuses."""
        return self._post(records, method, args, context)["error"]["data"]["message"]

    def _messages(self, delivery):
        return self.env["bti.message"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", delivery.id)]
        )

    def test_load_in_the_yard_is_not_validated(self):
        """Neither by the button, nor by its questions, nor by that of the trip or the list."""
        for way in ("button", "back order", "sms", "trip", "at loading"):
            with self.subTest(way):
                delivery = self._new_delivery()
                trip = self._new_trip(delivery)
                stage = self.stages["planned"]
                if way == "at loading":
                    stage = self.stages["loading"]
                    delivery._move_to_stage(stage)
                context = {}
                target, method, args = delivery, "button_validate", ()
                if way == "back order":
                    delivery.move_ids.write({"quantity": 253, "picked": True})
                    target = self.env["stock.backorder.confirmation"].create(
                        {
                            "pick_ids": [Command.set(delivery.ids)],
                            "backorder_confirmation_line_ids": [
                                Command.create({"picking_id": delivery.id, "to_backorder": True})
                            ],
                        }
                    )
                    method, context = "process", {"button_validate_picking_ids": delivery.ids}
                elif way == "sms":
                    target = self.env["confirm.stock.sms"].create(
                        {"pick_ids": [Command.set(delivery.ids)]}
                    )
                    method, context = "send_sms", {"button_validate_picking_ids": delivery.ids}
                elif way == "trip":
                    target, method = trip, "action_done"
                self.assertIn(
                    "cannot be validated yet", self._refusal(target, method, *args, **context)
                )
                self.assertEqual(delivery.stage_id, stage)
                self.assertNotEqual(delivery.state, "done")
                self.assertFalse(self._messages(delivery))

    def test_load_on_the_road_is_validated_natively_in_part(self):
        delivery = self._new_delivery()
        trip = self._new_trip(delivery)
        delivery._move_to_stage(self.stages["left"])
        delivery.move_ids.write({"quantity": 2500, "picked": True})
        action = self._call(delivery, "button_validate")
        self.assertEqual(action["res_model"], "stock.backorder.confirmation")
        self._call(delivery, "button_validate", skip_backorder=True)
        self.assertEqual(delivery.stage_id, self.stages["delivered"])
        self.assertEqual(delivery.batch_id, trip)
        self.assertEqual(delivery.backorder_ids.move_ids.product_uom_qty, 30)

    def test_core_sends_no_sms_of_its_own(self):
        """The rules on stages tell the client: Odoo neither asks nor sends a second SMS."""
        self.company.stock_text_confirmation = True
        self.company.stock_confirmation_type = "sms"
        delivery = self._new_delivery()
        delivery._move_to_stage(self.stages["left"])
        told = len(self._messages(delivery))
        # core leaves its SMS out while tests run
        outside_tests = SimpleNamespace(module=SimpleNamespace(current_test=False))
        with patch("odoo.addons.stock_sms.models.stock_picking.modules", outside_tests):
            self.assertIs(self._call(delivery, "button_validate"), True)
        self.assertEqual(delivery.stage_id, self.stages["delivered"])
        self.assertEqual(len(self._messages(delivery)) - told, 1)

    def test_nothing_is_returned_before_it_is_delivered(self):
        self.stages["delivered"].validates_transfer = False
        self.stages["left"].validates_transfer = True
        delivery = self._new_delivery()
        for stage in (False, "left"):
            with self.subTest(stage or "planned"):
                if stage:
                    delivery._move_to_stage(self.stages[stage])
                text = self._refusal(
                    self.env["stock.return.picking"],
                    "create",
                    [{"picking_id": delivery.id}],
                )
                self.assertIn("is not delivered yet", text)
        self.assertFalse(delivery.return_ids)
        delivery._move_to_stage(self.stages["delivered"])
        self.assertTrue(
            self._call(self.env["stock.return.picking"], "create", [{"picking_id": delivery.id}])
        )

    def test_load_is_not_scrapped(self):
        delivery = self._new_delivery()
        for stage in ("planned", "left"):
            with self.subTest(stage):
                if stage != "planned":
                    delivery._move_to_stage(self.stages[stage])
                self.assertIn("cannot be scrapped", self._refusal(delivery, "button_scrap"))
                values = {
                    "product_id": self.b8.id,
                    "scrap_qty": 10,
                    "picking_id": delivery.id,
                    "company_id": self.company.id,
                }
                text = self._refusal(self.env["stock.scrap"], "create", [values])
                self.assertIn("cannot be scrapped", text)

    def test_split_opens_the_plan_of_loads(self):
        delivery = self._new_delivery()
        delivery.move_ids.quantity = 253
        action = self._call(delivery, "action_split_transfer")
        self.assertEqual(action["res_model"], "bti.plan.loads")
        delivery._move_to_stage(self.stages["loading"])
        self.assertIn("is being loaded", self._refusal(delivery, "action_split_transfer"))
        self.assertFalse(delivery.backorder_ids)

    def test_goods_on_a_truck_stay_reserved(self):
        delivery = self._new_delivery()
        self._call(delivery, "do_unreserve")
        self.assertEqual(delivery.state, "confirmed")
        delivery._move_to_stage(self.stages["left"])
        self.assertIn("stays as it is", self._refusal(delivery, "do_unreserve"))
        self.assertEqual(delivery.state, "assigned")

    def test_load_stays_out_of_waves(self):
        delivery = self._new_delivery()
        wave = self.env["stock.add.to.wave"].create(
            {"mode": "new", "line_ids": [Command.set(delivery.move_line_ids.ids)]}
        )
        self.assertIn("waves", self._refusal(wave, "attach_pickings"))
        self.assertFalse(delivery.batch_id)

    def test_other_transfers_keep_odoos_buttons(self):
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.b8.id,
                            "product_uom_qty": 10,
                            "location_id": self.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        self.assertIs(self._call(receipt, "button_validate"), True)
        self.assertEqual(receipt.state, "done")

    def test_print_buttons_print_our_papers(self):
        delivery = self._new_delivery()
        trip = self._new_trip(delivery)
        cases = [
            (delivery, "do_print_picking", delivery),
            (trip, "action_print", delivery),
        ]
        for record, method, printed in cases:
            with self.subTest(method):
                action = self._call(record, method)
                self.assertEqual(action["report_name"], "bti_sales.report_delivery_note")
                self.assertEqual(action["context"]["active_ids"], printed.ids)

    def test_odoos_lists_for_the_yard_print(self):
        """They carry bar codes, for which a library is needed."""
        delivery = self._new_delivery()
        trip = self._new_trip(delivery)
        reports = self.env["ir.actions.report"].with_user(self.yard)
        for name, record in (
            ("stock.report_picking", delivery),
            ("stock_picking_batch.report_picking_batch", trip),
        ):
            with self.subTest(name):
                html, _kind = reports._render_qweb_html(name, record.ids)
                self.assertIn(b"data:image/png;base64", html)
        image = self.url_open("/report/barcode/Code128/BL-2026-00001?width=300&height=50")
        self.assertEqual(image.status_code, 200)
        self.assertTrue(image.content.startswith(b"\x89PNG"))
