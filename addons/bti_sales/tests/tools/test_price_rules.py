from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools.pricing import Rule, RuleTable, choose

NOON = datetime(2026, 6, 15, 12)
moments = st.sampled_from([NOON + timedelta(days=days) for days in range(-3, 4)])
scopes = st.sampled_from(
    [{}, {"product_id": 1}, {"template_id": 10}, {"category_id": 100}, {"category_id": 101}]
)


@st.composite
def rule_lists(draw):
    return [
        Rule(
            number,
            **draw(scopes),
            min_quantity=draw(st.sampled_from([0, 10, 100])),
            date_start=draw(st.none() | moments),
            date_end=draw(st.none() | moments),
            delivery_form=draw(st.sampled_from([None, "", "loose", "pallet"])),
            state_ids=frozenset(draw(st.sets(st.sampled_from([15, 16]), max_size=2))),
        )
        for number in range(1, draw(st.integers(1, 8)))
    ]


@tagged("-at_install", "post_install")
class TestPriceRules(BaseCase):
    """The choice among the rules of one list."""

    def _find(self, rules, *args, quantity=1, **kwargs):
        rule = choose(RuleTable(rules).candidates(1, 10, (100, 101), *args, **kwargs), quantity)
        return rule and rule.id

    def test_first_and_last_moment_of_a_rule(self):
        rules = [Rule(1), Rule(2, template_id=10, date_start=NOON, date_end=NOON)]
        second = timedelta(seconds=1)
        for moment, expected in ((NOON - second, 1), (NOON, 2), (NOON + second, 1)):
            with self.subTest(moment=moment):
                self.assertEqual(self._find(rules, moment), expected)

    def test_one_rule_for_several_wilayas(self):
        rules = [Rule(1), Rule(2, state_ids=frozenset({15, 16}))]
        for state_id, expected in ((15, 2), (16, 2), (17, 1), (None, 1)):
            with self.subTest(state_id=state_id):
                self.assertEqual(self._find(rules, NOON, None, state_id), expected)

    def test_a_rule_for_pallets_is_none_for_an_order_without_form(self):
        rules = [Rule(1), Rule(2, delivery_form="pallet")]
        for form, expected in (("pallet", 2), ("loose", 1), ("mixed", 1), (None, 1), ("", 1)):
            with self.subTest(form=form):
                self.assertEqual(self._find(rules, NOON, form), expected)

    def test_the_rule_made_last_wins_a_tie(self):
        self.assertEqual(self._find([Rule(3), Rule(9), Rule(5)], NOON), 9)
        old = Rule(8, date_start=NOON - timedelta(days=9))
        self.assertEqual(self._find([old, Rule(9)], NOON), 8, "without a beginning comes last")

    def test_corrections_reach_no_volume(self):
        rules = [Rule(1), Rule(2, min_quantity=10), Rule(3, min_quantity=0.5)]
        for quantity, expected in ((-10, 1), (0, 1), (0.5, 3), (9.99, 3), (10, 2), (11, 2)):
            with self.subTest(quantity=quantity):
                self.assertEqual(self._find(rules, NOON, quantity=quantity), expected)
        self.assertIsNone(self._find(rules[1:], NOON, quantity=-10))

    def test_a_template_whose_variant_is_not_chosen_yet(self):
        table = RuleTable([Rule(1, template_id=10), Rule(2, product_id=1)])
        for product_id, expected in ((None, 1), (1, 2), (5, 1)):
            with self.subTest(product_id=product_id):
                found = choose(table.candidates(product_id, 10, (), NOON), 1)
                self.assertEqual(found.id, expected)

    def test_what_a_list_asks_of_a_line(self):
        """A list without wilayas need not know the site, one without variants not the variant."""
        for values, expected in (
            ({}, (False, False, False)),
            ({"template_id": 10}, (False, False, False)),
            ({"product_id": 1}, (True, False, False)),
            ({"category_id": 100}, (False, True, False)),
            ({"state_ids": frozenset({15})}, (False, False, True)),
            ({"product_id": 1, "state_ids": frozenset({15})}, (True, False, True)),
        ):
            for rules in ([Rule(1, **values)], [Rule(1), Rule(2, **values), Rule(3)]):
                with self.subTest(values=values, rules=len(rules)):
                    table = RuleTable(rules)
                    self.assertEqual(
                        (table.has_variants, table.has_categories, table.has_destinations),
                        expected,
                    )
        empty = RuleTable([])
        self.assertEqual(list(empty.candidates(1, 10, (100,), NOON)), [])
        self.assertIs(empty.has_destinations, False)

    @settings(max_examples=120, deadline=None, database=None)
    @given(
        rule_lists(),
        moments,
        st.sampled_from([None, "loose", "pallet"]),
        st.sampled_from([None, 15, 17]),
        st.sampled_from([-5, 1, 10, 500]),
    )
    def test_the_choice_is_the_one_that_people_would_read_off(
        self, rules, moment, form, state_id, quantity
    ):
        def nearness(rule):
            if rule.product_id or rule.template_id:
                return 0 if rule.product_id else 1
            return {100: 2, 101: 3, None: 4}[rule.category_id]

        holds = [
            rule
            for rule in rules
            if rule.delivery_form in (None, "", form)
            and (not rule.state_ids or state_id in rule.state_ids)
            and (rule.date_start or moment) <= moment <= (rule.date_end or moment)
            and (rule.min_quantity == 0 or quantity >= rule.min_quantity)
        ]
        best = None
        for rule in holds:
            key = (
                -nearness(rule), bool(rule.state_ids), bool(rule.delivery_form),
                rule.min_quantity, rule.date_start or datetime.min, rule.id,
            )  # fmt: skip
            best = max(best, (key, rule.id)) if best else (key, rule.id)
        self.assertEqual(
            self._find(rules, moment, form, state_id, quantity=quantity), best and best[1]
        )
