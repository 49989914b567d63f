from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools.loading import Item, Load, Truck, exact_pieces, plan_loads, what_fits
from ...tools.quantity_entry import EntryError, count_pieces, make_table

B8 = {"pieces_per_pallet": 253, "piece_weight_g": 6_500, "pallet_tare_g": 20_000}
TRUCK = Truck(25_000_000, 22)


@tagged("post_install", "-at_install")
class TestQuantityRules(BaseCase):
    """What a rep types in any unit, and what the line makes of it."""

    def _count(self, item, truck, unit, quantity, *args):
        """Pieces, or why there are none."""
        try:
            return count_pieces(make_table(item, truck, *args)[unit], quantity)[0]
        except EntryError as error:
            self.assertEqual(str(error), error.key)
            return error.key

    def test_one_truck(self):
        loose, pallet = ({"form": form} for form in ("loose", "pallet"))
        brick = {**B8, "key": None, "pieces": 0}
        for values, truck, expected in (
            ({**brick, **pallet}, TRUCK, 15 * 253),
            ({**brick, **loose}, TRUCK, 3846),  # no pallets under them
            ({**brick, **pallet}, Truck(0, 22), 22 * 253),  # payload not known
            ({**brick, **loose}, Truck(0, 22), 22 * 253),  # loose pieces take the room of pallets
            ({**brick, **pallet}, Truck(25_000_000, 0), 15 * 253),
            ({**brick, **pallet}, Truck(), "no_truck"),
            ({**brick, **pallet}, Truck(1_664_500, 1), 253),  # exactly full
            ({**brick, **pallet}, Truck(1_664_499, 1), "too_heavy"),
            ({**brick, **loose}, Truck(6_500, 1), 1),
            ({**brick, **loose}, Truck(6_499, 1), "too_heavy"),
            # nothing is known of the brick: nothing says when a truck is full
            ({"key": None, "pieces": 0}, TRUCK, "no_truck"),
            ({"key": None, "pieces": 0, "piece_weight_g": 8_000}, TRUCK, 3125),
            ({"key": None, "pieces": 0, "piece_weight_g": 8_000}, Truck(0, 22), "no_truck"),
            ({**brick, "piece_weight_g": 0, "pallet_tare_g": 0}, Truck(1, 22), 22 * 253),
            ({**brick, "piece_weight_g": 0}, Truck(100_000, 0), 5 * 253),  # tare alone
            ({**brick, "pieces_per_pallet": -1, **loose}, Truck(65_000, 5), 10),
        ):
            with self.subTest(values=values, truck=truck):
                self.assertEqual(self._count(Item(**values), truck, "truck", 1), expected)

    def test_part_of_a_truck_is_rounded_down_to_what_can_be_loaded(self):
        for form, quantity, expected in (
            ("pallet", 0.5, 7 * 253),
            ("pallet", 0.06, "too_little"),
            ("pallet", 1.9999, 29 * 253),
            ("pallet", 2, 30 * 253),
            ("loose", 0.5, 1923),
            ("loose", 0.0001, "too_little"),
            ("mixed", 0, 0),
        ):
            with self.subTest(form=form, quantity=quantity):
                item = Item(None, 0, **B8, form=form)
                self.assertEqual(self._count(item, TRUCK, "truck", quantity), expected)

    def test_what_cannot_be_typed(self):
        brick, loose = Item(None, 0, **B8), Item(None, 0)
        for item, unit, quantity, expected in (
            (brick, "piece", 0.5, "fraction"),
            (brick, "pallet", 0.5, "fraction"),
            (brick, "piece", -1, "negative"),
            (brick, "piece", -0.0, 0),
            (brick, "pallet", -0.5, "negative"),  # before anything else that is wrong
            (loose, "pallet", -1, "negative"),
            (loose, "pallet", 1, "no_pallet"),
            (brick, "m2", 10, "no_area"),
            (loose, "truck", 1, "no_truck"),
            (brick, "pallet", 3 / 253, "fraction"),
        ):
            with self.subTest(item=item, unit=unit, quantity=quantity):
                self.assertEqual(self._count(item, Truck(), unit, quantity), expected)

    def test_square_metres(self):
        for per_m2, waste, whole, area, expected in (
            (1_600, 0, False, 10, (160, False)),
            (1_600, 50, False, 10, (168, False)),
            (1_600, 0, False, 10.001, (161, False)),
            (1_600, 0, True, 10, (253, True)),
            (1_600, 0, True, 15.8125, (253, True)),  # exactly one pallet
            (1_600, 0, True, 15.8126, (506, True)),
            (1, 0, False, 100, (1, False)),
            (1, 1, False, 100, (2, False)),
        ):
            with self.subTest(per_m2=per_m2, waste=waste, whole=whole, area=area):
                table = make_table(Item(None, 0, **B8), TRUCK, per_m2, waste, whole)
                self.assertEqual(count_pieces(table["m2"], area), expected)
        # whole pallets of what has no pallet are pieces
        table = make_table(Item(None, 0), TRUCK, 1_600, 0, True)
        self.assertEqual(count_pieces(table["m2"], 1.1), (18, False))
        self.assertEqual(make_table(Item(None, 0, **B8), TRUCK)["m2"], {"error": "no_area"})

    @settings(max_examples=150, deadline=None, database=None)
    @given(
        st.integers(0, 300),
        st.integers(0, 12_000),
        st.integers(0, 30_000),
        st.sampled_from(["loose", "pallet", "mixed"]),
        st.builds(Truck, st.integers(0, 25_000_000), st.integers(0, 24)),
    )
    def test_a_truck_that_was_typed_goes_on_one_truck(self, size, weight, tare, form, truck):
        """The three counts of the product agree: typing, planning and what still fits."""
        item = Item("brick", 0, size, weight, tare, form)
        pieces = self._count(item, truck, "truck", 1)
        left = what_fits(Load(), truck, item)[1]
        if isinstance(pieces, str):
            self.assertEqual(left, 0)
            return
        self.assertEqual(pieces, left)
        on_truck = Item("brick", pieces, size, weight, tare, form)
        self.assertEqual(len(plan_loads([on_truck], truck)), 1)

    @settings(max_examples=150, deadline=None, database=None)
    @given(st.integers(0, 10**6), st.integers(1, 400))
    def test_pallets_and_pieces_are_counted_alike(self, number, size):
        table = make_table(Item(None, 0, size), Truck())
        self.assertEqual(count_pieces(table["pallet"], number), (number * size, True))
        self.assertEqual(count_pieces(table["piece"], number), (number, False))
        self.assertEqual(exact_pieces(float(number), float(size)), number * size)
        area = make_table(Item(None, 0, size), Truck(), 1_536, 50)["m2"]
        pieces = count_pieces(area, number / 100)[0]
        needed = Fraction(number, 100) * Fraction(1_536, 100) * Fraction(105, 100)
        self.assertTrue(0 <= pieces - needed < 1)
