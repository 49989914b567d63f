from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import BricksCommon
from ..delivery_common import DeliveryCommon


class SaleRuleCommon:
    """Rules are made by the tests; those that the addon ships are put aside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["bti.sale.rule"].search([]).active = False
        cls.manager = cls._new_user("manager_test", "bti_crm.group_sales_manager")

    @classmethod
    def _new_rule(cls, kind="order", policy="block", **values):
        if kind == "order":
            values.setdefault("order_domain", "[('amount_total', '>', 0)]")
        return cls.env["bti.sale.rule"].create(
            {
                "name": f"Rule {kind}",
                "kind": kind,
                "policy": policy,
                "company_id": cls.company.id,
                **values,
            }
        )

    def _new_invoice(self, days_late=0, amount=5000):
        self._load_accounts()
        due = fields.Date.today() - timedelta(days=days_late)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create({"name": "Bricks", "price_unit": amount, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _load_accounts(self):
        if not self.company.chart_template:
            self.env["account.chart.template"].try_loading(
                "generic_coa", company=self.company, install_demo=False
            )

    def _decide(self, order, decision, reason="As agreed", user=None):
        order = order.with_user(user or self.manager)
        action = (
            order.action_approve_rules() if decision == "approved" else order.action_refuse_rules()
        )
        self.env["bti.sale.rule.decision"].with_user(user or self.manager).with_context(
            **action["context"]
        ).create({"reason": reason}).action_decide()

    def _open_wizard(self, order, user=None):
        """What the button of the form does."""
        order = order.with_user(user or self.rep).with_context(show_rules=True)
        action = order.action_confirm()
        self.assertEqual(action["res_model"], "bti.sale.rule.check")
        return self.env[action["res_model"]].with_user(user or self.rep).browse(action["res_id"])


@tagged("-at_install", "post_install")
class TestSaleRule(SaleRuleCommon, BricksCommon):
    # === KINDS === #

    def _order_that_breaks(self, kind):
        """A rule's thresholds and an order that breaks it."""
        if kind == "credit_limit":
            self.client_partner.credit_limit = 1000
            return {}, self._new_order((self.b8, 253, None))
        if kind == "overdue":
            self._new_invoice(days_late=40)
            return {"days": 30, "amount": 100}, self._new_order((self.b8, 253, None))
        if kind == "deposit":
            return {"percent": 30}, self._new_order((self.b8, 253, None))
        if kind == "price":
            order = self._new_order((self.b8, 253, None))
            order.order_line.price_unit = 37
            return {"percent": 5}, order
        if kind == "layout_study":
            self.hourdis.needs_layout_study = True
            return {}, self._new_order((self.hourdis, 400, None))
        if kind == "pallet_multiple":
            return {}, self._new_order((self.b8, 254, None))
        if kind == "transport":
            return {}, self._new_order((self.b8, 253, None), delivery_mode="delivered")
        return {}, self._new_order((self.b8, 253, None))

    def _mend(self, kind, order):
        """Take the cause away."""
        if kind == "credit_limit":
            self.client_partner.credit_limit = 1000000
        elif kind == "overdue":
            self.env["account.move"].search(
                [("partner_id", "=", self.client_partner.id)]
            ).button_cancel()
        elif kind == "deposit":
            self._pay(order.amount_total * 0.3)
        elif kind == "price":
            order.order_line.price_unit = 38
        elif kind == "layout_study":
            order.write(
                {
                    "layout_study_ids": [Command.create({"name": "plan.pdf", "raw": b"plan"})],
                    "layout_study_date": fields.Date.today(),
                    "layout_study_user_id": self.rep.id,
                }
            )
        elif kind == "pallet_multiple":
            order.order_line.product_uom_qty = 253
        elif kind == "transport":
            order.transport_agreed_price = 9000
            order.action_set_transport()
        elif kind == "site_access":
            order.partner_shipping_id.sudo().site_access = "By the upper road"
        elif kind == "order":
            order.order_line.price_unit = 0

    def _pay(self, amount):
        """What the client pays without an invoice."""
        self._load_accounts()
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.client_partner.id,
                "amount": amount,
                "company_id": self.company.id,
            }
        ).action_post()
        self.client_partner.invalidate_recordset(["credit"])

    def test_each_kind_under_each_policy(self):
        for kind, _label in self.env["bti.sale.rule"]._fields["kind"].selection:
            for policy in ("warn", "ask", "block"):
                with self.subTest(kind=kind, policy=policy), self.env.cr.savepoint() as savepoint:
                    thresholds, order = self._order_that_breaks(kind)
                    rule = self._new_rule(kind, policy, **thresholds)
                    if policy == "warn":
                        self.assertTrue(order.action_confirm())
                        hit = order.rule_hit_ids
                        self.assertEqual((hit.rule_id, hit.state), (rule, "read"))
                        self.assertEqual(hit.decided_by_id, self.rep)
                        self.assertEqual(order.state, "sale")
                    else:
                        with self.assertRaises(UserError) as error:
                            order.action_confirm()
                        self.assertIn(order.name, str(error.exception))
                        self.assertEqual(order.state, "draft")
                        self._mend(kind, order)
                        order.action_confirm()
                        self.assertEqual(order.state, "sale")
                    savepoint.rollback()
                    self.env.invalidate_all()
                    self.env.registry.clear_cache()

    def test_the_reasons_have_the_figures(self):
        cases = {
            "credit_limit": "would owe .*10,120.* the credit limit is .*1,000",
            "overdue": "5,000.* of overdue invoices",
            "deposit": "A deposit of 30 % is due .*3,036.*0.00 received",
            "price": "B8 test at .*37.00.* instead of .*40.00",
            "pallet_multiple": "1 pieces beside full pallets of 253",
            "site_access": "Nothing is known of the access to Karim Test",
            "layout_study": "Hourdis test: no layout study",
        }
        for kind, expected in cases.items():
            with self.subTest(kind=kind), self.env.cr.savepoint() as savepoint:
                thresholds, order = self._order_that_breaks(kind)
                self._new_rule(kind, message="Call the accountant.", **thresholds)
                with self.assertRaisesRegex(UserError, f"{expected}.*Call the accountant"):
                    order.action_confirm()
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_an_advance_is_the_deposit_of_one_order_only(self):
        self._new_rule("deposit", "block", percent=30)
        first, second = (self._new_order((self.b8, 253, None)) for _index in range(2))
        self._pay(first.amount_total * 0.3)
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "deposit of 30 %.*0.00 received"):
            second.action_confirm()
        self._pay(first.amount_total * 0.3)
        second.action_confirm()
        # before loading they are checked again: the later one does not take from the earlier one
        self.assertEqual(first.sudo()._get_received_amount(30), 6072)
        self.assertEqual(second.sudo()._get_received_amount(30), 3036)

    def test_a_credit_note_is_no_deposit(self):
        self._new_rule("deposit", "block", percent=30)
        order = self._new_order((self.b8, 253, None))
        self._load_accounts()
        self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.client_partner.id,
                "company_id": self.company.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create({"name": "Bonus", "price_unit": 50000, "tax_ids": False})
                ],
            }
        ).action_post()
        self.assertEqual(self.client_partner.with_company(self.company).credit, -50000)
        with self.assertRaisesRegex(UserError, "deposit of 30 %.*0.00 received"):
            order.action_confirm()

    def test_what_he_owes_is_taken_from_the_advance(self):
        self._new_invoice(amount=2000)
        order = self._new_order((self.b8, 253, None))
        self._pay(3036)
        self.assertEqual(order.sudo()._get_received_amount(30), 1036)

    def test_a_payment_in_the_portal_counts_once_and_for_its_order(self):
        self._load_accounts()
        first, second = (self._new_order((self.b8, 253, None)) for _index in range(2))
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        method = self.env["payment.method"].create({"name": "Card test", "code": "card_test"})
        provider = self.env["payment.provider"].create(
            {"name": "Online test", "company_id": self.company.id, "state": "test"}
        )
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": 3036,
                "currency_id": self.company.currency_id.id,
                "partner_id": self.client_partner.id,
                "sale_order_ids": [Command.set(first.ids)],
                "state": "done",
            }
        )
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.client_partner.id,
                "amount": 3036,
                "company_id": self.company.id,
                "journal_id": journal.id,
                "payment_transaction_id": transaction.id,
            }
        )
        payment.action_post()
        transaction.payment_id = payment
        self.client_partner.invalidate_recordset(["credit"])
        self.assertEqual(first.sudo()._get_received_amount(30), 3036)
        self.assertEqual(second.sudo()._get_received_amount(30), 0)
        first.sudo().action_cancel()
        self.assertEqual(second.sudo()._get_received_amount(30), 3036)

    def test_credit_counts_what_is_confirmed_and_not_delivered(self):
        self._new_rule("credit_limit", amount=15000)
        self._new_order((self.b8, 253, None)).action_confirm()
        with self.assertRaisesRegex(UserError, "20,240"):
            self._new_order((self.b8, 253, None)).action_confirm()
        self.client_partner.credit_limit = 50000  # the client's own limit comes first
        self._new_order((self.b8, 253, None)).action_confirm()

    def test_price_within_the_tolerance(self):
        self._new_rule("price", percent=5)
        order = self._new_order((self.b8, 253, None))
        for price, discount, allowed in ((38, 0, True), (37.9, 0, False), (40, 6, False)):
            with self.subTest(price=price, discount=discount):
                order.order_line.write({"price_unit": price, "discount": discount})
                self.assertEqual(not order._check_rules("confirm"), allowed)

    # === WHICH ORDERS === #

    def test_rules_of_kinds_of_clients_companies_and_filters(self):
        kind, other_kind = self.env["bti.client.kind"].create([{"name": "A"}, {"name": "B"}])
        self.client_partner.client_kind_id = kind
        cases = [
            ({}, True),
            ({"company_id": False}, True),
            ({"company_id": self.other_company.id}, False),
            ({"client_kind_ids": kind.ids}, True),
            ({"client_kind_ids": other_kind.ids}, False),
            ({"partner_domain": "[('name', 'ilike', 'karim')]"}, True),
            ({"partner_domain": "[('name', 'ilike', 'nobody')]"}, False),
            ({"order_domain": "[('total_pieces', '>', 253)]"}, False),
            ({"order_domain": "[('user_id', '=', uid)]"}, True),
            ({"order_domain": "[]"}, False),
            ({"active": False}, False),
            ({"moment": "load"}, False),
        ]
        order = self._new_order((self.b8, 253, None))
        for values, expected in cases:
            with self.subTest(values=values):
                rule = self._new_rule(**values)
                self.assertEqual(bool(order._check_rules("confirm")), expected)
                rule.unlink()

    def test_a_filter_that_cannot_be_read_is_refused(self):
        for domain in ("[('no_such_field', '=', 1)]", "[(", "__import__('os')"):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                self._new_rule(order_domain=domain)

    # === FORM === #

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

    # === COST === #

    def test_the_shipped_rules_cost_few_queries_at_confirmation(self):
        shipped = self.env["bti.sale.rule"].browse(
            self.env.ref(f"bti_sales.sale_rule_{kind}").id
            for kind in ("credit_limit", "overdue", "price", "layout_study")
        )

        def count(active):
            shipped.active = active
            order = self._new_order(*[(self.b8, 253, None) for _line in range(20)])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            order.action_confirm()
            self.env.flush_all()
            self.assertFalse(order.rule_hit_ids)
            return self.env.cr.sql_log_count - before

        count(active=True)  # warms the caches
        self.assertLessEqual(count(active=True) - count(active=False), 8)


@tagged("-at_install", "post_install")
class TestLoadingRule(SaleRuleCommon, DeliveryCommon):
    """Before a truck is loaded."""

    def test_no_truck_is_loaded_before_the_deposit(self):
        self._new_rule("deposit", "block", moment="load", percent=30)
        delivery = self._new_delivery()
        order = delivery.sale_id
        self.assertEqual(order.state, "sale")  # it may be confirmed
        for stage in ("loading", "left"):
            with self.subTest(stage=stage), self.assertRaisesRegex(UserError, "deposit of 30 %"):
                delivery.with_user(self.dispatcher)._move_to_stage(self.stages[stage])
        with self.assertRaisesRegex(UserError, "cannot be validated yet"):
            delivery.with_user(self.dispatcher).button_validate()
        order.partner_id.invalidate_recordset()
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        client = self.client_partner.with_company(self.company)
        journal = self.env["account.journal"].search(
            [("type", "in", ("bank", "cash")), ("company_id", "=", self.company.id)], limit=1
        )
        amount = order.amount_total * 0.3
        self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": client.property_account_receivable_id.id,
                            "partner_id": client.id,
                            "credit": amount,
                        }
                    ),
                    Command.create({"account_id": journal.default_account_id.id, "debit": amount}),
                ],
            }
        ).action_post()
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["loading"])
        self.assertEqual(delivery.stage_id, self.stages["loading"])

    def test_the_manager_lets_a_truck_be_loaded(self):
        self._new_rule("deposit", "ask", moment="load", percent=30)
        delivery = self._new_delivery(user=self.rep)
        order = delivery.sale_id.with_user(self.rep)
        with self.assertRaisesRegex(UserError, "Check rules"):
            delivery.with_user(self.dispatcher)._move_to_stage(self.stages["loading"])
        action = order.action_check_rules()
        wizard = self.env[action["res_model"]].with_user(self.rep).browse(action["res_id"])
        self.assertEqual(wizard.outcome, "ask")
        wizard.action_ask_manager()
        order.with_user(self.manager)._decide_rules("approved", "An old client")
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["loading"])
        self.assertEqual(delivery.stage_id, self.stages["loading"])

    def test_a_warning_is_written_down_once(self):
        self._new_rule("deposit", "warn", moment="load", percent=30)
        delivery = self._new_delivery()
        order = delivery.sale_id
        before = len(order.message_ids)
        delivery.with_user(self.dispatcher)._move_to_stage(self.stages["loading"])
        self.assertEqual(order.rule_hit_ids.state, "read")
        self.assertEqual(len(order.message_ids), before + 1)
