from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools import bonus

fast = settings(max_examples=150, deadline=None, database=None)


@tagged("-at_install", "post_install")
class TestBonusArithmetic(BaseCase):
    def test_periods(self):
        for day, kind, start, end in (
            (date(2026, 1, 1), "year", date(2026, 1, 1), date(2026, 12, 31)),
            (date(2026, 12, 31), "year", date(2026, 1, 1), date(2026, 12, 31)),
            (date(2026, 6, 30), "half", date(2026, 1, 1), date(2026, 6, 30)),
            (date(2026, 7, 1), "half", date(2026, 7, 1), date(2026, 12, 31)),
            (date(2024, 2, 29), "quarter", date(2024, 1, 1), date(2024, 3, 31)),
            (date(2026, 11, 5), "quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ):
            with self.subTest(day=day, kind=kind):
                self.assertEqual(bonus.period_of(day, kind), (start, end))

    @fast
    @given(st.dates(date(1999, 1, 1), date(2100, 12, 31)), st.sampled_from(list(bonus.MONTHS)))
    def test_each_day_is_in_one_period(self, day, kind):
        start, end = bonus.period_of(day, kind)
        self.assertTrue(start <= day <= end)
        self.assertEqual(start.year, end.year)
        for other in (start, end):
            self.assertEqual(bonus.period_of(other, kind), (start, end))
        after = end + timedelta(days=1)
        self.assertEqual(bonus.period_of(after, kind)[0], after)
        months = end.month - start.month + 1
        self.assertEqual(months, bonus.MONTHS[kind])

    def test_the_tier_that_is_reached_and_the_next(self):
        low, middle, high = (SimpleNamespace(threshold=value) for value in (100, 200, 300.5))
        tiers = [high, low, middle]  # in any order
        for measure, reached, following in (
            (-5, None, low),
            (0, None, low),
            (99.99, None, low),
            (100, low, middle),
            (199.99, low, middle),
            (200, middle, high),
            (300.49, middle, high),
            (300.5, high, None),
            (10**9, high, None),
        ):
            with self.subTest(measure=measure):
                found = bonus.find_tiers(tiers, measure)
                self.assertIs(found[0], reached)
                self.assertIs(found[1], following)
        self.assertEqual(bonus.find_tiers([], 5), (None, None))

    def test_shares_sum_to_the_amount(self):
        for amount, weights, digits, expected in (
            (100, {"a": 1, "b": 1, "c": 1}, 2, {"a": 33.34, "b": 33.33, "c": 33.33}),
            (100, {"a": 3, "b": -1}, 2, {"a": 100}),
            (100, {"a": 3, "b": 0}, 2, {"a": 100}),
            (0.01, {"a": 1, "b": 2}, 2, {"b": 0.01}),
            (100, {"a": 0}, 2, {}),
            (100, {}, 2, {}),
            (0, {"a": 1, "b": 1}, 2, {}),
            (100, {"a": 1, "b": 2}, 0, {"a": 33, "b": 67}),
            (1, {"a": 1, "b": 2}, 3, {"a": 0.333, "b": 0.667}),
            (30, {"a": 0.1, "b": 0.2}, 2, {"a": 10, "b": 20}),
            # one heavy tax and many light ones: nobody pays for the rounding of others
            (0.02, dict.fromkeys("abcd", 1), 2, {"a": 0.02}),
        ):
            with self.subTest(amount=amount, weights=weights):
                self.assertEqual(bonus.share_out(amount, weights, digits), expected)

    @fast
    @given(
        st.integers(0, 10**9),
        st.dictionaries(st.integers(), st.integers(-(10**6), 10**9), max_size=6),
        st.sampled_from([0, 2, 3]),
    )
    def test_nothing_is_lost_and_no_share_is_negative(self, units, weights, digits):
        amount = Decimal(units).scaleb(-digits)
        parts = bonus.share_out(float(amount), weights, digits)
        positive = {key: weight for key, weight in weights.items() if weight > 0}
        exact = {key: Decimal(repr(part)) for key, part in parts.items()}
        self.assertEqual(sum(exact.values()), amount if positive else 0)
        self.assertLessEqual(set(parts), set(positive))
        for key, part in exact.items():
            self.assertGreater(part, 0)
            fair = amount * positive[key] / sum(positive.values())
            self.assertLess(abs(part - fair), Decimal(len(positive)).scaleb(-digits))
