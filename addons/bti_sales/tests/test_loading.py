import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import loading
from ..tools.loading import Item, Truck

B8 = {"pieces_per_pallet": 253, "piece_weight_g": 6_500, "pallet_tare_g": 20_000}
B12 = {"pieces_per_pallet": 148, "piece_weight_g": 9_000, "pallet_tare_g": 20_000}
TRUCK = Truck(payload_g=25_000_000, pallet_places=22)

items = st.builds(
    Item,
    key=st.integers(),
    pieces=st.integers(0, 20_000),
    pieces_per_pallet=st.sampled_from([0, 100, 148, 253]),
    piece_weight_g=st.integers(0, 12_000),
    pallet_tare_g=st.integers(0, 30_000),
    form=st.sampled_from(["loose", "pallet", "mixed"]),
)


def fewest(weights, truck):
    """Fewest trucks for pallets of these weights, by trying everything."""
    for count in range(1, len(weights) + 1):
        for choice in itertools.product(range(count), repeat=len(weights)):
            loads = [
                [w for w, c in zip(weights, choice, strict=True) if c == n] for n in range(count)
            ]
            if all(
                sum(load) <= truck.payload_g and len(load) <= truck.pallet_places for load in loads
            ):
                return count
    return None


@tagged("-at_install", "post_install")
class TestLoading(BaseCase):
    def test_pallets_and_loose_pieces(self):
        cases = [
            # pieces, per pallet, full, loose
            (0, 253, 0, 0),
            (252, 253, 0, 252),
            (253, 253, 1, 0),
            (1000, 253, 3, 241),
            (5060, 253, 20, 0),
            (1480, 148, 10, 0),
            (700, 0, 0, 700),
            (-254, 253, -1, -1),
        ]
        for pieces, size, full, loose in cases:
            with self.subTest(pieces=pieces, size=size):
                self.assertEqual(loading.split_pallets(pieces, size), (full, loose))

    def test_nearest_whole_pallets(self):
        self.assertEqual(loading.nearest_multiples(1000, 253), (759, 1012))
        self.assertEqual(loading.nearest_multiples(1012, 253), (1012, 1012))
        self.assertEqual(loading.nearest_multiples(12, 253), (0, 253))

    def test_a_quantity_is_converted_exactly_or_not_at_all(self):
        cases = [
            (20, 253.0, 5060),
            (1000, 1.0, 1000),
            (1000 / 253, 253.0, 1000),
            (0.1, 253.0, None),
            (2.65, 378.0, None),  # what Odoo's own conversion makes of 1000 / 378
            (0.5, 1.0, None),
            (10_000_000, 253.0, 2_530_000_000),
        ]
        for quantity, factor, pieces in cases:
            with self.subTest(quantity=quantity, factor=factor):
                self.assertEqual(loading.exact_pieces(quantity, factor), pieces)

    def test_weight_decides_before_places(self):
        # a pallet of B8 weighs 253 * 6.5 + 20 = 1,664.5 kg: 15 of them make 24,967.5 kg
        loads = loading.plan_loads([Item("b8", 20 * 253, form="pallet", **B8)], TRUCK)
        self.assertEqual([load.parts[0].full_pallets for load in loads], [15, 5])

    def test_places_decide_before_weight(self):
        light = Item("light", 30 * 100, pieces_per_pallet=100, piece_weight_g=10, form="pallet")
        loads = loading.plan_loads([light], TRUCK)
        self.assertEqual([load.places for load in loads], [22, 8])

    def test_heavy_and_light_products_are_mixed(self):
        truck = Truck(payload_g=24_000_000, pallet_places=24)
        heavy = Item("heavy", 120, pieces_per_pallet=1, piece_weight_g=2_000_000, form="pallet")
        light = Item("light", 120, pieces_per_pallet=1, piece_weight_g=10_000, form="pallet")
        for wanted in ([heavy, light], [light, heavy]):
            # by weight 10.05 trucks, by places 10: eleven, not the sixteen of one product a truck
            self.assertEqual(loading.count_trucks(wanted, truck), 11)

    def test_small_loads_need_no_more_trucks_than_any_plan(self):
        truck = Truck(payload_g=10, pallet_places=3)
        for weights in itertools.combinations_with_replacement(range(1, 8), 5):
            wanted = [
                Item(index, 1, pieces_per_pallet=1, piece_weight_g=weight, form="pallet")
                for index, weight in enumerate(weights)
            ]
            with self.subTest(weights=weights):
                self.assertEqual(loading.count_trucks(wanted, truck), fewest(weights, truck))

    def test_products_share_a_truck(self):
        loads = loading.plan_loads(
            [Item("b8", 3 * 253 + 13, **B8), Item("b12", 2 * 148, **B12)], TRUCK
        )
        self.assertEqual(len(loads), 1)
        self.assertEqual(
            [(p.item.key, p.full_pallets, p.loose_pieces) for p in loads[0].parts],
            [("b8", 3, 13), ("b12", 2, 0)],
        )
        self.assertEqual(loads[0].places, 3 + 1 + 2)

    def test_a_heap_of_loose_pieces_stays_together(self):
        wanted = [
            Item("b8", 16 * 253, form="pallet", **B8),  # fifteen pallets leave 32 kg, then one more
            Item("b12", 56, form="loose", **B12),
        ]
        loads = loading.plan_loads(wanted, TRUCK)
        heaps = [p.loose_pieces for load in loads for p in load.parts if p.item.key == "b12"]
        self.assertEqual(heaps, [56])

    def test_unknown_limits_do_not_count(self):
        item = Item("b8", 100 * 253, **B8)
        self.assertEqual(loading.count_trucks([item], Truck()), 1)
        self.assertEqual(loading.count_trucks([item], Truck(pallet_places=20)), 5)
        self.assertEqual(loading.count_trucks([], TRUCK), 0)

    def test_one_pallet_too_heavy_for_the_truck(self):
        with self.assertRaises(loading.LoadingError) as error:
            loading.plan_loads([Item("b8", 253, form="pallet", **B8)], Truck(payload_g=1_000_000))
        self.assertEqual(error.exception.key, "b8")

    @settings(max_examples=300, deadline=None, database=None)
    @given(st.lists(items, max_size=6))
    def test_nothing_is_lost_and_no_truck_is_overloaded(self, wanted):
        loads = loading.plan_loads(wanted, TRUCK)
        for index, item in enumerate(wanted):
            parts = [part for load in loads for part in load.parts if part.item is item]
            if any(other is item for other in wanted[:index]):
                continue
            self.assertEqual(sum(part.pieces for part in parts), item.pieces)
            self.assertEqual(sum(part.full_pallets for part in parts), item.split[0])
        for load in loads:
            self.assertTrue(load.parts)
            self.assertLessEqual(load.weight_g, TRUCK.payload_g)
            self.assertLessEqual(load.places, TRUCK.pallet_places)
        self.assertEqual(loads, loading.plan_loads(wanted, TRUCK))
        weight = sum(load.weight_g for load in loads)
        self.assertGreaterEqual(len(loads), -(-weight // TRUCK.payload_g))
        self.assertLessEqual(len(loads), sum(len(loading.plan_loads([i], TRUCK)) for i in wanted))
