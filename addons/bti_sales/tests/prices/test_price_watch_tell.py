from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import format_date

from .change_common import PriceChangeCommon


@tagged("-at_install", "post_install")
class TestPriceWatchTell(PriceChangeCommon):
    """What is at stake in the open offers, and how their clients come to know it."""

    def _offer(self, quantity=1000, partner=None, **values):
        return self._new_order(
            (self.b8, quantity, None), partner_id=(partner or self.builder).id, **values
        )

    def _planned(self, **values):
        change = self._new_change(**values)
        change.action_plan()
        return change

    def _watch(self, change, order):
        return change.watch_ids.filtered(lambda watch: watch.order_id == order)

    def test_what_is_at_stake(self):
        """From 40 to 42, from 5 060 pieces 38 to 40, to Bouira 41 to 43, less the discount."""
        pallet = self.b8.pallet_uom_id
        cases = [
            (self._offer(1), 2),
            (self._offer(5060), 10_120),
            (self._offer(100, destination_state_id=self.bouira.id), 200),
            (self._new_order((self.b8, 2, pallet), partner_id=self.builder.id), 1012),
        ]
        discounted = self._offer(1000)
        discounted.order_line.discount = 10
        several = self._new_order(
            (self.b8, 100, None), (self.b12, 148, None), (self.b8, 10, None),
            partner_id=self.builder.id,
        )  # fmt: skip
        several.order_line[2].price_unit = 30  # typed: it does not follow
        cases += [(discounted, 1800), (several, 200)]
        change = self._planned()
        for order, difference in cases:
            with self.subTest(order=order.order_line.mapped("product_uom_qty")):
                self.assertAlmostEqual(self._watch(change, order).difference, difference)
                self.assertEqual(order.price_change_id, change)
                self.assertAlmostEqual(order.price_difference, difference)
        self.assertAlmostEqual(change.amount_at_stake, sum(case[1] for case in cases))
        self.assertEqual((change.watch_count, change.client_count), (6, 1))

    def test_which_offers_are_touched(self):
        today = self.company._bti_today()
        change = self._planned()
        for values, touched in (
            ({"validity_date": today - timedelta(days=1)}, False),
            ({"validity_date": today}, True),
            ({"validity_date": self.date + timedelta(days=30)}, True),
            ({"validity_date": False}, True),
            ({"date_order": self.start}, False),  # made for after the change
            ({"date_order": self.start - timedelta(seconds=1)}, True),
        ):
            with self.subTest(**values):
                order = self._offer()
                order.write(values)
                self.assertEqual(order in change._get_touched_offers(), touched)

    def test_an_offer_that_is_no_longer_touched_is_dropped_unless_its_client_was_told(self):
        told, gone, changed = self._offer(), self._offer(partner=self.reseller), self._offer()
        change = self._planned()
        self._watch(change, told).with_user(self.rep).action_tell_clients()
        for order in (told, gone):
            order.order_line.price_unit = 30
        changed.order_line.product_uom_qty = 10
        change.action_view_offers()
        self.assertEqual(
            {watch.order_id: watch.difference for watch in change.watch_ids},
            {told: 2000, changed: 20},
        )

    def test_figures_of_what_was_told_and_what_is_closed(self):
        mine, second, other = self._offer(), self._offer(10), self._offer(partner=self.reseller)
        change = self._planned()
        self.assertEqual((change.client_count, change.told_percent), (2, 0))
        self._watch(change, mine).action_tell_clients()
        self.assertEqual((change.watch_count, change.client_count), (3, 1))
        self.assertEqual(change.told_percent, 50)
        other._action_cancel()
        change.invalidate_recordset()
        self.assertEqual((change.watch_count, change.client_count), (2, 0), "it is closed")
        self.assertEqual(change.told_percent, 100)
        mine.action_confirm()
        change.invalidate_recordset()
        self.assertEqual(change.watch_count, 2, "told, and ordered then")
        self.assertFalse(self._watch(change, mine).is_open)
        self.assertTrue(self._watch(change, second).is_open)
        empty = self._new_change(date=self.date + timedelta(days=2))
        self.assertEqual((empty.told_percent, empty.amount_at_stake), (0, 0))

    def test_amounts_in_the_currency_of_the_company_that_changes(self):
        foreign = self.env.ref("base.EUR")
        if foreign == self.company.currency_id:
            foreign = self.env.ref("base.USD")
        foreign.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.5 * self.company.currency_id.rate,
            }
        )
        export = self._new_list("Export", currency_id=foreign.id)
        self._new_rule(export, self.b8, 20)
        order = self._offer(pricelist_id=export.id)
        change = self._planned(pricelist_ids=[Command.set(export.ids)])
        watch = self._watch(change, order)
        self.assertEqual((watch.difference, watch.currency_id), (1000, foreign))
        self.assertAlmostEqual(change.amount_at_stake, 2000)

    def test_the_next_change_of_an_offer(self):
        order = self._offer()
        later = self._planned(name="Later", date=self.date + relativedelta(months=1))
        self.assertEqual(order.price_change_id, later)
        sooner = self._planned(name="Sooner")
        self.assertEqual((order.price_change_id, order.price_told_on), (sooner, False))
        order.with_user(self.rep).action_tell_price_change()
        self.assertTrue(order.price_told_on)
        sooner.action_cancel()
        self.assertEqual(order.price_change_id, later)
        later.action_cancel()
        self.assertFalse(order.price_change_id or order.price_difference or order.price_told_on)

    def test_what_the_button_answers(self):
        self._offer()
        self._offer(partner=self.reseller)
        draft = self._new_change()
        with self.assertRaisesRegex(UserError, "^Clients are told of a change that is planned.$"):
            draft.action_tell_clients()
        change = self._planned()
        for kind, message in (
            ("success", "2 clients are being told."),
            ("info", "All these clients have been told already."),
        ):
            answer = change.with_user(self.rep).action_tell_clients()
            self.assertEqual(answer["tag"], "display_notification")
            self.assertEqual(
                (answer["params"]["type"], answer["params"]["message"]), (kind, message)
            )
        self.assertEqual(
            change.watch_ids[0].action_open_order()["res_id"], change.watch_ids[0].order_id.id
        )
        change.action_cancel()
        new = self._offer(5, partner=self.client_partner)
        self.assertEqual(
            new.price_watch_ids.action_tell_clients()["params"]["type"], "info", "nothing to tell"
        )

    def test_nobody_is_told_of_a_change_that_was_taken_back(self):
        order = self._offer()
        change = self._planned()
        watch = self._watch(change, order)
        change.action_cancel()
        answer = watch.with_user(self.rep).action_tell_clients()
        self.assertEqual(answer["params"]["type"], "info")
        self.assertFalse(watch.told_on or self._get_texts(order))

    def _refuse(self, channel, address):
        self.env["bti.consent"]._record(
            self.company, channel, address, "withdrawn", "call", purpose="service", proof="Call"
        )

    def test_by_which_way_a_client_is_told(self):
        template = self.env.ref("bti_sales.sms_template_price_change")
        for phone, email, refused, told_by in (
            ("+213 550 00 02 01", "builder@example.com", None, "sms"),
            ("+213 550 00 02 01", False, None, "sms"),
            (False, "builder@example.com", None, "email"),
            (False, "builder@example.com", ("email", "builder@example.com"), "call"),
            (False, False, None, "call"),
            ("not a number", "builder@example.com", None, "email"),
        ):
            with self.subTest(phone=phone, email=email, refused=refused):
                savepoint = self.cr.savepoint()
                self.builder.write({"phone": phone, "email": email})
                if refused:
                    self._refuse(*refused)
                order = self._offer()
                change = self._planned()
                change.action_tell_clients()
                self.assertEqual(self._watch(change, order).told_by, told_by)
                mails = self.env["mail.mail"].search(
                    [("res_id", "=", order.id), ("recipient_ids", "in", self.builder.ids)]
                )
                self.assertEqual(len(mails), int(told_by == "email"))
                self.assertEqual(bool(order.activity_ids), told_by == "call")
                savepoint.rollback()
                savepoint.close()
                self.env.invalidate_all()
                self.env.registry.clear_cache()
        self.assertTrue(template.exists())

    def test_without_the_texts_somebody_calls(self):
        self.env.ref("bti_sales.sms_template_price_change").unlink()
        order = self._offer()
        change = self._planned()
        change.action_tell_clients()
        self.assertEqual(self._watch(change, order).told_by, "email")
        self.env.ref("bti_sales.mail_template_price_change").unlink()
        other = self._offer(partner=self.reseller)
        change.action_tell_clients()
        self.assertEqual(self._watch(change, other).told_by, "call")

    def test_what_the_text_says_of_dates(self):
        """Until when the old price holds: the first of his offers to end, else the day before."""
        until = self.date - timedelta(days=10)
        for dates, kept in (
            ((False,), self.date - timedelta(days=1)),
            ((until,), until),
            ((until, until + timedelta(days=3)), until),
            ((False, until), until),
        ):
            with self.subTest(dates=dates):
                orders = self.env["sale.order"]
                for day in dates:
                    orders |= self._offer(partner=self.reseller)
                    orders[-1].validity_date = day
                change = self._new_change()
                watches = self.env["bti.price.watch"].create(
                    [{"change_id": change.id, "order_id": order.id} for order in orders]
                )
                first = orders[0].with_context(price_watch_ids=watches.ids)
                self.assertEqual(first.price_notice_kept_until, format_date(self.env, kept))
                self.assertEqual(first.price_notice_date, format_date(self.env, self.date))
                self.assertEqual(first.price_notice_offers, ", ".join(orders.mapped("name")))
        order = self._offer()
        self.assertEqual(order.price_notice_offers, order.name)
        self.assertFalse(order.price_notice_date or order.price_notice_kept_until)
