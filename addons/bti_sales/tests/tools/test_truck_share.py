from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools.truck_share import apportion_trucks


@tagged("-at_install", "post_install")
class TestTruckShare(BaseCase):
    """Trucks of an order, told line by line."""

    def test_shares(self):
        for trucks, uses, expected in (
            (0, [5, 5], [0, 0]),
            (2, [], []),
            (2, [0, 0], [0, 0]),
            (1, [7], [1]),
            (3, [1, 0, 2], [1, 0, 2]),
            (1, [1, 1, 1], [0.3334, 0.3333, 0.3333]),  # the first line wins a tie
            (2, [1, 1, 1], [0.6667, 0.6667, 0.6666]),
            (1, [1, 2], [0.3333, 0.6667]),  # the largest remainder first
            (1, [2, 1], [0.6667, 0.3333]),
            (1, [1, 30_000], [0, 1]),
            (1, [0.5, 0.25, 0.25], [0.5, 0.25, 0.25]),
        ):
            with self.subTest(trucks=trucks, uses=uses):
                self.assertEqual(apportion_trucks(trucks, uses), expected)

    @settings(max_examples=200, deadline=None, database=None)
    @given(st.integers(0, 500), st.lists(st.integers(0, 10**7), max_size=12))
    def test_nothing_is_lost_and_who_uses_more_has_no_less(self, trucks, uses):
        shares = apportion_trucks(trucks, uses)
        self.assertEqual(len(shares), len(uses))
        self.assertEqual(round(sum(shares) * 10_000), trucks * 10_000 if any(uses) else 0)
        for use, share in zip(uses, shares, strict=True):
            self.assertGreaterEqual(share, 0)
            if not use:
                self.assertEqual(share, 0)
        in_order = [share for _use, share in sorted(zip(uses, shares, strict=True))]
        self.assertEqual(in_order, sorted(in_order))
        self.assertEqual(shares, apportion_trucks(trucks, [use * 3 for use in uses]))
