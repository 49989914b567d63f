from datetime import timedelta

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_prices import PriceCommon


@tagged("-at_install", "post_install")
class TestPriceChange(PriceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("manager_c", "bti_crm.group_sales_manager")
        cls.company.sms_provider = "bti"
        cls.date = fields.Date.today() + relativedelta(months=1)
        cls.start = fields.Datetime.to_datetime(cls.date) - timedelta(hours=1)
        (cls.rule_resellers | cls.rule_resellers_later).unlink()
        cls.rule_resellers = cls._new_rule(cls.resellers, cls.b8, 36)

    def _new_change(self, **values):
        return (
            self.env["bti.price.change"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Rise",
                    "date": self.date,
                    "percent": 5,
                    "rounding": 0.5,
                    "product_tmpl_ids": [Command.set(self.b8.product_tmpl_id.ids)],
                    "pricelist_ids": [Command.set((self.builders | self.resellers).ids)],
                    **values,
                }
            )
        )

    def _price(self, pricelist, moment, quantity=1, product=None, **kwargs):
        return pricelist._get_product_price(product or self.b8, quantity, date=moment, **kwargs)

    def _get_texts(self, order):
        return self.env["sms.sms"].search(
            [("mail_message_id", "in", order.message_ids.ids)]
        ) or self.env["bti.message"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        )

    def test_the_lists_follow_by_themselves(self):
        change = self._new_change()
        change.action_prepare_lines()
        self.assertEqual(len(change.line_ids), 4)
        change.line_ids.filtered(lambda line: line.pricelist_id == self.resellers).new_value = 39
        change.action_plan()
        self.assertEqual(change.state, "planned")
        before, after = self.start - timedelta(seconds=1), self.start
        cases = [
            # list, quantity, wilaya, price before, price after
            (self.builders, 1, False, 40, 42),
            (self.builders, 5060, False, 38, 40),  # 39.90
            (self.builders, 1, self.bouira.id, 41, 43),  # 43.05
            (self.resellers, 1, False, 36, 39),
        ]
        for pricelist, quantity, state, old, new in cases:
            with self.subTest(pricelist=pricelist.name, quantity=quantity, state=state):
                kwargs = {"destination_state_id": state}
                self.assertEqual(self._price(pricelist, before, quantity, **kwargs), old)
                self.assertEqual(self._price(pricelist, after, quantity, **kwargs), new)
        self.assertAlmostEqual(self._price(self.builders, after, product=self.b12), 55.1)

    def test_discounts_change_so_that_the_price_does(self):
        formula = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.resellers.id,
                "compute_price": "formula",
                "price_discount": 10,
                "price_surcharge": 2,
                "min_quantity": 10,
            }
        )
        change = self._new_change(product_tmpl_ids=False, percent=10)
        change.action_plan()
        line = change.line_ids.filtered(lambda line: line.item_id == self.rule_all)
        self.assertEqual((line.kind, line.old_value, line.new_value), ("discount", 5, -4.5))
        self.assertAlmostEqual(line.change_percent, 10)
        self.assertAlmostEqual(
            self._price(self.builders, self.start, product=self.b12), 58 * 0.95 * 1.1
        )
        self.assertIn(formula, change.line_ids.item_id)
        self.assertAlmostEqual(
            self._price(self.resellers, self.start, 10, self.b12), (58 * 0.9 + 2) * 1.1
        )

    def test_product_without_a_rule_of_its_own(self):
        change = self._new_change(
            product_tmpl_ids=[Command.set(self.b12.product_tmpl_id.ids)],
            pricelist_ids=[Command.set(self.builders.ids)],
        )
        change.action_plan()
        self.assertAlmostEqual(change.line_ids.old_value, 55.1)
        self.assertAlmostEqual(
            self._price(self.builders, self.start - timedelta(days=1), product=self.b12), 55.1
        )
        self.assertEqual(self._price(self.builders, self.start, product=self.b12), 58)
        change.action_cancel()
        self.assertAlmostEqual(self._price(self.builders, self.start, product=self.b12), 55.1)

    def test_to_a_new_price_by_form(self):
        pallet = self._new_rule(self.builders, self.b8, 39, delivery_form="pallet")
        change = self._new_change(method="price", new_price=44, delivery_form="pallet")
        change.pricelist_ids = self.builders
        change.action_prepare_lines()
        self.assertEqual(change.line_ids.item_id, pallet)
        change.action_plan()
        price = {
            form: self._price(self.builders, self.start, delivery_form=form)
            for form in ("pallet", "loose")
        }
        self.assertEqual(price, {"pallet": 44, "loose": 40})

    def test_cancelled_before_its_date(self):
        rules = self.env["product.pricelist.item"].search(
            [("pricelist_id", "in", (self.builders | self.resellers).ids)]
        )
        seen = rules.read(["date_start", "date_end", "fixed_price"])
        change = self._new_change()
        change.action_plan()
        self.assertNotEqual(rules.read(["date_start", "date_end", "fixed_price"]), seen)
        change.action_cancel()
        self.assertEqual(change.state, "cancelled")
        self.assertEqual(rules.read(["date_start", "date_end", "fixed_price"]), seen)
        self.assertEqual(
            rules,
            self.env["product.pricelist.item"].search(
                [("pricelist_id", "in", (self.builders | self.resellers).ids)]
            ),
        )
        change.action_cancel()
        with self.assertRaisesRegex(UserError, "planned already"):
            change.action_plan()

    def test_two_changes_one_after_the_other(self):
        first = self._new_change()
        first.action_plan()
        second = self._new_change(name="Second", date=self.date + relativedelta(months=1))
        second.action_plan()
        later = self.start + relativedelta(months=2)
        self.assertEqual(self._price(self.builders, self.start), 42)
        self.assertEqual(self._price(self.builders, later), 44)
        first.action_cancel()
        self.assertEqual(self._price(self.builders, self.start), 40)
        self.assertEqual(self._price(self.builders, later), 44, "as planned")
        second.action_cancel()
        self.assertEqual(self._price(self.builders, later), 40)

    def test_lines_prepared_before_another_change_are_refused(self):
        late = self._new_change(name="Late", date=self.date + relativedelta(months=1))
        late.action_prepare_lines()
        self._new_change().action_plan()
        with self.assertRaisesRegex(UserError, "Prepare the lines again"):
            late.action_plan()
        late.action_prepare_lines()
        late.action_plan()

    def test_state_follows_the_date(self):
        change = self._new_change()
        change.action_plan()
        self.env["bti.price.change"]._cron_follow()
        self.assertEqual(change.state, "planned")
        self.env.cr.execute(
            "UPDATE bti_price_change SET date = %s WHERE id = %s",
            (fields.Date.today() - timedelta(days=1), change.id),
        )
        change.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "in force"):
            change.action_cancel()
        self.env["bti.price.change"]._cron_follow()
        self.assertEqual(change.state, "in_force")
        with self.assertRaisesRegex(UserError, "in force"):
            change.action_cancel()
        with self.assertRaises(UserError):
            change.unlink()

    def test_bad_input(self):
        with self.assertRaisesRegex(UserError, "tomorrow"):
            self._new_change(date=fields.Date.today()).action_plan()
        with self.assertRaisesRegex(ValidationError, "no price"):
            self._new_change(percent=-100)
        with self.assertRaisesRegex(ValidationError, "negative"):
            self._new_change(method="price", new_price=-1)
        with self.assertRaisesRegex(UserError, "Choose the products"):
            self._new_change(method="price", new_price=1, product_tmpl_ids=False).action_plan()
        with self.assertRaisesRegex(UserError, "No rule"):
            self._new_change(product_tmpl_ids=False, delivery_form="pallet").action_plan()
        change = self._new_change()
        change.action_plan()
        with self.assertRaisesRegex(UserError, "planned already"):
            change.date = self.date + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "planned already"):
            change.line_ids[0].new_value = 1

    def test_open_offers_that_are_touched(self):
        touched = self._new_order((self.b8, 1000, None), partner_id=self.builder.id)
        by_hand = self._new_order((self.b8, 1000, None), partner_id=self.builder.id)
        by_hand.order_line.price_unit = 35
        other_product = self._new_order((self.b12, 148, None), partner_id=self.builder.id)
        confirmed = self._new_order((self.b8, 100, None), partner_id=self.builder.id)
        confirmed.action_confirm()
        expired = self._new_order(
            (self.b8, 100, None),
            partner_id=self.builder.id,
            validity_date=fields.Date.today() - timedelta(days=1),
        )
        child = self._new_list("On builders", self.kind_private)
        self.env["product.pricelist.item"].create(
            {
                "pricelist_id": child.id,
                "compute_price": "percentage",
                "percent_price": 10,
                "base": "pricelist",
                "base_pricelist_id": self.builders.id,
            }
        )
        self.client_partner.client_kind_id = self.kind_private
        derived = self._new_order((self.b8, 20, self.b8.pallet_uom_id))
        change = self._new_change()
        change.action_plan()
        found = {watch.order_id: watch.difference for watch in change.watch_ids}
        self.assertEqual(
            found, {touched: 2000, derived: 5060 * 2 * 0.9}, (by_hand, other_product, expired)
        )
        self.assertEqual((change.watch_count, change.client_count), (2, 2))
        self.assertEqual(change.amount_at_stake, 2000 + 9108)
        # looked up again when the list is opened
        touched.order_line.product_uom_qty = 2000
        new = self._new_order((self.b8, 10, None), partner_id=self.reseller.id)
        derived.action_cancel()
        change.action_view_offers()
        open_watches = change.watch_ids.filtered("is_open")
        self.assertEqual(
            {watch.order_id: watch.difference for watch in open_watches},
            {touched: 4000, new: 20},
        )
        touched.action_update_prices()
        self.assertEqual(touched.order_line.price_unit, 40, "an offer of today keeps its price")

    def test_an_offer_is_listed_once(self):
        order = self._new_order((self.b8, 1000, None), partner_id=self.builder.id)
        change = self._new_change()
        change.action_plan()
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.env["bti.price.watch"].create({"change_id": change.id, "order_id": order.id})

    def test_each_client_is_told_once(self):
        until = fields.Date.today() + timedelta(days=10)
        first = self._new_order(
            (self.b8, 1000, None), partner_id=self.builder.id, validity_date=until
        )
        second = self._new_order(
            (self.b8, 500, None),
            partner_id=self.builder.id,
            validity_date=until + timedelta(days=5),
        )
        change = self._new_change()
        change.action_plan()
        change.action_tell_clients()
        texts = self._get_texts(first)
        self.assertEqual(len(texts), 1)
        text = texts.body
        self.assertIn(first.name, text)
        self.assertIn(second.name, text)
        self.assertIn(self.date.strftime("%m/%d/%Y"), text)
        self.assertIn(until.strftime("%m/%d/%Y"), text)
        self.assertFalse(self._get_texts(second))
        self.assertIn("was told with offer " + first.name, second.message_ids[0].body)
        self.assertEqual(change.watch_ids.mapped("told_by"), ["sms", "sms"])
        self.assertEqual((change.client_count, change.told_percent), (0, 100))
        # again, and with another offer of the same client
        third = self._new_order((self.b8, 100, None), partner_id=self.builder.id)
        change.action_tell_clients()
        change.watch_ids.action_tell_clients()
        self.assertEqual(len(self._get_texts(first)), 1)
        self.assertFalse(self._get_texts(third))
        self.assertEqual(change.watch_ids.mapped("told_by"), ["sms"] * 3)

    def test_told_by_mail_or_called_without_a_mobile(self):
        self.builder.phone = False
        self.reseller.phone = False
        with_mail = self._new_order((self.b8, 1000, None), partner_id=self.builder.id)
        nothing = self._new_order((self.b8, 1000, None), partner_id=self.reseller.id)
        change = self._new_change()
        change.action_plan()
        change.action_tell_clients()
        by_order = {watch.order_id: watch.told_by for watch in change.watch_ids}
        self.assertEqual(by_order, {with_mail: "email", nothing: "call"})
        mail = self.env["mail.mail"].search(
            [("model", "=", "sale.order"), ("res_id", "=", with_mail.id)]
        )
        self.assertEqual(mail.state, "outgoing", "nothing is sent in the user's transaction")
        self.assertIn(with_mail.name, mail.body_html)
        activity = nothing.activity_ids
        self.assertEqual(activity.user_id, self.rep)

    def test_the_client_is_told_in_his_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("bti_sales.sms_template_price_change")
        template.with_context(lang="fr_FR").body = "Tarif le {{ object.price_notice_date }}"
        self.builder.lang = "fr_FR"
        order = self._new_order((self.b8, 1000, None), partner_id=self.builder.id)
        change = self._new_change()
        change.action_plan()
        change.action_tell_clients()
        self.assertEqual(self._get_texts(order).body, "Tarif le " + self.date.strftime("%d/%m/%Y"))

    def test_reps_read_and_tell_their_own_managers_plan(self):
        mine = self._new_order((self.b8, 1000, None), partner_id=self.builder.id)
        others = self._new_order(
            (self.b8, 1000, None), user=self.other_rep, partner_id=self.reseller.id
        )
        change = self._new_change()
        with self.assertRaises(AccessError):
            change.with_user(self.rep).action_plan()
        change.action_plan()
        as_rep = change.with_user(self.rep)
        with self.assertRaises(AccessError):
            as_rep.action_cancel()
        as_rep.invalidate_recordset()
        self.assertEqual(as_rep.watch_ids.order_id, mine)
        with self.assertRaises(AccessError):
            as_rep.watch_ids.told_on = fields.Datetime.now()
        as_rep.action_tell_clients()
        told = {watch.order_id: bool(watch.told_on) for watch in change.sudo().watch_ids}
        self.assertEqual(told, {mine: True, others: False})
        stranger = self._new_user("stranger_c", "bti_crm.group_rep", company=self.other_company)
        self.assertFalse(self.env["bti.price.change"].with_user(stranger).search([]) & change)
        self.assertFalse(self.env["bti.price.watch"].with_user(stranger).search([]))

    def test_offers_about_to_expire(self):
        today = fields.Date.today()
        orders = self.env["sale.order"]
        for days in (-1, 0, 7, 8):
            orders |= self._new_order(
                (self.b12, 148, None), validity_date=today + timedelta(days=days)
            )
        found = orders.search([("expires_soon", "=", True), ("id", "in", orders.ids)])
        self.assertEqual(found, orders[1:3])
        self.assertEqual(orders.mapped("expires_soon"), [False, True, True, False])
        rest = orders.search([("expires_soon", "=", False), ("id", "in", orders.ids)])
        self.assertEqual(rest, orders - found)

    def test_watch_of_many_offers_is_linear(self):
        def measure(count):
            for _number in range(count):
                self._new_order((self.b8, 1000, None), partner_id=self.builder.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            change._refresh_watch()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        change = self._new_change()
        change.action_plan()
        measure(2)
        self.assertLessEqual(measure(20), measure(5) + 8)
