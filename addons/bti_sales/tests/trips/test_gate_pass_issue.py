import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..delivery.closed_load_common import ClosedLoadCommon


@tagged("post_install", "-at_install")
class TestGatePassIssue(ClosedLoadCommon):
    """The gate opens for what is complete, and for nothing else."""

    def _refusal(self, holder):
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            holder.with_user(self.dispatcher).action_print_gate_pass()
        self.env.invalidate_all()
        self.assertFalse(holder.gate_pass_name)
        head = f"No gate pass for {holder.display_name} yet: the load is not complete.\n"
        text = str(refusal.exception)
        self.assertTrue(text.startswith(head), text)
        return text.removeprefix(head).split("\n")

    def _loading(self, *lines):
        load = self._new_delivery(*lines or [(self.b8, 506)])
        load._move_to_stage(self.stages["loading"])
        return load

    def test_all_that_is_missing_is_told_at_once(self):
        begun, planned = self._loading(), self._new_delivery()
        trip = self._new_trip(begun | planned)
        not_begun = f"Not being loaded yet: {planned.name}."
        self.assertEqual(self._refusal(trip), [not_begun])
        trip.driver_id = False
        self.assertEqual(self._refusal(trip), [not_begun, "The trip has no driver."])
        trip.vehicle_id = False
        self.assertEqual(
            self._refusal(trip),
            [not_begun, "The trip has no truck.", "The trip has no driver."],
        )
        trip.write({"vehicle_id": self.truck.id, "driver_id": self.driver.partner_id.id})
        planned.action_cancel()
        trip.with_user(self.dispatcher).action_print_gate_pass()
        self.assertEqual([load["name"] for load in trip.gate_pass_content["loads"]], [begun.name])

    def test_an_empty_trip_does_not_leave(self):
        load = self._new_delivery()
        trip = self._new_trip(load)
        load.action_cancel()
        self.assertEqual(self._refusal(trip), ["There is nothing to load."])
        self.assertFalse(load.gate_pass_name)

    def test_bricks_that_are_not_there_keep_the_truck_in(self):
        self._new_delivery((self.b8, 49747))
        load = self._loading((self.b8, 506))
        missing = f"Delivery {load.name} is not complete in stock (B8 test: 253 missing of 506)."
        self.assertEqual(self._refusal(load), [missing])
        self._add_stock(self.b8, 253)
        load._reserve_missing()
        load.with_user(self.dispatcher).action_print_gate_pass()
        self.assertTrue(load.gate_pass_name)

    def test_an_overloaded_truck_stays_in_where_that_is_refused(self):
        load = self._loading((self.b8, 3796))
        load.batch_id = trip = self._new_trip(self._new_delivery((self.b8, 253)))
        trip._move_to_stage(self.stages["loading"])
        self.assertIn("too heavy", trip.overload_text)
        self.company.trip_overload = "block"
        self.assertEqual(self._refusal(trip), [f"Overloaded: {trip.overload_text}."])
        self.company.trip_overload = "warn"
        trip.with_user(self.dispatcher).action_print_gate_pass()
        self.assertTrue(trip.gate_pass_name)

    def test_second_click_prints_the_same_pass(self):
        load = self._loading()
        for holder in (load, self._new_trip(self._loading())):
            with self.subTest(holder=holder._name):
                first = holder.with_user(self.dispatcher).action_print_gate_pass()
                kept = holder.read(["gate_pass_reference", "gate_pass_date", "gate_pass_content"])
                again = holder.with_user(self.dispatcher).action_print_gate_pass()
                self.assertEqual(again["report_name"], first["report_name"])
                self.assertEqual(
                    holder.read(["gate_pass_reference", "gate_pass_date", "gate_pass_content"]),
                    kept,
                )
                self.assertEqual(holder.gate_pass_user_id, self.dispatcher)

    def test_number_and_letters_that_are_read_aloud(self):
        passes = self.env["stock.picking"].union(*(self._loading() for _index in range(4)))
        for load in passes:
            load.with_user(self.dispatcher).action_print_gate_pass()
            self.assertRegex(load.gate_pass_name, r"^BS/\d{4}/\d{5}$")
            self.assertRegex(
                load.gate_pass_reference, rf"^{load.gate_pass_name}-[A-HJ-NP-Z2-9]{{6}}$"
            )
            picture = base64.b64decode(load._get_gate_pass_qr())
            self.assertIn(b"<svg", picture)
        self.assertEqual(len(set(passes.mapped("gate_pass_name"))), 4)
        letters = {load.gate_pass_reference.rpartition("-")[2] for load in passes}
        self.assertEqual(len(letters), 4)

    def test_what_the_pass_of_a_trip_lists(self):
        first = self._loading((self.b8, 506), (self.b12, 149))
        second = self._loading((self.b8, 253))
        trip = self._new_trip(first | second)
        trip.with_user(self.dispatcher).action_print_gate_pass()
        content = trip.gate_pass_content
        self.assertEqual(
            {name: value for name, value in content.items() if name != "loads"},
            {
                "plate": "01234-116-15",
                "truck_kind": "Semi-trailer test",
                "driver": "Mourad Driver",
                "weight": 759 * 6.5 + 149 * 9 + 4 * 20,
                "pieces": 908,
                "pallets": 4,
            },
        )
        self.assertEqual(
            [
                (load["name"], load["client"], load["city"], [ln["pieces"] for ln in load["lines"]])
                for load in sorted(content["loads"], key=lambda load: load["name"])
            ],
            [
                (first.name, "Karim Test", "Tizi Ouzou", [506, 149]),
                (second.name, "Karim Test", "Tizi Ouzou", [253]),
            ],
        )

    def test_a_client_who_fetches_himself_has_no_truck_of_ours(self):
        load = self._loading()
        load.with_user(self.dispatcher).action_print_gate_pass()
        content = load.gate_pass_content
        self.assertEqual([content[name] for name in ("plate", "truck_kind", "driver")], [""] * 3)
        self.assertEqual((content["pieces"], content["pallets"]), (506, 2))

    def test_pass_of_the_trip_from_its_loads(self):
        loads = self._loading() | self._loading()
        trip = self._new_trip(loads)
        mine = loads.with_user(self.dispatcher)
        for some in (mine[0], mine):
            action = some.action_print_gate_pass()
            self.assertEqual(action["report_name"], "bti_sales.report_gate_pass_trip")
        self.assertTrue(trip.gate_pass_name)
        self.assertFalse(any(loads.mapped("gate_pass_name")))
        self.assertEqual(loads[0].with_user(self.rep)._get_gate_pass_number(), trip.gate_pass_name)
        # loads of two trips at once: each pass is asked for where it belongs
        other = self._loading()
        other_trip = self._new_trip(other, truck=self.other_truck)
        with self.assertRaisesRegex(
            UserError, f"It leaves with trip {trip.name}: print the gate pass of the trip."
        ):
            (loads | other).with_user(self.dispatcher).action_print_gate_pass()
        self.assertFalse(other_trip.gate_pass_name)

    def test_no_paper_without_a_pass(self):
        load = self._loading()
        trip = self._new_trip(load)
        for name, record in (("picking", load), ("trip", trip)):
            report = self.env[f"report.bti_sales.report_gate_pass_{name}"]
            with self.subTest(name), self.assertRaises(UserError) as refusal:
                report._get_report_values(record.ids)
            self.assertEqual(
                str(refusal.exception),
                f"{trip.display_name} has no gate pass yet: issue it with the button “Gate pass”.",
            )
        trip.with_user(self.dispatcher).action_print_gate_pass()
        for name, record in (("picking", load), ("trip", trip)):
            values = self.env[f"report.bti_sales.report_gate_pass_{name}"]._get_report_values(
                record.ids
            )
            self.assertEqual(values["docs"], record)

    def test_pass_stays_with_goods_whose_delivery_was_corrected(self):
        load = self._close(self._new_delivery((self.b8, 506)), "pass")
        reference, content = load.gate_pass_reference, load.gate_pass_content
        load._move_to_stage(self.stages["delivered"])
        again = load.with_user(self.dispatcher)._correct_stage(self.stages["left"], "Wrong site")
        self.assertNotEqual(again, load)
        self.assertEqual((again.gate_pass_reference, again.gate_pass_content), (reference, content))
        self.assertEqual(again.gate_pass_user_id, self.dispatcher)
        copied = load.copy()
        self.assertFalse(copied.gate_pass_name or copied.gate_pass_reference)
