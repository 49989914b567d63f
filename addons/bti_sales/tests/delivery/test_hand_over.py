import base64
import io
import json
from ast import literal_eval
from datetime import timedelta

from lxml import etree
from PIL import Image

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..delivery_common import DeliveryCommon


def picture(color="red"):
    """A small photo."""
    content = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(content, "JPEG")
    return content.getvalue()


class HandOverCommon(DeliveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages["delivered"].needs_proof = True
        cls.load = cls._new_delivery()
        cls.trip = cls._new_trip(cls.load)
        cls.load._move_to_stage(cls.stages["left"])

    def _open(self, user=None, load=None, stage="delivered"):
        """What the button of the driver's screen opens; a form on it."""
        action = (
            (load or self.load)
            .with_user(user or self.driver)
            .with_context(target_stage_id=self.stages[stage].id, confirm_hand_over=True)
            .action_ask_next_stage()
        )
        self.assertEqual(action["res_model"], "bti.hand.over")
        return Form(self.env["bti.hand.over"].with_user(user or self.driver).with_context(
            **action["context"]
        ))  # fmt: skip

    def _upload(self, user=None, raw=None, **vals):
        """A file as the page of the driver sends it."""
        return self.env["ir.attachment"].with_user(user or self.driver).create(
            {"name": "site.jpg", "raw": raw or picture(), "res_model": "bti.hand.over",
             "res_id": 0, **vals}
        )  # fmt: skip


@tagged("post_install", "-at_install")
class TestHandOver(HandOverCommon):
    def test_driver_reads_whose_load_it_is(self):
        form = self._open()
        self.assertEqual(form.partner_id, self.site)
        self.assertIn("B8", form.load_summary)
        self.assertTrue(form.is_proof_missing)

    def test_signature_is_a_proof(self):
        form = self._open()
        form.received_by = "  Ali Foreman "
        form.signature = base64.b64encode(picture("blue"))
        self.assertFalse(form.is_proof_missing)
        form.save().action_hand_over()
        self.assertEqual(self.load.state, "done")
        self.assertEqual(self.load.stage_id, self.stages["delivered"])
        self.assertEqual(self.load.received_by, "Ali Foreman")
        self.assertTrue(self.load.signature)
        self.assertEqual(self.load.step_ids.sorted("id")[-1].user_id, self.driver)

    def test_photo_is_a_proof(self):
        photo = self._upload()
        form = self._open()
        form.photo_ids.add(photo)
        form.save().action_hand_over()
        self.assertEqual(self.load.state, "done")
        self.assertEqual(
            (photo.sudo().res_model, photo.sudo().res_id), ("stock.picking", self.load.id)
        )
        note = self.load.message_ids.filtered(lambda message: photo in message.attachment_ids)
        self.assertEqual(note.author_id, self.driver.partner_id)

    def test_nothing_given_is_told(self):
        with self.assertRaisesRegex(UserError, "asks for a proof"):
            self._open().save().action_hand_over()
        self.assertEqual(self.load.stage_id, self.stages["left"])

    def test_second_tap_changes_nothing(self):
        form = self._open()
        form.signature = base64.b64encode(picture())
        wizard = form.save()
        wizard.action_hand_over()
        steps = len(self.load.step_ids)
        wizard.action_hand_over()
        self.assertEqual(len(self.load.step_ids), steps)

    def test_a_signature_stays(self):
        self.load.signature = base64.b64encode(picture())
        wizard = self._open().save()
        self.assertTrue(wizard.is_signed)
        wizard.signature = base64.b64encode(picture("green"))
        with self.assertRaisesRegex(UserError, "signed already"):
            wizard.action_hand_over()

    def test_files_that_are_refused(self):
        other = self._upload(user=self.other_driver)
        paper = self.env["ir.attachment"].create(
            {"name": "x.jpg", "raw": picture(), "res_model": "res.partner", "res_id": self.site.id}
        )
        cases = [
            ("no photo", self._upload(raw=b"%PDF-1.4 not a photo"), UserError, "is no photo"),
            ("page", self._upload(raw=b"<svg xmlns='x'/>"), UserError, "is no photo"),
            ("of another document", paper, UserError, "on this page"),
            ("of another driver", other, (UserError, AccessError), ""),
        ]
        for label, file, error, text in cases:
            with self.subTest(label), self.assertRaisesRegex(error, text), self.env.cr.savepoint():
                wizard = self._open().save()
                # as over RPC: the file is named, whoever it belongs to
                wizard.sudo().photo_ids = [fields.Command.set(file.ids)]
                wizard.action_hand_over()
            self.assertEqual(self.load.stage_id, self.stages["left"], label)

    def test_who_may(self):
        for user in (self.other_driver, self.rep):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["bti.hand.over"].with_user(user).create(
                    {"picking_id": self.load.id, "stage_id": self.stages["delivered"].id}
                ).action_hand_over()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.load.with_user(user)._record_proof(base64.b64encode(picture()), "x")
        with self.assertRaises(AccessError):
            self.load.with_user(self.driver).write({"received_by": "x"})
        with self.assertRaises(AccessError):
            self.load.with_user(self.dispatcher).write({"received_by": "x"})

    def test_dispatcher_is_asked_only_for_a_proof(self):
        ask = self.load.with_user(self.dispatcher)
        self.assertEqual(ask.action_ask_next_stage()["res_model"], "bti.hand.over")
        self.stages["delivered"].needs_proof = False
        self.assertIs(ask.action_ask_next_stage(), True)
        self.assertEqual(self.load.state, "done")

    def test_driver_is_asked_only_where_goods_change_hands(self):
        load = self._new_delivery()
        self._new_trip(load, truck=self.other_truck)
        driver = load.with_user(self.other_driver).with_context(confirm_hand_over=True)
        for kind in ("loading", "left"):
            self.assertIs(driver.action_ask_next_stage(), True)
            self.assertEqual(load.stage_id, self.stages[kind])
        self.stages["delivered"].needs_proof = False
        self.assertEqual(driver.action_ask_next_stage()["res_model"], "bti.hand.over")

    def test_trip_of_several_clients_is_handed_over_load_by_load(self):
        first, second = self._new_delivery(), self._new_delivery()
        trip = self._new_trip(first | second, truck=self.other_truck)
        trip = trip.with_user(self.other_driver).with_context(confirm_hand_over=True)
        trip.action_ask_next_stage()
        trip.action_ask_next_stage()
        self.assertEqual((first | second).stage_id, self.stages["left"])
        action = trip.action_ask_next_stage()
        self.assertEqual(action["res_model"], "stock.picking")
        form = self._open(self.other_driver, first)
        form.signature = base64.b64encode(picture())
        form.save().action_hand_over()
        self.assertEqual(second.stage_id, self.stages["left"])
        self.assertEqual(trip.action_ask_next_stage()["context"]["default_picking_id"], second.id)

    def test_map(self):
        cases = [
            ({"partner_latitude": 36.7, "partner_longitude": 4.05}, "query=36.700000%2C4.050000"),
            ({"partner_latitude": 0, "partner_longitude": 0}, "12+secret+street%2C+Tizi+Ouzou"),
            ({"street": False, "city": False, "city_id": False, "state_id": False}, None),
        ]
        load = self.load.with_user(self.driver)
        for vals, expected in cases:
            with self.subTest(vals=vals):
                self.site.write(vals)
                load.invalidate_recordset(["map_url"])
                if expected:
                    self.assertIn(expected, load.map_url)
                    self.assertEqual(load.action_open_map()["url"], load.map_url)
                else:
                    self.assertFalse(load.map_url)
                    with self.assertRaises(UserError):
                        load.action_open_map()

    def test_map_is_for_who_may_see_the_load(self):
        employee = new_test_user(self.env, "hand_over_employee", groups="base.group_user")
        for user in (employee, self.other_driver):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.load.with_user(user).action_open_map()

    def test_drivers_find_no_action_of_the_yard(self):
        """Scrap, split and the like are not offered to who may not do them."""
        refused = {
            self.env.ref(xmlid).id
            for xmlid in (
                "stock.action_scrap",
                "stock.stock_split_picking",
                "stock.action_unreserve_picking",
                "stock.action_validate_picking",
                "stock.return_label_report",
                "stock_picking_batch.action_unreserve_batch_picking",
                "stock_picking_batch.action_merge_batch_picking",
                "stock_picking_batch.stock_add_to_wave_action_stock_picking",
            )
        }
        for user, expected in ((self.driver, set()), (self.rep, set()), (self.dispatcher, refused)):
            shown = {
                action["id"]
                for model in ("stock.picking", "stock.picking.batch")
                for actions in self.env["ir.actions.actions"]
                .with_user(user)
                .get_bindings(model)
                .values()
                for action in actions
            }
            with self.subTest(user=user.login):
                self.assertEqual(shown & refused, expected)

    def test_today(self):
        """The driver opens on his loads up to tonight and on those that he delivered today."""
        Load = self.env["stock.picking"].with_user(self.driver)
        view = Load.get_view(self.env.ref("bti_sales.driver_load_view_search").id, "search")
        [due] = etree.fromstring(view["arch"]).xpath("//filter[@name='due']/@domain")
        domain = literal_eval(due)
        now = fields.Datetime.now()
        for label, vals, found in (
            ("today", {"scheduled_date": now}, True),
            ("late", {"scheduled_date": now - timedelta(days=3)}, True),
            ("later", {"scheduled_date": now + timedelta(days=2)}, False),
        ):
            with self.subTest(label):
                self.load.move_ids.write({"date": vals["scheduled_date"]})
                self.load.scheduled_date = vals["scheduled_date"]
                self.env.flush_all()
                self.assertEqual(bool(Load.search(domain)), found)
        self.load.scheduled_date = now
        self.stages["delivered"].needs_proof = False
        self.load._move_to_stage(self.stages["delivered"])
        self.env.flush_all()
        self.assertTrue(Load.search(domain), "what is delivered stays until the evening")
        self.load.date_done = now - timedelta(days=2)
        self.env.flush_all()
        self.assertFalse(Load.search(domain))
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.driver_load_action")
        self.assertIn("search_default_due", action["context"])


@tagged("post_install", "-at_install")
class TestHandOverHttp(HandOverCommon, HttpCase):
    def test_driver_uploads_his_photo(self):
        """As the browser does it: the file first, then the dialog."""
        self.driver.password = "driver-password"
        self.authenticate(self.driver.login, "driver-password")
        answer = self.url_open(
            "/web/binary/upload_attachment",
            data={"model": "bti.hand.over", "id": 0, "csrf_token": http.Request.csrf_token(self)},
            files={"ufile": ("site.jpg", picture(), "image/jpeg")},
        )
        [file] = json.loads(answer.text)
        self.assertNotIn("error", file)
        wizard = self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": "bti.hand.over", "method": "create", "kwargs": {}, "args": [
                {"picking_id": self.load.id, "stage_id": self.stages["delivered"].id,
                 "photo_ids": [[4, file["id"]]]}]},
        )  # fmt: skip
        self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": "bti.hand.over", "method": "action_hand_over", "args": [[wizard]],
             "kwargs": {}},
        )  # fmt: skip
        self.env.invalidate_all()
        self.assertEqual(self.load.state, "done")
        self.assertTrue(self.load._has_delivery_proof())
