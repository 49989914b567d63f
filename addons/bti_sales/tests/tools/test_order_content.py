from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools.order_content import covers, get_mark

lines = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 300),
        st.sampled_from([30.0, 37.99, 38.0, 42.0]),
    ).map(list),
    max_size=5,
)
fast = settings(max_examples=150, deadline=None, database=None)


def content(lines, total=100.0, **values):
    return {"client": 7, "site": 8, "currency": 1, "total": total, "lines": lines, **values}


@tagged("-at_install", "post_install")
class TestOrderContent(BaseCase):
    """What a manager or a client has agreed to, against what is asked of him now."""

    def test_the_total(self):
        for total, expected in ((0.0, True), (99.99, True), (100.0, True), (100.01, False)):
            with self.subTest(total=total):
                self.assertEqual(covers(content([]), content([], total)), expected)

    def test_the_same_order_split_into_lines(self):
        agreed = content([[1, 500, 38.0]])
        for asked, expected in (
            ([[1, 250, 38.0], [1, 250, 38.0]], True),
            ([[1, 250, 38.0], [1, 251, 38.0]], False),
            ([[1, 250, 38.0], [1, 251, 39.0]], False),
            ([[1, 1, 37.9]], False),
            ([[1, 500.0000001, 38.0]], True),  # floats of a converted quantity
            ([[1, 500.01, 38.0]], False),
        ):
            with self.subTest(asked=asked):
                self.assertEqual(covers(agreed, content(asked)), expected)

    def test_a_gift_is_another_product(self):
        agreed = content([[1, 500, 38.0]])
        for product, quantity in ((2, 1), (2, 0), (9, -1)):
            with self.subTest(product=product, quantity=quantity):
                asked = [[1, 500, 38.0], [product, quantity, 0.0]]
                self.assertFalse(covers(agreed, content(asked)))

    def test_unknown_place_is_a_place(self):
        nowhere = content([], site=False)
        self.assertTrue(covers(nowhere, content([], site=False)))
        self.assertFalse(covers(nowhere, content([])))
        self.assertFalse(covers(content([]), nowhere))
        self.assertFalse(covers({}, nowhere))

    @fast
    @given(lines, lines)
    def test_what_covers_both_ways_is_the_same_order(self, one, other):
        first, second = content(one), content(other)
        self.assertTrue(covers(first, first))
        self.assertTrue(covers(first, content(one[::-1])))
        if covers(first, second) and covers(second, first):
            products = {line[0] for line in one}
            self.assertEqual(products, {line[0] for line in other})
            for product in products:
                counts = [
                    sum(line[1] for line in found if line[0] == product) for found in (one, other)
                ]
                self.assertEqual(*counts)

    @fast
    @given(lines, st.integers(1, 3), st.integers(1, 50), st.sampled_from([0.0, 30.0, 38.0]))
    def test_more_is_never_covered(self, agreed, product, quantity, price):
        more = [*agreed, [product, quantity, price]]
        self.assertFalse(covers(content(agreed), content(more)))
        self.assertTrue(covers(content(more), content(agreed)))

    def test_marks_of_what_was_shown(self):
        facts = {"client": 7, "lines": [[1, 253, 38.0]], "total": 9614.0, "site": "Béjaïa بجاية"}
        mark = get_mark(facts)
        self.assertRegex(mark, r"^[0-9a-f]{32}$")
        self.assertEqual(get_mark(dict(reversed(facts.items()))), mark, "the order of names")
        for change in (
            {"client": 8},
            {"total": 9614.01},
            {"lines": [[1, 253, 38.0], [1, 0, 0.0]]},
            {"lines": [[253, 1, 38.0]]},
            {"site": "Bejaia بجاية"},
            {"more": None},
        ):
            with self.subTest(change=change):
                self.assertNotEqual(get_mark({**facts, **change}), mark)
