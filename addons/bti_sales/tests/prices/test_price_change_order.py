from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PriceCommon

DAYS = 6
products = st.sampled_from([("b8",), ("b12",), ("b8", "b12")])
plans = st.tuples(st.just("plan"), st.integers(1, DAYS), st.integers(10, 99), products)
cancels = st.tuples(st.just("cancel"), st.integers(0, 9), st.none(), st.none())


@tagged("-at_install", "post_install")
class TestPriceChangeOrder(PriceCommon):
    """Planned and cancelled in any order, the lists say what the remaining changes say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("manager_c", "bti_crm.group_sales_manager")
        cls.today = cls.company._bti_today()
        # a product of the list with rules of its own, and one without
        cls.products = {"b8": cls.b8, "b12": cls.b12}

    def _plan(self, day, price, names=("b8",), **values):
        change = (
            self.env["bti.price.change"]
            .with_user(self.manager)
            .create(
                {
                    "name": f"To {price}",
                    "date": self.today + timedelta(days=day),
                    "method": "price",
                    "new_price": price,
                    "product_tmpl_ids": [
                        Command.set([self.products[name].product_tmpl_id.id for name in names])
                    ],
                    "pricelist_ids": [Command.set(self.builders.ids)],
                    **values,
                }
            )
        )
        change.action_plan()
        return change

    def _moment(self, day):
        """The first moment of a day where the company is, in UTC."""
        start = datetime.combine(self.today + timedelta(days=day), time.min)
        return start - timedelta(hours=1)

    def _price(self, name, moment, quantity=1, pricelist=None, **kwargs):
        return (pricelist or self.builders)._get_product_price(
            self.products[name], quantity, date=moment, **kwargs
        )

    def _get_base_prices(self):
        return {
            (name, quantity): self._price(name, self._moment(1), quantity)
            for name in self.products
            for quantity in (1, 5060)
        }

    def _assert_lists_say(self, planned, base):
        for day in range(1, DAYS + 2):
            for (name, quantity), listed in base.items():
                changes = [plan for plan in planned if plan[0] <= day and name in plan[2]]
                expected = max(changes, key=lambda plan: plan[0])[1] if changes else listed
                start = self._moment(day)
                for moment in (start, start + timedelta(days=1, seconds=-1)):
                    self.assertAlmostEqual(
                        self._price(name, moment, quantity),
                        expected,
                        msg=f"{name} x {quantity}, day {day}, {planned}",
                    )

    @given(st.lists(st.one_of(plans, plans, cancels), min_size=2, max_size=7))
    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def test_any_order_of_making_and_cancelling(self, steps):
        with self.env.cr.savepoint() as savepoint:
            base = self._get_base_prices()
            planned = {}
            for step, number, price, names in steps:
                if step == "cancel":
                    if planned:
                        change = list(planned)[number % len(planned)]
                        change.action_cancel()
                        del planned[change]
                elif not any(
                    day == number and set(others) & set(names)
                    for day, _price, others in planned.values()
                ):
                    change = self._plan(number, price, names)
                    planned[change] = (number, price, names)
                self._assert_lists_say(planned.values(), base)
            for change in list(planned):
                change.action_cancel()
            self._assert_lists_say([], base)
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def test_the_old_price_does_not_come_back(self):
        march = self._plan(5, 45)
        february = self._plan(3, 43)
        march.action_cancel()
        self.assertEqual(self._price("b8", self._moment(6)), 43)
        february.action_cancel()
        self.assertEqual(self._price("b8", self._moment(6)), 40)
        self.assertEqual(
            self.rule_b8.mapped("date_end"), [False], "the rule of today is what it was"
        )

    def test_one_day_one_change(self):
        for name in self.products:
            with self.subTest(product=name):
                self._plan(3, 43, (name,))
                with self.assertRaisesRegex(UserError, "that day"), self.env.cr.savepoint():
                    self._plan(3, 44, (name,))
                self.assertEqual(self._price(name, self._moment(3)), 43)

    def test_a_promotion_stays_above_the_price_that_it_is_of(self):
        """Two rules of one product hold on the day: the one that holds before holds after."""
        promotion = self._new_rule(
            self.builders, self.b8, 35, date_start=self._moment(2), date_end=self._moment(5)
        )
        change = self._plan(3, 0, method="percent", percent=10, rounding=0)
        self.assertEqual(self._price("b8", self._moment(2)), 35)
        self.assertAlmostEqual(self._price("b8", self._moment(4)), 38.5)
        self.assertAlmostEqual(self._price("b8", self._moment(6)), 44)
        change.action_cancel()
        self.assertEqual(self._price("b8", self._moment(4)), 35)
        self.assertEqual(self._price("b8", self._moment(6)), 40)
        self.assertEqual(promotion.date_end, self._moment(5))

    def test_lines_of_a_rule_that_is_gone_are_prepared_again(self):
        change = (
            self.env["bti.price.change"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Five per cent",
                    "date": self.today + timedelta(days=3),
                    "percent": 5,
                    "pricelist_ids": [Command.set(self.builders.ids)],
                }
            )
        )
        change.action_prepare_lines()
        self.rule_all.unlink()
        with self.assertRaisesRegex(UserError, "Prepare the lines again"):
            change.action_plan()

    def test_lines_of_a_planned_change_stay(self):
        change = self._plan(3, 43)
        line = change.line_ids[0]
        for vals in ({"new_value": 1}, {"pricelist_id": self.resellers.id}, {"min_quantity": 7}):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "planned already"):
                line.write(vals)
        with self.assertRaisesRegex(UserError, "planned already"):
            line.unlink()

    # === LISTS OF ALL COMPANIES === #

    def test_offers_of_every_company_that_uses_the_list(self):
        shared = self._new_list("Shared test")
        shared.company_id = False
        self._new_rule(shared, self.b8, 40)
        stranger = self._new_user("rep_other", "bti_crm.group_rep", company=self.other_company)
        boss = self._new_user(
            "manager_other", "bti_crm.group_sales_manager", company=self.other_company
        )
        partner = self.env["res.partner"].create({"name": "Client of both", "company_id": False})
        orders = self.env["sale.order"]
        for user, company in ((self.rep, self.company), (stranger, self.other_company)):
            orders |= (
                orders.with_user(user)
                .with_company(company)
                .create(
                    {
                        "partner_id": partner.id,
                        "pricelist_id": shared.id,
                        "order_line": [
                            Command.create({"product_id": self.b8.id, "product_uom_qty": 100})
                        ],
                    }
                )
            )
        mine, theirs = orders.sudo()
        self.assertEqual(theirs.company_id, self.other_company)
        change = self._plan(5, 45, pricelist_ids=[Command.set(shared.ids)])
        self.env.invalidate_all()
        watches = self.env["bti.price.watch"]
        for user, order in (
            (self.rep, mine),
            (self.manager, mine),
            (stranger, theirs),
            (boss, theirs),
        ):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                seen = watches.with_user(user).search([("order_id", "in", orders.ids)])
                self.assertEqual(seen.order_id, order)
                self.assertEqual(seen.company_id, order.company_id)
                self.assertEqual(seen.difference, 500)
                offer = order.with_user(user)
                self.assertEqual(offer.price_difference, 500)
                self.assertTrue(seen.web_read({"change_id": {"fields": {"display_name": {}}}}))
        # each tells its own
        self.env.invalidate_all()
        change.action_tell_clients()
        self.assertTrue(mine.price_watch_ids.told_on)
        self.assertFalse(theirs.price_watch_ids.told_on)
        self.assertEqual((change.watch_count, change.told_percent), (1, 100))
        self.env.invalidate_all()
        theirs.with_user(stranger).action_tell_price_change()
        self.assertTrue(theirs.price_watch_ids.told_on)
        notes = " ".join(theirs.message_ids.mapped("body"))
        self.assertNotIn("told with offer", notes, "the other company's offer is not named")

    def test_the_nightly_job_finds_them_too(self):
        shared = self._new_list("Shared test")
        shared.company_id = False
        self._new_rule(shared, self.b8, 40)
        change = self._plan(5, 45, pricelist_ids=[Command.set(shared.ids)])
        stranger = self._new_user("rep_other", "bti_crm.group_rep", company=self.other_company)
        order = (
            self.env["sale.order"]
            .with_user(stranger)
            .with_company(self.other_company)
            .create(
                {
                    "partner_id": self.env["res.partner"].create({"name": "Theirs"}).id,
                    "pricelist_id": shared.id,
                    "date_order": fields.Datetime.now() - relativedelta(hours=1),
                    "order_line": [
                        Command.create({"product_id": self.b8.id, "product_uom_qty": 100})
                    ],
                }
            )
        )
        self.env["bti.price.change"]._cron_follow()
        self.env.invalidate_all()
        self.assertEqual(change.sudo().watch_ids.order_id, order)
