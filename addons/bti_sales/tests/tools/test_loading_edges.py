from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools import loading
from ...tools.load_planner import Lot, least_trucks
from ...tools.loading import NOTHING, Item, Load, LoadingError, Part, Truck, plan_loads, what_fits

B8 = {"pieces_per_pallet": 253, "piece_weight_g": 6_500, "pallet_tare_g": 20_000}


def pallet(key, weight_g, count=1):
    """So many pallets of this weight."""
    return Item(key, count, pieces_per_pallet=1, piece_weight_g=weight_g, form="pallet")


@tagged("-at_install", "post_install")
class TestLoadingEdges(BaseCase):
    """Pieces, pallets and trucks where a number is just enough, or just not."""

    def test_forms_of_what_nobody_said_anything_of(self):
        for size, form in ((253, "mixed"), (1, "mixed"), (0, "loose"), (-1, "loose")):
            with self.subTest(size=size):
                self.assertEqual(loading.usual_form(size), form)

    def test_pallets_of_one_piece(self):
        self.assertEqual(loading.split_pallets(5, 1), (5, 0))
        self.assertEqual(loading.split_pallets(-5, 1), (-5, 0))
        self.assertEqual(loading.nearest_multiples(5, 1), (5, 5))
        self.assertEqual(loading.loose_places(5, 1), 5)

    def test_room_of_loose_pieces(self):
        for pieces, size, places in (
            (1, 253, 1),
            (253, 253, 1),
            (254, 253, 2),
            (0, 253, 0),
            (-1, 253, 0),
            (7, 0, 0),
            (7, -1, 0),
        ):
            with self.subTest(pieces=pieces, size=size):
                self.assertEqual(loading.loose_places(pieces, size), places)

    def test_corrections_of_a_quantity(self):
        for pieces, split in ((-1, (0, -1)), (-253, (-1, 0)), (1, (0, 1)), (0, (0, 0))):
            with self.subTest(pieces=pieces):
                self.assertEqual(loading.split_pallets(pieces, 253), split)
        self.assertEqual(loading.load_weight_g(-254, -1, 6_500, 20_000), -1_671_000)

    def test_a_conversion_is_exact_to_a_millionth(self):
        for quantity, factor, pieces in (
            (1.000001, 1.0, 1),  # just within
            (1.000002, 1.0, None),
            (0.000001, 1.0, 0),
            (0.0000011, 1.0, None),
            (2.000004, 1.0, None),
            (2_000_001.5, 1.0, 2_000_002),  # what a float of so many pieces has lost
            (-3.0, 253.0, -759),
            (-1 / 3, 3.0, -1),
            (0.5, 2.0, 1),
            (7, 0.5, None),
            (8, 0.5, 4),
            (0.0, 253.0, 0),
        ):
            with self.subTest(quantity=quantity, factor=factor):
                self.assertEqual(loading.exact_pieces(quantity, factor), pieces)

    def test_pieces_of_a_face(self):
        for length, height, joint, centi in (
            (1000, 1000, 0, 100),
            (1, 1, 0, 100_000_000),
            (300, 200, 0, 1_667),  # 16.666...
            (500, 200, 10, 934),  # 933.7
            (1, 1000, 999, 50),  # 50.03: mortar around the thinnest
            (0, 200, 10, 0),
            (300, -1, 10, 0),
        ):
            with self.subTest(length=length, height=height, joint=joint):
                self.assertEqual(loading.face_pieces(length, height, joint), centi)
        self.assertEqual(loading.face_pieces(300, 200), loading.face_pieces(200, 300, 0))

    def test_nothing_is_a_part_too(self):
        self.assertEqual((NOTHING.pieces, NOTHING.weight_g, NOTHING.places), (0, 0, 0))
        self.assertEqual((Load().pieces, Load().weight_g, Load().places), (0, 0, 0))

    def test_what_a_truck_carries(self):
        load = Load((Part(Item("b8", 0, **B8), 2, 100), Part(Item("beam", 0, 0, 8_000), 0, 3)))
        self.assertEqual(load.pieces, 2 * 253 + 100 + 3)
        self.assertEqual(load.weight_g, (2 * 253 + 100) * 6_500 + 2 * 20_000 + 3 * 8_000)
        self.assertEqual(load.places, 3)  # beams without pallet lie between the others

    def test_what_fits_on_a_truck_that_is_just_full(self):
        truck = Truck(1_664_500 * 2, 2)
        one, two, three = (Load((Part(Item("b8", 0, **B8), count),)) for count in (1, 2, 3))
        b8, loose = (Item("b8", 0, **B8, form=form) for form in ("pallet", "loose"))
        beam = Item("beam", 0, 0, 8_000)
        paper = Item("paper", 0, 1, form="pallet")
        for load, kind, item, expected in (
            (one, truck, b8, (1, 253)),
            (two, truck, b8, (0, 0)),
            (two, truck, beam, (0, 0)),
            (three, truck, b8, (0, 0)),
            (three, truck, beam, (0, 0)),
            # weight is left, no place: what takes none still goes on
            (two, Truck(1_664_500 * 3, 2), b8, (0, 0)),
            (two, Truck(1_664_500 * 3, 2), beam, (0, 208)),
            # a place is left, no weight: what weighs nothing still goes on
            (two, Truck(1_664_500 * 2, 3), loose, (0, 0)),
            (two, Truck(1_664_500 * 2, 3), paper, (1, 1)),
            (one, Truck(1_664_500 * 2 - 1, 2), b8, (0, 0)),
            (Load(), Truck(1_664_500, 0), b8, (1, 253)),
            (Load(), Truck(1_664_499, 0), b8, (0, 0)),
            (Load(), Truck(5, 0), paper, (0, 0)),  # no end to it: nothing to promise
            (Load(), Truck(1, 0), Item("tare", 0, 9, 0, 1), (1, 9)),
            (Load(), Truck(0, 3), Item("one", 0, 1), (3, 3)),
            (Load(), Truck(0, 3), Item("one", 0, 1, form="loose"), (0, 3)),
        ):
            with self.subTest(load=load, truck=kind, item=item):
                self.assertEqual(what_fits(load, kind, item), expected)

    def test_only_a_heap_of_the_same_brick_is_filled_up(self):
        truck = Truck(0, 2)
        b8, b12 = (Item(key, 0, 100, form="loose") for key in ("b8", "b12"))
        other_size = Item("b8", 0, 50, form="loose")
        for begun, count, item, pieces in (
            (b8, 30, b8, 170),
            (b8, 30, b12, 100),
            (b8, 30, other_size, 50),
            (b8, 100, b8, 100),
            (b8, 101, b8, 99),
            (b8, 200, b8, 0),
        ):
            with self.subTest(begun=begun.key, count=count, item=item):
                load = Load((Part(begun, 0, count),))
                self.assertEqual(what_fits(load, truck, item), (0, pieces))

    def test_the_smallest_of_three_trucks(self):
        small, middle, large = Truck(10, 1, "S"), Truck(20, 2, "M"), Truck(30, 3, "L")
        for weights, kinds, expected in (
            ([10], [large, small, middle], ["S"]),  # exactly full
            ([11], [large, small, middle], ["M"]),
            ([5, 5], [large, small, middle], ["M"]),  # two places
            ([10, 10], [large, small, middle], ["M"]),
            ([10, 11], [large, small, middle], ["L"]),
            ([30], [large, small, middle], ["L"]),
            ([5, 5, 5], [small, middle], ["M", "S"]),
            ([30, 30, 10], [large, small, middle], ["L", "L", "S"]),
            ([5], [Truck()], [None]),
            ([5], [Truck(key="?"), Truck(key="also")], ["?"]),
            ([5], [], [None]),
        ):
            with self.subTest(weights=weights, kinds=kinds):
                wanted = [pallet(number, weight) for number, weight in enumerate(weights)]
                self.assertEqual([load.truck.key for load in plan_loads(wanted, kinds)], expected)

    def test_a_kind_that_another_outdoes_is_not_planned_with(self):
        kinds = [Truck(30, 3), Truck(20, 2), Truck(20, 9), Truck(30, 1), Truck(10, 9)]
        self.assertEqual(loading._largest_limits(kinds), [(30, 3), (20, 9)])

    def test_pallets_and_heap_of_a_brick_are_one_part_of_a_load(self):
        [load] = plan_loads([Item("b8", 3 * 253 + 7, **B8), Item("b8", 0, **B8)], Truck(0, 9))
        self.assertEqual([(p.full_pallets, p.loose_pieces) for p in load.parts], [(3, 7)])
        # two lines of one brick stay two parts, each with its own quantity
        [load] = plan_loads([Item("b8", 253, **B8), Item("b8", 260, **B8)], Truck(0, 9))
        self.assertEqual([part.pieces for part in load.parts], [253, 260])

    def test_what_is_too_heavy_is_named(self):
        wanted = [pallet("light", 5), pallet("heavy", 11), pallet("heavier", 12)]
        for kinds, key in (
            (Truck(10, 2), "heavy"),
            ([Truck(4, 9), Truck(10, 2)], "heavy"),
            (Truck(11, 1), "heavier"),
            (Truck(4, 4), "light"),
        ):
            with self.subTest(kinds=kinds):
                with self.assertRaises(LoadingError) as error:
                    plan_loads(wanted, kinds)
                self.assertEqual(error.exception.key, key)
                self.assertEqual(str(error.exception), f"item {key!r} does not fit on the truck")
        self.assertEqual(len(plan_loads(wanted, Truck(12, 1))), 3)

    def test_no_plan_can_do_with_less(self):
        for lots, payload, places, least in (
            ([(3, 10, 1)], 30, 9, 1),
            ([(3, 10, 1)], 29, 9, 2),
            ([(3, 10, 1)], 30, 2, 2),
            ([(3, 0, 1)], 1, 3, 1),
            ([(2, 6, 0)], 10, 9, 2),  # two that are over the half
            ([(2, 6, 0), (4, 5, 0)], 10, 9, 4),
            ([(7, 4, 0)], 10, 9, 4),  # two on each, whatever the total says
            ([(5, 0, 2)], 1, 1, 3),
        ):
            with self.subTest(lots=lots, payload=payload, places=places):
                made = [Lot(index, *values) for index, values in enumerate(lots)]
                self.assertEqual(least_trucks(made, payload, places), least)

    @settings(max_examples=150, deadline=None, database=None)
    @given(
        st.lists(st.integers(1, 12), min_size=1, max_size=10),
        st.integers(12, 40),
        st.integers(1, 6),
    )
    def test_one_more_place_or_kilo_never_costs_a_truck_too_much(self, weights, payload, places):
        wanted = [pallet(number, weight) for number, weight in enumerate(weights)]
        count = len(plan_loads(wanted, Truck(payload, places)))
        for better in (Truck(payload + 1, places), Truck(payload, places + 1), Truck(0, places)):
            self.assertLessEqual(len(plan_loads(wanted, better)), count + 1)
        lots, _parts = loading._lots(wanted)
        self.assertGreaterEqual(count, least_trucks(lots, payload, places))
        self.assertEqual(len(plan_loads(wanted, Truck(sum(weights), len(weights)))), 1)
