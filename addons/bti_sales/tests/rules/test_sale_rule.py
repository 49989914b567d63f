from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import BricksCommon
from .sale_rule_common import SaleRuleCommon


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
                    "layout_study_date": self.company._bti_today(),
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
                "invoice_date": self.company._bti_today(),
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
