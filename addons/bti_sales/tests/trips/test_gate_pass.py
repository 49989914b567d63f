import importlib.util

from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.tests import HttpCase, tagged

from ..delivery.closed_load_common import ClosedLoadCommon


@tagged("post_install", "-at_install")
class TestGatePass(ClosedLoadCommon, HttpCase):
    """A pass is issued once, and says ever after what it said then."""

    def _open(self, holder):
        """The paper as the yard opens it."""
        report = "trip" if holder._name == "stock.picking.batch" else "picking"
        self.authenticate(self.dispatcher.login, self.dispatcher.login)
        return self.url_open(f"/report/html/bti_sales.report_gate_pass_{report}/{holder.id}")

    def test_printing_issues_nothing(self):
        trip = self._new_trip(self._new_delivery((self.b8, 506)))
        alone = self._new_delivery((self.b8, 506))
        (trip.picking_ids | alone)._move_to_stage(self.stages["loading"])
        for holder in (trip, alone, trip.picking_ids):
            with self.subTest(holder=holder.name):
                answer = self._open(holder)
                self.assertNotIn("BS/", answer.text)
                self.env.invalidate_all()
                self.assertFalse(holder.gate_pass_name)
                self.assertFalse(
                    holder._get_gate_pass_trip().gate_pass_name
                    if holder._name == "stock.picking"
                    else False
                )

    def test_a_copy_says_what_the_first_one_said(self):
        load = self._close(self._new_delivery((self.b8, 506), (self.b12, 148)), "trip pass")
        trip = load.batch_id
        first = self._open(trip).text
        for shown in (
            trip.gate_pass_name,
            "01234-116-15",
            "Mourad Driver",
            load.name,
            "506",
            "148",
        ):
            self.assertIn(shown, first)
        # the client takes less, names and trucks change
        load.with_user(self.dispatcher).write({"stage_id": self.stages["left"].id})
        load.move_ids[0].with_user(self.dispatcher).write({"quantity": 250, "picked": True})
        load.with_user(self.dispatcher).write({"stage_id": self.stages["delivered"].id})
        self.b8.name = "B8 renamed"
        self.b8.weight = 7.5
        self.client_partner.name = "Karim renamed"
        self.site.city = "Azazga"
        self.truck.license_plate = "99999-116-15"
        self.driver.name = "Somebody Else"
        self.assertEqual(load.total_pieces, 250 + 148)
        self.assertEqual(self._paper(self._open(trip).text), self._paper(first))

    def _paper(self, html):
        start = html.index("o_bti_document")
        return " ".join(html[start:].split())

    def test_a_pass_is_cancelled_in_the_yard_only(self):
        for way in ("pass", "trip pass"):
            with self.subTest(way=way):
                load = self._close(self._new_delivery((self.b8, 506)), way)
                holder = (load.batch_id or load).with_user(self.dispatcher)
                number = holder.gate_pass_name
                with self.assertRaises(AccessError):
                    holder.with_user(self.rep).action_cancel_gate_pass()
                holder.action_cancel_gate_pass()
                self.assertFalse(holder.gate_pass_name)
                self.assertIn(number, holder.message_ids[:1].body)
                holder.action_print_gate_pass()
                self.assertNotEqual(holder.gate_pass_name, number)
                load.with_user(self.dispatcher).write({"stage_id": self.stages["left"].id})
                with self._refused("has left"):
                    holder.action_cancel_gate_pass()

    def test_nobody_writes_a_pass(self):
        load = self._close(self._new_delivery((self.b8, 506)), "pass")
        other = self._new_delivery((self.b8, 506))
        for user in (self.dispatcher, self.rep):
            for record in (load, other):
                for name, value in (
                    ("gate_pass_name", "BS/FALSE"),
                    ("gate_pass_name", False),
                    ("gate_pass_reference", "BS/FALSE-ABCDEF"),
                    ("gate_pass_date", False),
                    ("gate_pass_user_id", self.rep.id),
                    ("gate_pass_content", {}),
                ):
                    with self.subTest(user=user.login, field=name), self._refused("", AccessError):
                        record.with_user(user).write({name: value})

    def test_only_the_yard_issues(self):
        load = self._new_delivery((self.b8, 506))
        load._move_to_stage(self.stages["loading"])
        for user in (self.rep, self.driver, self.other_rep):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                load.with_user(user).action_print_gate_pass()
        self.assertFalse(load.gate_pass_name)

    def test_not_more_than_planned_goes_on_a_pass(self):
        load = self._new_delivery((self.b8, 506)).with_user(self.dispatcher)
        load.move_ids.write({"quantity": 759})
        load.write({"stage_id": self.stages["loading"].id})
        with self.assertRaisesRegex(UserError, "759.*506"):
            load.action_print_gate_pass()

    def test_passes_of_before_are_kept_from_the_upgrade_on(self):
        load = self._close(self._new_delivery((self.b8, 506)), "trip pass")
        alone = self._close(self._new_delivery((self.b8, 253)), "pass")
        contents = [load.batch_id.gate_pass_content, alone.gate_pass_content]
        self.env.flush_all()
        for table in ("stock_picking_batch", "stock_picking"):
            self.env.cr.execute(f"UPDATE {table} SET gate_pass_content = NULL")
        self.env.invalidate_all()
        path = f"{get_module_path('bti_sales')}/migrations/19.0.1.1.0/end-gate_pass.py"
        spec = importlib.util.spec_from_file_location("end_gate_pass", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual([load.batch_id.gate_pass_content, alone.gate_pass_content], contents)
