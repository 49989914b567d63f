from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .change_common import PriceChangeCommon

PLANNED = "^This change is planned already: cancel it and plan another one.$"


@tagged("-at_install", "post_install")
class TestPriceChangePlan(PriceChangeCommon):
    """What a manager may plan, from which moment it holds, and what he is told."""

    def test_new_prices_by_percentage_and_rounding(self):
        change = self._new_change()
        for percent, rounding, old, new in (
            (5, 0.5, 40, 42),
            (5, 0.5, 38, 40),
            (5, 0.5, 41, 43),
            (5, 0.1, 41, 43.1),  # 43.05: half goes up
            (5, 0, 41, 43.05),
            (5, 1, 41, 43),
            (5, 5, 41, 45),
            (-5, 0.1, 40, 38),
            (-99.99, 0.1, 40, 0),
            (0, 0.5, 40.2, 40),
            (100, 0.01, 33.33, 66.66),
            (12.5, 0.05, 40, 45),
        ):
            with self.subTest(percent=percent, rounding=rounding, old=old):
                change.write({"percent": percent, "rounding": rounding})
                self.assertAlmostEqual(change._get_new_price(old), new, 6)

    def test_the_first_moment_is_midnight_where_the_company_is(self):
        change = self._new_change()
        calendar = self.company.resource_calendar_id
        for day, zone, own, expected in (
            ("2031-01-01", "Africa/Algiers", "UTC", datetime(2030, 12, 31, 23)),
            ("2031-01-01", False, "Asia/Tokyo", datetime(2030, 12, 31, 15)),
            ("2031-01-01", "America/New_York", "UTC", datetime(2031, 1, 1, 5)),
            ("2031-07-01", "Europe/Paris", "UTC", datetime(2031, 6, 30, 22)),  # summer time
            ("2032-02-29", "UTC", "UTC", datetime(2032, 2, 29)),
        ):
            with self.subTest(day=day, zone=zone):
                self.company.partner_id.tz, calendar.tz = zone, own
                change.date = day
                self.assertEqual(change._get_start(), expected)

    def test_planned_and_cancelled_until_the_last_second_before(self):
        change = self._new_change(date="2031-01-01")
        early = "^A price change is planned for tomorrow at the earliest.$"
        late = "^The new prices are in force: plan another change instead.$"
        with freeze_time("2030-12-31 23:00:00"), self.assertRaisesRegex(UserError, early):
            change.action_plan()
        with freeze_time("2030-12-31 22:59:59"):
            change.action_plan()
            self.env["bti.price.change"]._cron_follow()
            self.assertEqual(change.state, "planned")
        with freeze_time("2030-12-31 23:00:00"):
            with self.assertRaisesRegex(UserError, late):
                change.action_cancel()
            self.env["bti.price.change"]._cron_follow()
            self.assertEqual(change.state, "in_force")
            with self.assertRaisesRegex(UserError, late):
                change.action_cancel()
        self.assertTrue(change.line_ids.new_item_id, "nothing was taken back")

    def test_the_last_second_of_the_old_price(self):
        self._new_change().action_plan()
        for moment, price in (
            (self.start - timedelta(days=1), 40),
            (self.start - timedelta(seconds=1), 40),
            (self.start, 42),
            (self.start + relativedelta(years=5), 42),
        ):
            with self.subTest(moment=moment):
                self.assertEqual(self._price(self.builders, moment), price)
                order = self._new_order(
                    (self.b8, 1, None), partner_id=self.builder.id, date_order=moment
                )
                self.assertEqual(order.order_line.price_unit, price)

    def test_a_rule_with_an_end_keeps_it_and_one_that_is_over_is_left_alone(self):
        end = self.start + timedelta(days=10)
        self.rule_b8.date_end = end
        over = self._new_rule(
            self.builders, self.b8, 30, min_quantity=9, date_end=self.start - timedelta(seconds=1)
        )
        last = self._new_rule(self.builders, self.b8, 31, min_quantity=10, date_end=self.start)
        change = self._new_change()
        change.action_plan()
        self.assertNotIn(over, change.line_ids.item_id)
        line = change.line_ids.filtered(lambda line: line.item_id == self.rule_b8)
        self.assertEqual(self.rule_b8.date_end, self.start - timedelta(seconds=1))
        new = line.new_item_id
        self.assertEqual((new.date_start, new.date_end), (self.start, end))
        self.assertNotIn(last, change.line_ids.item_id, "it ends as the new prices begin")
        change.action_cancel()
        self.assertEqual((self.rule_b8.date_end, last.date_end), (end, self.start))

    def test_the_screen_from_an_offer_of_lines_to_the_plan(self):
        with Form(self.env["bti.price.change"].with_user(self.manager)) as form:
            form.name = "Rise of the summer"
            form.percent = 10
            form.pricelist_ids.add(self.builders)
            form.product_tmpl_ids.add(self.b8.product_tmpl_id)
        change = form.record
        today = fields.Date.context_today(change)
        self.assertEqual(change.date, today + relativedelta(months=1, day=1))
        self.assertEqual((change.company_id, change.user_id), (self.company, self.manager))
        for _click in range(2):
            change.action_prepare_lines()
            self.assertEqual(change.line_count, 3, "prepared again, not added")
        with Form(change) as form, form.line_ids.edit(0) as line:
            line.new_value = 50
        corrected = change.line_ids.filtered(lambda line: line.new_value == 50)
        self.assertAlmostEqual(
            corrected.change_percent, (50 / corrected.old_value - 1) * 100, delta=0.05
        )
        change.action_plan()
        self.assertEqual(corrected.new_item_id.fixed_price, 50, "as corrected")
        for click in (change.action_plan, change.action_prepare_lines):
            with self.assertRaisesRegex(UserError, PLANNED):
                click()

    def test_categories_with_those_below(self):
        above = self.env["product.category"].create({"name": "Bricks test"})
        below = self.env["product.category"].create({"name": "B test", "parent_id": above.id})
        self.b12.categ_id = below
        own = self._new_rule(self.builders, self.b12, 50)
        by_category = self.env["product.pricelist.item"].create(
            [
                {
                    "pricelist_id": self.builders.id,
                    "applied_on": "2_product_category",
                    "categ_id": category.id,
                    "compute_price": "percentage",
                    "percent_price": 10,
                }
                for category in (above, below)
            ]
        )
        for category, rules in (
            (above, own | by_category),
            (below, own | by_category[1]),
            (self.b8.categ_id - above, self.env["product.pricelist.item"]),
        ):
            if not category:
                continue
            with self.subTest(category=category.name):
                change = self._new_change(
                    product_tmpl_ids=False,
                    categ_ids=[Command.set(category.ids)],
                    pricelist_ids=[Command.set(self.builders.ids)],
                )
                self.assertEqual(change._get_rules(self.builders) & (own | by_category), rules)

    def test_a_new_price_for_a_product_and_a_category(self):
        """The rule of a category names no product: it has no price of today to show."""
        self.b12.categ_id = self.env["product.category"].create({"name": "B test"})
        rule = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.builders.id,
                "applied_on": "2_product_category",
                "categ_id": self.b12.categ_id.id,
                "compute_price": "percentage",
                "percent_price": 10,
            }
        )
        change = self._new_change(
            method="price",
            new_price=44,
            categ_ids=[Command.set(self.b12.categ_id.ids)],
            pricelist_ids=[Command.set(self.builders.ids)],
        )
        change.action_plan()
        line = change.line_ids.filtered(lambda line: line.item_id == rule)
        self.assertEqual((line.old_value, line.new_value, line.change_percent), (0, 44, 0))
        for product in (self.b8, self.b12):
            self.assertEqual(self._price(self.builders, self.start, product=product), 44)

    def test_the_lists_of_the_company_and_those_of_all(self):
        shared = self._new_list("Shared")
        shared.company_id = False
        theirs = self._new_list("Theirs", company=self.other_company)
        for pricelist in (shared, theirs):
            self._new_rule(pricelist, self.b8, 40)
        change = self._new_change(pricelist_ids=False)
        change.action_plan()
        changed = change.line_ids.pricelist_id
        self.assertLessEqual(self.builders | self.resellers | shared, changed)
        self.assertNotIn(theirs, changed)
        self.assertEqual(self._price(theirs, self.start), 40)
        with self.assertRaises(UserError):
            self._new_change(pricelist_ids=[Command.set(theirs.ids)])

    def test_a_list_that_follows_another_goes_on_following_it(self):
        """By a percentage: its prices rise with the other's, now and later."""
        child = self._new_list("Ten per cent off builders")
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": child.id,
                "compute_price": "percentage",
                "percent_price": 10,
                "base": "pricelist",
                "base_pricelist_id": self.builders.id,
            }
        )
        both = [Command.set((self.builders | child).ids)]
        self._new_change(pricelist_ids=both).action_plan()
        later = self.start + timedelta(days=5)
        self.assertAlmostEqual(self._price(child, self.start), 42 * 0.9)
        self._new_rule(self.builders, self.b8, 50, date_start=later)
        self.assertAlmostEqual(self._price(child, later), 45)
        # a price of its own is what was asked for
        change = self._new_change(
            date=self.date + timedelta(days=9), pricelist_ids=both, method="price", new_price=60
        )
        change.action_plan()
        self.assertEqual(self._price(child, change._get_start()), 60)

    def test_what_is_refused_in_full(self):
        for values, error, message in (
            (
                {"percent": -100},
                ValidationError,
                "A cut of 100 % or more would leave no price to pay.",
            ),
            (
                {"method": "price", "new_price": -0.01},
                ValidationError,
                "A price cannot be negative.",
            ),
        ):
            with self.subTest(**values), self.assertRaises(error) as caught:
                self._new_change(**values)
            self.assertEqual(str(caught.exception), message)
        self._new_change(percent=-99.99)
        self._new_change(method="price", new_price=0, percent=-100)
        for values, message in (
            (
                {"method": "price", "new_price": 5, "product_tmpl_ids": False},
                "Choose the products that get the new price.",
            ),
            (
                {"product_tmpl_ids": False, "delivery_form": "pallet"},
                "No rule of these price lists is about these products on that day.",
            ),
        ):
            change = self._new_change(**values)
            with self.subTest(**values), self.assertRaises(UserError) as caught:
                change.action_prepare_lines()
            self.assertEqual(str(caught.exception), message)
        change = self._new_change()
        change.action_prepare_lines()
        line = change.line_ids.filtered(lambda line: line.item_id == self.rule_b8)
        with self.assertRaisesRegex(ValidationError, "^.*B8 test.*: a price cannot be negative.$"):
            line.new_value = -0.01
        line.kind = "discount"
        for discount in (100, -50):
            line.new_value = discount
        with self.assertRaisesRegex(ValidationError, "a price cannot be negative"):
            line.new_value = 100.01

    def test_only_what_the_lists_do_not_follow_is_deleted(self):
        draft, planned, cancelled = self._new_change(), self._new_change(), self._new_change()
        draft.action_prepare_lines()
        cancelled.date = self.date + timedelta(days=1)
        for change in (cancelled, planned):
            change.action_plan()
        cancelled.action_cancel()
        with self.assertRaises(UserError) as caught:
            planned.unlink()
        self.assertEqual(
            str(caught.exception),
            "The price lists follow this change: cancel it before its date.",
        )
        for change in (planned, cancelled):
            for vals in ({"date": self.date + timedelta(days=3)}, {"company_id": self.company.id}):
                with self.assertRaisesRegex(UserError, PLANNED):
                    change.write(vals)
        planned.note = "Gas costs more"  # what the lists do not follow may be written
        (draft | cancelled).unlink()
        self.assertEqual(self._price(self.builders, self.start), 42)

    def test_a_copy_begins_as_a_draft(self):
        """It has no lines: nobody may take it for a change that the lists follow."""
        planned = self._new_change()
        planned.action_plan()
        cancelled = self._new_change(date=self.date + timedelta(days=1))
        cancelled.action_cancel()
        for later, change in enumerate((planned, cancelled), 20):
            with self.subTest(change.state):
                copy = change.copy()
                self.assertEqual((copy.state, copy.line_count, copy.watch_count), ("draft", 0, 0))
                self.assertEqual(copy.product_tmpl_ids, change.product_tmpl_ids)
                copy.date = self.date + timedelta(days=later)
                copy.action_plan()
                self.assertEqual(copy.state, "planned")

    def test_lines_are_not_added_to_what_is_planned(self):
        change = self._new_change(pricelist_ids=[Command.set(self.resellers.ids)])
        change.action_plan()
        with self.assertRaisesRegex(UserError, PLANNED):
            change.line_ids.create(
                {"change_id": change.id, "pricelist_id": self.builders.id, "new_value": 1}
            )
        with self.assertRaisesRegex(UserError, PLANNED):
            change.line_ids.unlink()

    def test_cancelled_after_somebody_deleted_its_rule(self):
        """Other changes keep what they know of the rules that they follow on."""
        first = self._new_change(
            product_tmpl_ids=[Command.set(self.b12.product_tmpl_id.ids)],
            pricelist_ids=[Command.set(self.resellers.ids)],
        )
        first.action_plan()
        self.assertFalse(first.line_ids.item_id, "the list had no rule for it")
        second = self._new_change(pricelist_ids=[Command.set(self.resellers.ids)])
        second.action_plan()
        second.line_ids.new_item_id.with_user(self.manager).unlink()
        second.action_cancel()
        self.assertFalse(first.line_ids.item_id)
        first.action_cancel()
        self.assertEqual(self._price(self.resellers, self.start, product=self.b12), 58)
        self.assertEqual(self._price(self.resellers, self.start - timedelta(seconds=1)), 36)
