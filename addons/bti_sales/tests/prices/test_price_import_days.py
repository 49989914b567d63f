from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .import_common import PriceImportCommon

FIRST = date(2031, 1, 1)
DAYS = 8
# one price of a file: first day, days that it holds (none: for good), price
entries = st.lists(
    st.tuples(st.integers(0, DAYS), st.one_of(st.none(), st.integers(0, 4)), st.integers(10, 99)),
    min_size=1,
    max_size=5,
    unique_by=lambda entry: entry[0],
)


@tagged("-at_install", "post_install")
class TestPriceImportDays(PriceImportCommon):
    """Which price holds on which day after one file and another."""

    HEAD = "product;price list;price;valid from;valid to\n"

    def _file(self, *rows):
        lines = [
            f"T-B8;Public test;{price};{start or ''};{end or ''}\n" for price, start, end in rows
        ]
        return self.HEAD + "".join(lines)

    def _dates(self):
        return [
            (
                item.fixed_price,
                item.date_start and (item.date_start + timedelta(hours=1)).date(),
                item.date_end and (item.date_end + timedelta(hours=1)).date(),
            )
            for item in self.public.item_ids.sorted(lambda i: i.date_start or datetime.min)
        ]

    @given(entries, st.booleans())
    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def test_the_price_that_began_last_holds_and_a_replay_changes_nothing(self, prices, at_once):
        rows = [
            (
                price,
                FIRST + timedelta(days=start),
                FIRST + timedelta(days=start + length) if length is not None else None,
            )
            for start, length, price in prices
        ]
        files = [self._file(*rows)] if at_once else [self._file(row) for row in rows]
        with self.env.cr.savepoint() as savepoint:
            for file in files:
                self._new_import(file).action_import()
            for day in range(DAYS + 6):
                today = FIRST + timedelta(days=day)
                holding = [row for row in rows if row[1] <= today and (row[2] or today) >= today]
                expected = max(holding, key=lambda row: row[1])[0] if holding else 40
                noon = datetime.combine(today, datetime.min.time()) + timedelta(hours=11)
                for moment in (noon - timedelta(hours=12), noon + timedelta(hours=11.99)):
                    self.assertEqual(
                        self.public._get_product_price(self.b8, 1, date=moment),
                        expected,
                        f"{today}, {rows}",
                    )
            before = self._dates()
            for file in files:
                wizard = self._new_import(file)
                wizard.action_import()
                self.assertEqual((wizard.create_count, wizard.update_count), (0, 0), rows)
                self.assertEqual(wizard.close_count, 0, rows)
            self.assertEqual(self._dates(), before)
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def test_what_ends_what(self):
        day = [date(2031, 1, number) for number in range(1, 32)]
        shown = [f"{number:02}/01/2031" for number in range(1, 32)]
        for name, first, second, expected in (
            (
                "a price for good ends the one before",
                (40, None, None),
                (42, shown[9], None),
                [(40, False, day[8]), (42, day[9], False)],
            ),
            (
                "a price for some days does not",
                (40, None, None),
                (42, shown[9], shown[19]),
                [(40, False, False), (42, day[9], day[19])],
            ),
            (
                "to the very day",
                (40, None, shown[19]),
                (42, shown[9], shown[19]),
                [(40, False, day[8]), (42, day[9], day[19])],
            ),
            (
                "one day less",
                (40, None, shown[19]),
                (42, shown[9], shown[18]),
                [(40, False, day[19]), (42, day[9], day[18])],
            ),
            (
                "the day after it ended anyhow",
                (40, None, shown[8]),
                (42, shown[9], None),
                [(40, False, day[8]), (42, day[9], False)],
            ),
            (
                "one that comes before one that is there",
                (42, shown[9], None),
                (40, shown[0], None),
                [(40, day[0], day[8]), (42, day[9], False)],
            ),
            (
                "over the end of the year",
                (40, "01/12/2030", None),
                (42, shown[0], None),
                [(40, date(2030, 12, 1), date(2030, 12, 31)), (42, day[0], False)],
            ),
        ):
            for at_once in (True, False):
                with self.subTest(name, at_once=at_once):
                    files = [(first, second)] if at_once else [(first,), (second,)]
                    for rows in files:
                        self._new_import(self._file(*rows)).action_import()
                    self.assertEqual(self._dates(), expected)
                    self.public.item_ids.unlink()

    def test_nothing_ends_unless_asked_or_for_another_thing(self):
        head = "product;price list;price;minimum quantity;form;wilaya;valid from\n"
        first = head + "T-B8;Public test;40;;;;\n"
        other = "T-B8;Public test;41;{};{};{};01/01/2031\n"
        for name, second, close, ended in (
            ("the same thing", other.format("", "", ""), True, 1),
            ("not asked", other.format("", "", ""), False, 0),
            ("another volume", other.format(253, "", ""), True, 0),
            ("another form", other.format("", "pallet", ""), True, 0),
            ("another wilaya", other.format("", "", "Bouira"), True, 0),
            ("another list", other.format("", "", "").replace("Public", "Builders"), True, 0),
            ("another product", other.format("", "", "").replace("B8", "B12"), True, 0),
        ):
            with self.subTest(name):
                self._new_import(first).action_import()
                earlier = self.public.item_ids
                wizard = self._new_import(head + second, close_previous=close)
                wizard.action_check()
                self.assertEqual((wizard.create_count, wizard.close_count), (1, ended))
                self.assertFalse(earlier.date_end, "looked at, not written")
                wizard.action_import()
                self.assertEqual(bool(earlier.date_end), bool(ended))
                notes = (self.public | self.builders).message_ids.sorted("id")
                self.assertIn(f"0 changed, {ended} earlier ones ended", notes[-1].body)
                (self.public | self.builders).item_ids.unlink()

    def test_an_end_may_be_given_taken_away_or_moved(self):
        for end, expected in (
            ("31/01/2031", date(2031, 1, 31)),
            ("15/01/2031", date(2031, 1, 15)),
            ("", False),
        ):
            with self.subTest(end=end):
                wizard = self._new_import(self._file((40, "01/01/2031", end)))
                wizard.action_import()
                self.assertEqual(self._dates(), [(40, date(2031, 1, 1), expected)])
        self.assertEqual((wizard.create_count, wizard.update_count), (0, 1))
        wizard = self._new_import(self._file((40.0000004, "01/01/2031", "")))
        wizard.action_check()
        self.assertEqual(wizard.wrong_count, 1, "seven decimals")

    def test_of_two_rules_for_the_same_the_later_made_one_is_changed(self):
        rules = self.env["product.pricelist.item"].create(
            [
                {
                    "pricelist_id": self.public.id,
                    "applied_on": "1_product",
                    "product_tmpl_id": self.b8.product_tmpl_id.id,
                    "compute_price": "fixed",
                    "fixed_price": price,
                }
                for price in (40, 41)
            ]
        )
        self._new_import(self._file((43, "", ""))).action_import()
        self.assertEqual(rules.mapped("fixed_price"), [40, 43])
        self.assertEqual(self.public._get_product_price(self.b8, 1), 43)
