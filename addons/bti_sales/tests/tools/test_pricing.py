from datetime import datetime

from odoo.tests import tagged
from odoo.tests.common import TransactionCase

from ...tools import pricing


@tagged("-at_install", "post_install")
class TestPriceRules(TransactionCase):
    """The choice alone: no records."""

    def test_the_nearest_rule_gives_the_price(self):
        noon = datetime(2026, 6, 15, 12)
        table = pricing.RuleTable(
            [
                pricing.Rule(1),
                pricing.Rule(2, category_id=10),
                pricing.Rule(3, category_id=11),  # below 10
                pricing.Rule(4, template_id=100),
                pricing.Rule(5, template_id=100, min_quantity=1000),
                pricing.Rule(6, template_id=100, delivery_form="pallet"),
                pricing.Rule(7, template_id=100, state_ids=frozenset({15})),
                pricing.Rule(8, template_id=100, state_ids=frozenset({15}), delivery_form="pallet"),
                pricing.Rule(
                    9, template_id=100, state_ids=frozenset({16}), date_start=datetime(2026, 7, 1)
                ),
                pricing.Rule(10, template_id=101, date_start=datetime(2026, 1, 1), date_end=noon),
                pricing.Rule(11, template_id=101, date_start=datetime(2026, 2, 1)),
                pricing.Rule(12, product_id=1021, min_quantity=500),
            ]
        )
        after = datetime(2026, 6, 15, 12, 0, 1)
        july = datetime(2026, 7, 1)
        cases = [
            # product, template, categories, date, form, wilaya, quantity, rule
            (1, 1, (), noon, None, None, 1, 1),
            (1, 1, (10,), noon, None, None, 1, 2),
            (1, 1, (11, 10), noon, None, None, 1, 3),
            (1001, 100, (11, 10), noon, None, None, 999, 4),
            (1001, 100, (), noon, None, None, 1000, 5),
            (1001, 100, (), noon, "loose", 99, 1000, 5),
            (1001, 100, (), noon, "pallet", None, 1000, 6),  # form before volume
            (1001, 100, (), noon, "loose", 15, 1000, 7),  # wilaya before volume
            (1001, 100, (), noon, "pallet", 15, 1, 8),
            (1001, 100, (), noon, "loose", 16, 1, 4),  # not yet
            (1001, 100, (), july, "pallet", 16, 1, 9),  # wilaya before form
            (1011, 101, (), datetime(2026, 1, 15), None, None, 1, 10),
            (1011, 101, (), noon, None, None, 1, 11),  # both apply: the one that began last
            (1011, 101, (), after, None, None, 1, 11),
            (1021, 102, (), noon, None, None, 500, 12),
            (1021, 102, (), noon, None, None, 499, 1),
            (1001, 100, (), noon, None, None, -50, 4),  # a correction
        ]
        for product, template, categories, date, form, state, quantity, expected in cases:
            with self.subTest(template=template, form=form, state=state, quantity=quantity):
                found = table.candidates(product, template, categories, date, form, state)
                self.assertEqual(pricing.choose(found, quantity).id, expected)

    def test_no_rule(self):
        table = pricing.RuleTable([pricing.Rule(1, template_id=5, min_quantity=10)])
        self.assertIsNone(pricing.choose(table.candidates(1, 5, (), datetime(2026, 1, 1)), 9))
