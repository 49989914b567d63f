from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools.stamp_duty import Scale, compute_duty


def scale(*brackets, tranche=100, threshold=0, minimum=0, maximum=0):
    figures = (tranche, threshold, minimum, maximum)
    return Scale(
        *(Decimal(str(figure)) for figure in figures),
        tuple((Decimal(str(limit)), Decimal(str(rate))) for limit, rate in brackets),
    )


LAW = scale((30_000, 1), (100_000, 1.5), (0, 2), threshold=300, minimum=5)


@tagged("post_install", "-at_install")
class TestDutyScale(BaseCase):
    """A scale as an administrator may set it up, whatever the law of the day is."""

    def test_each_figure_of_a_scale(self):
        flat = ((0, 1),)
        for made, amount, duty in (
            (scale(*flat), 0.01, 1),  # a tranche that is begun
            (scale(*flat), 1, 1),
            (scale(*flat), 0, 0),
            (scale(*flat, minimum=5), 0, 0),  # nothing paid, nothing owed
            (scale(*flat, minimum=5), -0.01, 0),
            (scale(*flat, minimum=5), 499.99, 5),
            (scale(*flat, minimum=5), 500.01, 6),
            (scale(*flat, maximum=7), 700, 7),
            (scale(*flat, maximum=7), 700.01, 7),
            (scale(*flat, minimum=9, maximum=7), 100, 7),
            (scale(*flat, threshold=0.5), 0.5, 0),
            (scale(*flat, threshold=0.5), 0.51, 1),
            (scale(*flat, tranche=0.1), 0.3, 3),  # exact, as it is read
            (scale((0, 0)), 1000, 0),
            (scale((0, 0), minimum=5), 1000, 5),
            (scale((500, 1), (0, 2)), 500, 5),
            (scale((500, 1), (0, 2)), 500.01, 12),
            (scale((500, 1)), 500.01, 0),  # a scale that ends owes nothing beyond
        ):
            with self.subTest(scale=made, amount=amount):
                self.assertEqual(compute_duty(amount, made), duty)

    @settings(max_examples=200, deadline=None, database=None)
    @given(st.integers(0, 10**8), st.integers(0, 10**6))
    def test_who_pays_more_owes_no_less(self, centimes, more):
        amount = centimes / 100
        duty = compute_duty(amount, LAW)
        self.assertLessEqual(duty, compute_duty((centimes + more) / 100, LAW))
        self.assertTrue(not duty or duty >= LAW.minimum)
        self.assertEqual(bool(duty), amount > 300)
        self.assertLessEqual(duty, (Decimal(centimes) / 10_000 + 1) * 2 + LAW.minimum)
