from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import BricksCommon
from .sale_rule_common import SaleRuleCommon


@tagged("-at_install", "post_install")
class TestRuleBorders(SaleRuleCommon, BricksCommon):
    """To the dinar, to the day, to the piece: what a rule lets through, and what it does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.dz")

    def _order(self, pieces=253, **values):
        return self._new_order((self.b8, pieces, None), **values)  # 40 a piece

    def _reason(self, order):
        return "; ".join(order._check_rules("confirm").mapped("reason"))

    def test_credit_limit_to_the_dinar(self):
        rule = self._new_rule("credit_limit")
        cases = [
            # limit of the client, of the rule, whether 10,120 goes through
            (10120, 0, True),
            (10119.99, 0, False),
            (10119.996, 0, True),  # less than a centime
            (0, 10120, True),
            (0, 10119, False),
            (20000, 1, True),
            (1, 20000, False),
            (0, 0, True),
        ]
        order = self._order()
        self.assertEqual(order.amount_total, 10120)
        for own, general, passes in cases:
            with self.subTest(own=own, general=general):
                self.client_partner.credit_limit = own
                rule.amount = general
                self.assertEqual(not self._reason(order), passes)

    def test_a_debt_is_that_of_the_whole_client(self):
        """Of the company to which the contact belongs, in the company that sells."""
        self._new_rule("credit_limit", amount=15000)
        site = self.env["res.partner"].create(
            {"name": "Site", "parent_id": self.client_partner.id, "type": "delivery"}
        )
        self._order(partner_id=site.id).action_confirm()
        order = self._order()
        self.assertIn("Karim Test would owe", self._reason(order))
        order.partner_id = self.env["res.partner"].create({"name": "Stranger"})
        self.assertFalse(self._reason(order))

    def test_overdue_to_the_day(self):
        rule = self._new_rule("overdue", days=30, amount=4999)
        order = self._order()
        today = self.company._bti_today()
        invoice = self._new_invoice(days_late=30)
        cases = [
            # days on which one looks, days and amount of the rule, whether the order goes through
            (0, 30, 4999, True),
            (1, 30, 4999, False),
            (1, 30, 5000, True),
            (1, 31, 4999, True),
            (0, 29, 4999, False),
            (365, 30, 0, False),
        ]
        for later, days, amount, passes in cases:
            with (
                self.subTest(later=later, days=days, amount=amount),
                freeze_time(fields.Datetime.to_datetime(today) + timedelta(days=later, hours=10)),
            ):
                rule.write({"days": days, "amount": amount})
                self.assertEqual(not self._reason(order), passes)
        rule.write({"days": 0, "amount": 0})
        self.assertIn("has", self._reason(order))
        invoice.button_draft()
        self.assertFalse(self._reason(order))

    def test_price_to_the_centime(self):
        rule = self._new_rule("price")
        order = self._order()
        line = order.order_line
        cases = [
            # tolerance, price, discount, whether the order goes through
            (0, 40, 0, True),
            (0, 39.99, 0, False),
            (0, 41, 2, True),
            (0, 41, 3, False),
            (5, 38, 0, True),
            (5, 37.99, 0, False),
            (100, 0, 0, True),
            (33.33, 26.67, 0, True),
            (33.33, 26.66, 0, False),
        ]
        for percent, price, discount, passes in cases:
            with self.subTest(percent=percent, price=price, discount=discount):
                rule.percent = percent
                line.write({"price_unit": price, "discount": discount})
                self.assertEqual(not self._reason(order), passes)
        rule.percent = 0
        line.write({"price_unit": 30, "discount": 0, "product_uom_qty": 0})
        self.assertFalse(self._reason(order), "nothing is sold at that price")

    def test_each_line_below_the_list_is_named(self):
        self._new_rule("price", percent=5)
        order = self._new_order(
            (self.b8, 253, None), (self.b12, 148, None), (self.hourdis, 1, None)
        )
        b8, _b12, hourdis = order.order_line
        b8.price_unit, hourdis.price_unit = 1, 89
        reason = self._reason(order)
        self.assertTrue(reason.startswith("Below the price list: B8 test at "), reason)
        self.assertNotIn("B12", reason)
        self.assertNotIn("Hourdis", reason)

    def test_broken_pallets_to_the_piece(self):
        self._new_rule("pallet_multiple")
        cases = [
            (252, "B8 test: 252 pieces beside full pallets of 253"),
            (253, ""),
            (254, "B8 test: 1 pieces beside full pallets of 253"),
            (505, "B8 test: 252 pieces beside full pallets of 253"),
            (506, ""),
        ]
        for pieces, text in cases:
            with self.subTest(pieces=pieces):
                expected = f"Broken pallets: {text}." if text else ""
                self.assertEqual(self._reason(self._order(pieces)), expected)
        loose = self._order(252)
        loose.order_line.delivery_form = "loose"
        self.assertFalse(self._reason(loose))
        self.assertFalse(self._reason(self._new_order((self.hourdis, 7, None))))

    def test_what_is_known_of_the_access(self):
        self._new_rule("site_access")
        order = self._order()
        self.assertEqual(self._reason(order), "Nothing is known of the access to Karim Test.")
        self.client_partner.site_access = "بعد الجسر"
        self.assertFalse(self._reason(order))
        self.client_partner.site_access = False
        service = self.env["product.product"].create({"name": "Advice", "type": "service"})
        self.assertFalse(self._reason(self._new_order((service, 1, None))))

    def test_thresholds_make_sense(self):
        cases = [
            ({"amount": -1}, False),
            ({"days": -1}, False),
            ({"percent": -0.01}, False),
            ({"percent": 100.01}, False),
            ({"amount": 0, "days": 0, "percent": 0}, True),
            ({"percent": 100}, True),
        ]
        for values, is_right in cases:
            with self.subTest(values=values):
                if is_right:
                    self._new_rule("deposit", **values)
                    continue
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    self._new_rule("deposit", **values)

    def test_filters_know_the_day_and_the_user(self):
        order = self._order()
        cases = [
            ("[('date_order', '<', context_today())]", False),
            ("[('date_order', '>=', (context_today() - relativedelta(days=1)))]", True),
            ("[('date_order', '>', datetime.datetime(2000, 1, 1))]", True),
            ("[('user_id', '!=', uid)]", False),
            ("[('amount_total', '>', 10120)]", False),
            ("[('amount_total', '>=', 10120)]", True),
            ("", False),
            (False, False),
        ]
        for domain, applies in cases:
            with self.subTest(domain=domain):
                rule = self._new_rule(order_domain=domain)
                self.assertEqual(bool(order._check_rules("confirm")), applies)
                rule.unlink()

    def test_all_rules_that_are_broken_are_told_at_once(self):
        self._new_rule("price", percent=0, sequence=2, message="Ask for the list")
        self._new_rule("pallet_multiple", sequence=1)
        self._new_rule("site_access", policy="warn", sequence=3)
        order = self._order(254)
        order.order_line.price_unit = 30
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            order.action_confirm()
        lines = str(refusal.exception).splitlines()
        self.assertEqual(lines[0], f"{order.name} cannot go on:")
        self.assertIn("Broken pallets", lines[1])
        self.assertIn("Below the price list", lines[2])
        self.assertIn("Ask for the list", "\n".join(lines[2:]))
        self.assertNotIn("Nothing is known", "\n".join(lines), "a warning stops nobody")
        self.assertNotIn("A sales manager may approve it", "\n".join(lines))

    def test_one_of_several_orders_is_held_and_none_is_confirmed(self):
        self._new_rule("pallet_multiple", "ask")
        good, bad = self._order(253), self._order(254)
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            (good | bad).action_confirm()
        self.env.invalidate_all()
        text = str(refusal.exception)
        self.assertIn(f"{bad.name} cannot go on:", text)
        self.assertIn("A sales manager may approve it: use “Check rules” on the order.", text)
        self.assertNotIn(good.name, text)
        self.assertEqual((good | bad).mapped("state"), ["draft", "draft"])

    def test_the_wizard_asks_once_and_again_when_the_cause_is_back(self):
        self._new_rule("pallet_multiple", "ask")
        order = self._order(254)
        wizard = self._open_wizard(order)
        wizard.note = "He loads himself"
        wizard.action_ask_manager()
        activities = order.sudo().activity_ids
        wizard.action_ask_manager()
        self.assertEqual(order.sudo().activity_ids, activities, "the second click asks nobody")
        self.assertEqual(wizard.outcome, "asked")
        order.order_line.product_uom_qty = 253
        order.action_check_rules()
        wizard.invalidate_recordset()
        self.assertEqual((wizard.outcome, order.rule_state), ("clear", False))

    def test_a_refusal_says_why(self):
        self._new_rule("pallet_multiple", "ask")
        order = self._order(254)
        self._open_wizard(order).action_ask_manager()
        for reason in ("", "   ", False):
            with (
                self.subTest(reason=reason),
                self.assertRaisesRegex(UserError, "Say why: the rep will have to explain it"),
            ):
                self._decide(order, "refused", reason)
        self.assertEqual(order.rule_state, "asked")
        self._decide(order, "approved", "")
        self.assertEqual(order.rule_state, "approved")

    def test_a_rule_under_which_was_decided_is_kept(self):
        rule, unused = self._new_rule("pallet_multiple", "ask"), self._new_rule("site_access")
        unused.active = False
        order = self._order(254)
        self._open_wizard(order).action_ask_manager()
        self._decide(order, "approved")
        with self.assertRaisesRegex(UserError, "archive it to keep them"):
            rule.with_user(self.manager).unlink()
        rule.with_user(self.manager).active = False
        unused.with_user(self.manager).unlink()
        self.assertFalse(unused.exists())
        order.action_confirm()
        self.assertEqual(order.state, "sale")
