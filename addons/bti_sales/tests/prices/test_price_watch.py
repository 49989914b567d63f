from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .change_common import PriceChangeCommon


@tagged("-at_install", "post_install")
class TestPriceWatch(PriceChangeCommon):
    """The open offers that a change touches, and whether their clients know."""

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
            validity_date=self.company._bti_today() - timedelta(days=1),
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
        until = self.company._bti_today() + timedelta(days=10)
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
        today = self.company._bti_today()
        orders = self.env["sale.order"].with_context(tz="Africa/Algiers")
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
