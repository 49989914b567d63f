from odoo.exceptions import UserError
from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestTrip(DeliveryCommon):
    def test_stage_is_that_of_the_least_advanced_load(self):
        first, second = self._new_delivery(), self._new_delivery()
        trip = self._new_trip(first | second)
        self.assertEqual(trip.stage_id, self.stages["planned"])
        first._move_to_stage(self.stages["left"])
        self.assertEqual(trip.stage_id, self.stages["planned"])
        second._move_to_stage(self.stages["loading"])
        self.assertEqual(trip.stage_id, self.stages["loading"])

    def test_button_moves_all_loads(self):
        loads = self._new_delivery() | self._new_delivery()
        trip = self._new_trip(loads).with_user(self.driver)
        trip.action_next_stage()
        self.assertEqual(loads.stage_id, self.stages["loading"])
        self.assertEqual(trip.state, "in_progress")
        trip.with_context(target_stage_id=self.stages["left"].id).action_next_stage()
        trip.with_context(target_stage_id=self.stages["left"].id).action_next_stage()
        self.assertEqual(loads.stage_id, self.stages["left"])

    def test_delivered_load_stays_on_its_trip(self):
        """Odoo takes a transfer that is validated before the others out of its batch."""
        first, second = self._new_delivery(), self._new_delivery()
        trip = self._new_trip(first | second)
        trip.action_next_stage()
        first.with_user(self.driver)._move_to_stage(self.stages["delivered"])
        self.assertEqual(first.batch_id, trip)
        self.assertEqual(first.truck_plate, "01234-116-15")
        self.assertEqual(trip.state, "in_progress")
        third = self._new_delivery()
        third.batch_id = trip
        second._move_to_stage(self.stages["delivered"])
        self.assertEqual(trip.state, "in_progress")
        third._move_to_stage(self.stages["delivered"])
        self.assertEqual(trip.state, "done")
        self.assertEqual(trip.picking_ids, first | second | third)

    def test_load_counts_demand_of_each_trip(self):
        """Not what happens to be reserved, and not that of trips read together."""
        self._new_delivery((self.b8, 47000))
        heavy = self._new_trip(self._new_delivery((self.b8, 5060)))
        light = self._new_trip(self._new_delivery((self.b12, 1500)), truck=self.other_truck)
        self.assertEqual((heavy | light).mapped("total_pieces"), [5060, 1500])
        self.assertEqual((heavy | light).mapped("total_pallets"), [20, 10])
        self.assertEqual((heavy | light).mapped("total_places"), [20, 11])
        self.assertEqual(heavy.total_load_weight, 5060 * 6.5 + 20 * 20)
        self.assertEqual(light.total_load_weight, 1500 * 9 + 10 * 20)
        self.assertAlmostEqual(light.load_places_percentage, 50.0)

    def test_overload_warns_and_says_by_how_much(self):
        trip = self._new_trip(self._new_delivery((self.b8, 5819)))  # 23 pallets
        self.assertEqual(
            trip.overload_text,
            "38284 kg on a payload of 25000 kg: 13284 kg too heavy;"
            " 23 pallet places for 22: 1 too many",
        )
        trip.action_next_stage()
        self.assertEqual(trip.stage_id, self.stages["loading"])

    def test_overload_is_refused_where_the_company_wants_it(self):
        self.company.trip_overload = "block"
        heavy = self._new_delivery((self.b8, 5060))
        with self.assertRaisesRegex(UserError, "8290 kg too heavy"):
            self._new_trip(heavy)
        trip = self._new_trip(self._new_delivery((self.b8, 2530)))
        with self.assertRaisesRegex(UserError, "too heavy"):
            heavy.batch_id = trip
        small = self.env["fleet.vehicle.model.category"].create(
            {"name": "Small test", "weight_capacity": 3000}
        )
        with self.assertRaisesRegex(UserError, "too heavy"):
            trip.vehicle_category_id = small

    def test_overload_is_refused_at_the_gate_too(self):
        """The load may have grown while overloads were only warned of."""
        delivery = self._new_delivery((self.b8, 2530))
        trip = self._new_trip(delivery)
        delivery.move_ids.product_uom_qty = 5060
        self.company.trip_overload = "block"
        for kind in ("loading", "left"):
            with self.subTest(kind), self.assertRaisesRegex(UserError, "too heavy"):
                delivery._move_to_stage(self.stages[kind])
        self.assertEqual(trip.stage_id, self.stages["planned"])

    def test_unknown_limits_do_not_overload(self):
        unknown = self.env["fleet.vehicle.model.category"].create({"name": "Unknown test"})
        trip = self._new_trip(self._new_delivery((self.b8, 5060)), vehicle_category_id=unknown.id)
        self.assertFalse(trip.overload_text)

    def test_client_learns_the_first_name_only(self):
        delivery = self._new_delivery()
        self.assertEqual(delivery._get_driver_first_name(), "")
        self._new_trip(delivery)
        self.assertEqual(delivery._get_driver_first_name(), "Mourad")

    def test_cancelled_load_does_not_count(self):
        first, second = self._new_delivery(), self._new_delivery()
        trip = self._new_trip(first | second)
        second._move_to_stage(self.stages["loading"])
        first.action_cancel()
        self.assertEqual(trip.stage_id, self.stages["loading"])
        self.assertEqual(trip.load_count, 1)
