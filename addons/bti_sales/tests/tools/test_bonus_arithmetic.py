from datetime import date

from odoo.tests import BaseCase, tagged

from ...tools import bonus


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

    def test_shares_sum_to_the_amount(self):
        for amount, weights, expected in (
            (100, {"a": 1, "b": 1, "c": 1}, {"a": 33.34, "b": 33.33, "c": 33.33}),
            (100, {"a": 3, "b": -1}, {"a": 100}),
            (0.01, {"a": 1, "b": 2}, {"b": 0.01}),
            (100, {"a": 0}, {}),
        ):
            with self.subTest(weights=weights):
                parts = bonus.share_out(amount, weights, 2)
                self.assertEqual(parts, expected)
