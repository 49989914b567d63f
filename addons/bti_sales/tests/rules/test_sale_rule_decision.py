from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import BricksCommon
from .sale_rule_common import SaleRuleCommon


@tagged("-at_install", "post_install")
class TestSaleRuleDecision(SaleRuleCommon, BricksCommon):
    """What the rep reads, what he asks, what the manager decides."""

    def test_the_rep_reads_warnings_and_confirms_anyway(self):
        self._new_rule(policy="warn", message="Read me")
        order = self._new_order((self.b8, 253, None))
        wizard = self._open_wizard(order)
        self.assertEqual(wizard.outcome, "warn")
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.rule_state, "warned")
        wizard.action_confirm_anyway()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.rule_state)
        self.assertIn("Read me", order.sudo().message_ids[0].body)

    def test_a_blocked_order_cannot_be_confirmed_from_the_wizard(self):
        self._new_rule(policy="block")
        order = self._new_order((self.b8, 253, None))
        wizard = self._open_wizard(order)
        self.assertEqual((wizard.outcome, order.rule_state), ("block", "held"))
        for method in (wizard.action_confirm_anyway, wizard.action_ask_manager):
            with self.assertRaises(UserError):
                method()
        # not even by the manager
        with self.assertRaises(UserError):
            order.with_user(self.manager).action_confirm()

    def test_no_rule_no_wizard(self):
        order = self._new_order((self.b8, 253, None))
        self.assertIs(order.with_context(show_rules=True).action_confirm(), True)
        self.assertEqual(order.state, "sale")

    def test_what_no_longer_holds_disappears(self):
        self._new_rule("price", percent=5)
        order = self._new_order((self.b8, 253, None))
        order.order_line.price_unit = 30
        self._open_wizard(order)
        order.order_line.price_unit = 40
        action = order.action_check_rules()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(order.rule_hit_ids)
        self.assertFalse(order.rule_state)

    # === MANAGER === #

    def _asked_order(self, **values):
        self._new_rule(policy="ask")
        order = self._new_order((self.b8, 253, None), **values)
        wizard = self._open_wizard(order)
        self.assertEqual(wizard.outcome, "ask")
        wizard.note = "He brings the cheque on Sunday"
        wizard.action_ask_manager()
        return order

    def test_the_manager_approves_and_the_rep_confirms(self):
        order = self._asked_order()
        self.assertEqual(order.rule_state, "asked")
        activity = order.sudo().activity_ids.filtered(lambda act: act.user_id == self.manager)
        self.assertIn("cheque on Sunday", activity.note)
        with self.assertRaises(UserError):
            order.action_confirm()
        self._decide(order, "approved")
        self.assertEqual(order.rule_state, "approved")
        self.assertEqual(order.rule_hit_ids.decided_by_id, self.manager)
        self.assertFalse(
            order.sudo().activity_ids.filtered(lambda act: act.user_id == self.manager)
        )
        self.assertTrue(order.sudo().activity_ids.filtered(lambda act: act.user_id == self.rep))
        self.assertIs(order.with_context(show_rules=True).action_confirm(), True)
        self.assertEqual(order.state, "sale")

    def test_an_approval_does_not_hold_for_more(self):
        order = self._asked_order()
        self._decide(order, "approved")
        order.order_line.product_uom_qty = 506
        with self.assertRaises(UserError):
            order.action_confirm()
        self.assertEqual(self._open_wizard(order).outcome, "ask")
        self.assertEqual(order.rule_hit_ids.mapped("state"), ["void", "open"])
        order.order_line.product_uom_qty = 253  # what was approved is asked again: it was voided
        self.assertEqual(self._open_wizard(order).outcome, "ask")

    def test_less_than_was_approved_needs_no_second_approval(self):
        order = self._asked_order()
        self._decide(order, "approved")
        order.order_line.product_uom_qty = 200
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_the_manager_refuses_with_a_reason(self):
        order = self._asked_order()
        with self.assertRaisesRegex(UserError, "Say why"):
            self._decide(order, "refused", reason=" ")
        self._decide(order, "refused", reason="Too far away")
        self.assertEqual(order.rule_state, "refused")
        self.assertEqual(order.rule_hit_ids.decision_reason, "Too far away")
        with self.assertRaises(UserError):
            order.action_confirm()
        # he may be asked again
        wizard = self._open_wizard(order)
        wizard.action_ask_manager()
        self.assertEqual(order.rule_state, "asked")

    def test_only_who_may_decides(self):
        order = self._asked_order()
        with self.assertRaises(AccessError):
            order.with_user(self.rep).action_approve_rules()
        with self.assertRaises(AccessError):
            order.with_user(self.rep)._decide_rules("approved", "I said so")
        with self.assertRaises(AccessError):
            order.rule_hit_ids.with_user(self.rep).state = "approved"
        order.sudo().team_id = self.env["crm.team"].create(
            {"name": "Bricks", "user_id": self.rep.id, "company_id": self.company.id}
        )
        self._decide(order, "approved", user=self.rep)
        self.assertEqual(order.rule_state, "approved")

    def test_the_leader_of_the_team_is_asked_first(self):
        leader = self._new_user("leader_test", "sales_team.group_sale_salesman_all_leads")
        team = self.env["crm.team"].create(
            {"name": "Bricks", "user_id": leader.id, "company_id": self.company.id}
        )
        order = self._asked_order(team_id=team.id)
        self.assertEqual(order.sudo().activity_ids.user_id, leader)

    def test_a_manager_confirms_what_he_would_approve(self):
        self._new_rule(policy="ask")
        order = self._new_order((self.b8, 253, None))
        wizard = self._open_wizard(order, user=self.manager)
        self.assertEqual(wizard.outcome, "warn")
        wizard.action_confirm_anyway()
        hit = order.rule_hit_ids
        self.assertEqual((hit.state, hit.decided_by_id), ("approved", self.manager))

    # === RIGHTS === #

    def test_two_reps_two_companies(self):
        order = self._asked_order()
        hit = order.rule_hit_ids
        stranger = self._new_user(
            "stranger_manager", "bti_crm.group_sales_manager", company=self.other_company
        )
        cases = [(self.rep, True), (self.manager, True), (self.other_rep, False), (stranger, False)]
        for user, sees in cases:
            with self.subTest(user=user.login):
                found = self.env[hit._name].with_user(user).search([("id", "=", hit.id)])
                self.assertEqual(bool(found), sees)
        rule = hit.rule_id
        with self.assertRaises(AccessError):
            rule.with_user(self.rep).policy = "warn"
        with self.assertRaises(AccessError):
            self.env[rule._name].with_user(stranger).browse(rule.id).policy = "warn"
        rule.with_user(self.manager).policy = "warn"
