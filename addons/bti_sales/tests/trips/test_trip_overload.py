from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestTripOverload(DeliveryCommon):
    """A truck is full to the last kilo and the last pallet place, and not one more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a pallet of 1,250 kg: twenty of them are the payload of the truck
        cls.exact = cls._new_brick("Exact test", pieces_per_pallet=100, weight=12.3)
        # a pallet of 120 kg: the places are full long before the payload
        cls.light = cls._new_brick("Light test", pieces_per_pallet=100, weight=1)
        for brick in (cls.exact, cls.light):
            cls._add_stock(brick, 20000)

    def _refuse(self, error):
        """The words of a refusal, after which nothing is written, as in a request."""
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            error()
        return str(refusal.exception)

    def test_full_is_not_too_much(self):
        too_heavy = "25012 kg on a payload of 25000 kg: 12 kg too heavy"
        too_many = "23 pallet places for 22: 1 too many"
        cases = [
            # brick, pieces, weight, places, what the dispatcher reads
            (self.exact, 1, 12.3, 1, ""),
            (self.exact, 1999, 24967.7, 20, ""),
            (self.exact, 2000, 25000, 20, ""),
            (self.exact, 2001, 25012.3, 21, too_heavy),
            (self.light, 2199, 2619, 22, ""),
            (self.light, 2200, 2640, 22, ""),
            (self.light, 2201, 2641, 23, too_many),
            (self.light, 2300, 2760, 23, too_many),
        ]
        for brick, pieces, weight, places, text in cases:
            with self.subTest(brick=brick.name, pieces=pieces):
                trip = self._new_trip(self._new_delivery((brick, pieces)))
                self.assertAlmostEqual(trip.total_load_weight, weight)
                self.assertEqual(trip.total_places, places)
                self.assertEqual(trip.overload_text or "", text)
                trip.picking_ids.action_cancel()

    def test_loads_of_a_trip_count_together(self):
        first, second = (self._new_delivery((self.light, 1100)) for _index in range(2))
        third = self._new_delivery((self.light, 1))
        trip = self._new_trip(first | second)
        self.assertEqual((trip.load_places_percentage, trip.overload_text), (100, ""))
        third.batch_id = trip
        self.assertEqual(trip.overload_text, "23 pallet places for 22: 1 too many")
        self.assertAlmostEqual(trip.load_places_percentage, 100 * 23 / 22)
        second.action_cancel()
        self.assertFalse(trip.overload_text)
        self.assertEqual(trip.total_places, 12)

    def test_percentages_of_a_truck_whose_limits_are_known_in_part(self):
        kinds = self.env["fleet.vehicle.model.category"]
        delivery = self._new_delivery((self.exact, 1000))  # 12,500 kg on 10 places
        trip = self._new_trip(delivery)
        cases = [
            # payload, places, percent of the payload, percent of the places, what is said
            (25000, 20, 50, 50, ""),
            (12500, 0, 100, 0, ""),
            (0, 8, 0, 125, "10 pallet places for 8: 2 too many"),
            (10000, 0, 125, 0, "12500 kg on a payload of 10000 kg: 2500 kg too heavy"),
            (0, 0, 0, 0, ""),
        ]
        for payload, places, weight_percent, places_percent, text in cases:
            with self.subTest(payload=payload, places=places):
                name = f"{payload} kg, {places} places"
                trip.vehicle_category_id = kinds.create(
                    {"name": name, "weight_capacity": payload, "pallet_places": places}
                )
                self.assertAlmostEqual(trip.load_weight_percentage, weight_percent)
                self.assertAlmostEqual(trip.load_places_percentage, places_percent)
                self.assertEqual(trip.overload_text or "", text)

    def test_overload_is_told_in_the_language_of_the_dispatcher(self):
        trip = self._new_trip(self._new_delivery((self.exact, 2100)))
        english = trip.overload_text
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
            with self.subTest(lang=lang):
                text = trip.with_context(lang=lang).overload_text
                self.assertNotEqual(text, english)
                for number in ("26250", "25000", "1250"):
                    self.assertIn(number, text)

    def test_each_way_onto_a_full_truck_is_refused(self):
        self.company.trip_overload = "block"
        full = self._new_delivery((self.exact, 1500))
        more = self._new_delivery((self.exact, 501))
        trip = self._new_trip(full).with_user(self.dispatcher)
        over = "25012 kg on a payload of 25000 kg: 12 kg too heavy; 21 pallet places for 20: 1 too"
        small = self.env["fleet.vehicle.model.category"].create(
            {"name": "Small", "weight_capacity": 25000, "pallet_places": 20}
        )
        self.truck_kind.pallet_places = 20
        refused = (
            f"Trip {trip.name} is overloaded ({over} many). Take a load off, or choose a larger"
            " truck."
        )
        move = full.move_ids.with_user(self.dispatcher)
        ways = {
            "from the load": lambda: more.with_user(self.dispatcher).write({"batch_id": trip.id}),
            "from the trip": lambda: trip.write({"picking_ids": [Command.link(more.id)]}),
            "by hand": lambda: move.write({"product_uom_qty": 2001}),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                self.assertEqual(self._refuse(way), refused)
                self.env.invalidate_all()
                self.assertEqual(trip.picking_ids, full)
                self.assertFalse(more.batch_id)
                self.assertEqual(full.total_pieces, 1500)
        small.weight_capacity = 18749
        for values in ({"vehicle_category_id": small.id}, {"picking_ids": [Command.link(more.id)]}):
            with self.subTest(values=values):
                self.assertIn("too heavy", self._refuse(lambda v=values: trip.write(v)))
        small.weight_capacity = 18750
        trip.write({"vehicle_category_id": small.id})
        self.assertFalse(trip.overload_text)

    def test_one_company_refuses_and_the_other_warns(self):
        self.other_company.trip_overload = "block"
        trip = self._new_trip(self._new_delivery((self.exact, 2001)))
        self.assertIn("too heavy", trip.overload_text)
        trip.with_user(self.dispatcher).action_next_stage()
        self.assertEqual(trip.stage_id, self.stages["loading"])

    def test_what_is_delivered_is_not_refused_any_more(self):
        """The company decides to refuse overloads after an overloaded truck has delivered."""
        trip = self._new_trip(self._new_delivery((self.exact, 2001)))
        trip._move_to_stage(self.stages["delivered"])
        self.assertEqual(trip.state, "done")
        self.company.trip_overload = "block"
        trip.vehicle_id = self.other_truck
        self.assertEqual(trip.vehicle_id, self.other_truck)

    def test_a_driver_is_told_though_he_reads_no_kinds_of_trucks(self):
        load = self._new_delivery((self.exact, 2000))
        trip = self._new_trip(load)
        load.move_ids.product_uom_qty = 2001
        self.company.trip_overload = "block"
        text = self._refuse(lambda: load.with_user(self.driver)._move_to_stage(self.stages["left"]))
        self.assertIn(f"Trip {trip.name} is overloaded (25012 kg", text)
        self.assertEqual(load.stage_id, self.stages["planned"])
