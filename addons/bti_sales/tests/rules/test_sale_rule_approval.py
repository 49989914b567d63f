from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged

from ...tools.order_content import covers
from ..common import BricksCommon
from .sale_rule_common import SaleRuleCommon


@tagged("-at_install", "post_install")
class TestOrderContent(BricksCommon):
    """What an approval of one order says of another: the comparison alone."""

    def test_no_more_and_nothing_cheaper(self):
        agreed = [[1, 100, 42.0], [1, 10, 30.0], [2, 5, 50.0]]
        for lines, expected in (
            (agreed, True),
            ([[1, 100, 42.0]], True),
            ([], True),
            ([[1, 50, 42.0], [1, 50, 45.0], [1, 10, 30.0]], True),
            ([[1, 101, 42.0]], True),  # ten of them were allowed even cheaper
            ([[1, 111, 42.0]], False),
            ([[1, 11, 30.0]], False),
            ([[1, 10, 29.99]], False),
            ([[1, 10, 29.9999999]], True),
            ([[3, 1, 50.0]], False),
            ([[2, 5, 50.0], [3, 1, 0.0]], False),
            ([[2, -1, 50.0]], True),
        ):
            with self.subTest(lines=lines):
                content = {"client": 7, "site": 8, "currency": 1, "total": 100.0}
                self.assertEqual(
                    covers({**content, "lines": agreed}, {**content, "lines": lines}), expected
                )
        content = {"client": 7, "site": 8, "currency": 1, "total": 100.0, "lines": []}
        for other in ({"client": 9}, {"site": 9}, {"currency": 2}, {"total": 100.01}):
            with self.subTest(**other):
                self.assertFalse(covers(content, {**content, **other}))
        self.assertFalse(covers(None, content))


@tagged("-at_install", "post_install")
class TestSaleRuleApproval(SaleRuleCommon, BricksCommon, HttpCase):
    """A manager approves what he has seen; what he has decided is never written again."""

    def _asked_order(self, price=38, quantity=253, rule=None, **values):
        rule = rule or self._new_rule("price", "ask", percent=5)
        order = self._new_order((self.b8, quantity, None), **values)
        order.order_line.price_unit = price
        self._open_wizard(order).action_ask_manager()
        return order

    def _log(self, order):
        return [(hit.state, hit.reason) for hit in order.rule_hit_ids]

    def test_an_approval_holds_for_the_price_that_was_seen(self):
        self.b8.list_price = 42
        order = self._asked_order(38)
        self._decide(order, "approved")
        seen = self._log(order)
        self.assertRegex(seen[0][1], "38.00.* instead of .*42.00")
        order.order_line.price_unit = 5
        with self.assertRaisesRegex(UserError, "5.00.* instead of"):
            order.action_confirm()
        self.assertEqual(self._open_wizard(order).outcome, "ask")
        log = self._log(order)
        self.assertEqual(log[0], ("void", seen[0][1]), "what was decided stays as it was seen")
        self.assertEqual(log[1][0], "open")
        self.assertIn("5.00", log[1][1])

    def test_what_needs_no_second_approval(self):
        pallet = self.b8.pallet_uom_id
        for vals, holds in (
            ({"product_uom_qty": 253}, True),
            ({"product_uom_qty": 200}, True),
            ({"product_uom_qty": 1, "product_uom_id": pallet.id}, True),
            ({"price_unit": 37, "product_uom_qty": 200}, False),
            ({"product_uom_qty": 254}, False),
            ({"discount": 1}, False),
            ({"product_id": self.b12.id, "price_unit": 38}, False),
        ):
            with self.subTest(vals=vals), self.env.cr.savepoint() as savepoint:
                order = self._asked_order(37.5)
                self._decide(order, "approved")
                order.order_line.write(vals)
                if holds:
                    order.action_confirm()
                    self.assertEqual(order.rule_hit_ids.state, "approved")
                else:
                    with self.assertRaises(UserError):
                        order.action_confirm()
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_an_approval_is_for_its_client(self):
        order = self._asked_order(rule=self._new_rule(policy="ask"))
        self._decide(order, "approved")
        order.partner_id = self.env["res.partner"].create({"name": "Somebody else"})
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_an_approval_is_for_what_the_client_owed(self):
        self._new_invoice(days_late=40)
        rule = self._new_rule("overdue", "ask", days=30, amount=100)
        order = self._asked_order(rule=rule)
        self._decide(order, "approved")
        self._new_invoice(days_late=50, amount=90000)
        with self.assertRaisesRegex(UserError, "95,000"):
            order.action_confirm()

    def test_a_rule_that_blocks_now_is_not_approved(self):
        rule = self._new_rule("price", "ask", percent=5)
        order = self._asked_order(37, rule=rule)
        self._decide(order, "approved")
        rule.policy = "block"
        with self.assertRaises(UserError):
            order.action_confirm()
        rule.policy = "warn"
        rule.moment = "load"
        self.assertEqual(
            (order.rule_hit_ids.policy, order.rule_hit_ids.moment, order.rule_hit_ids.state),
            ("ask", "confirm", "approved"),
        )

    def test_a_decision_is_not_written_again(self):
        order = self._asked_order(37)
        self._decide(order, "approved")
        hit = order.rule_hit_ids
        for vals in (
            {"reason": "Another"},
            {"state": "refused"},
            {"decided_by_id": self.rep.id},
            {"policy": "warn"},
            {"decision_reason": "No"},
        ):
            with self.subTest(**vals), self.assertRaises(UserError):
                hit.sudo().write(vals)
        with self.assertRaisesRegex(UserError, "archive"):
            hit.rule_id.with_user(self.manager).unlink()
        hit.rule_id.with_user(self.manager).active = False

    # === BETWEEN SEEING AND DECIDING === #

    def test_the_manager_decides_on_what_his_screen_shows(self):
        """The rep types another price while the manager reads."""
        order = self._asked_order(37)
        self.authenticate("manager_test", "manager_test")

        def call(model, method, *args, **kwargs):
            return self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {"model": model, "method": method, "args": args, "kwargs": kwargs},
            )

        def open_wizard():
            action = call("sale.order", "action_approve_rules", order.ids)
            spec = {"order_id": {}, "decision": {}, "seen": {}, "reason": {}}
            return call(
                action["res_model"], "onchange", [], {}, [], spec, context=action["context"]
            )["value"]

        def approve(shown):
            [wizard] = call("bti.sale.rule.decision", "create", [{**shown, "reason": "Fine"}])
            return call("bti.sale.rule.decision", "action_decide", [wizard])

        shown = open_wizard()
        order.order_line.price_unit = 5
        self.env.flush_all()
        with (
            self.assertLogs("odoo.http", "WARNING") as logs,
            self.assertRaisesRegex(JsonRpcException, "UserError"),
        ):
            approve(shown)
        self.assertIn("was changed while you were reading", logs.output[0])
        order.invalidate_recordset()
        self.assertEqual(order.rule_state, "asked")
        shown = open_wizard()
        order.rule_hit_ids.invalidate_recordset()
        self.assertRegex(order.rule_hit_ids.reason, r"\b5[.,]00")
        approve(shown)
        order.invalidate_recordset()
        self.assertEqual(order.rule_state, "approved")

    def test_the_cause_is_gone_before_the_manager_looks(self):
        order = self._asked_order(37)
        order.order_line.price_unit = 40
        action = order.with_user(self.manager).action_approve_rules()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(order.rule_state)
        order.action_confirm()

    # === CONFIRMED ORDERS === #

    def _confirmed_order(self, policy="ask", kind="price", price=40, **values):
        rule = self._new_rule(kind, policy, **values)
        self._add_stock(self.b8, 10000)
        order = self._new_order((self.b8, 506, None))
        order.order_line.price_unit = price
        order.action_confirm()
        return order, rule

    def _assert_refused(self, change, reason):
        with self.assertRaises(UserError) as error:
            change()
        self.assertRegex(str(error.exception), f"(?s){reason}")

    def test_a_confirmed_order_is_looked_at_again(self):
        for policy in ("ask", "block"):
            order, _rule = self._confirmed_order(policy, percent=5)
            line = order.order_line
            for write in (
                lambda line=line: line.write({"price_unit": 5}),
                lambda line=line: line.write({"discount": 50}),
                lambda order=order, line=line: order.write(
                    {"order_line": [Command.update(line.id, {"price_unit": 5})]}
                ),
                lambda order=order: order.order_line.create(
                    {
                        "order_id": order.id,
                        "product_id": self.b12.id,
                        "product_uom_qty": 148,
                        "price_unit": 1,
                    }
                ),
            ):
                with self.subTest(policy=policy):
                    self._assert_refused(write, "instead of.*quotation")
                self.assertEqual(order.amount_total, 506 * 40)

    def test_a_confirmed_order_may_shrink(self):
        order, rule = self._confirmed_order("ask", "credit_limit", amount=506 * 40)
        rule.amount = 100
        order.order_line.product_uom_qty = 253
        self.assertEqual(order.amount_total, 253 * 40)
        self._assert_refused(
            lambda: order.order_line.write({"product_uom_qty": 600}), "would owe.*quotation"
        )
        rule.active = False
        order.order_line.product_uom_qty = 600

    def test_the_manager_changes_what_he_would_approve(self):
        order, _rule = self._confirmed_order(percent=5)
        order.with_user(self.manager).order_line.price_unit = 30
        hit = order.rule_hit_ids
        self.assertEqual((hit.state, hit.decided_by_id), ("approved", self.manager))
        self.assertIn("30.00", order.sudo().message_ids[0].body)
        # the rep goes on within it, and no further
        order.order_line.product_uom_qty = 500
        order.order_line.product_uom_qty = 506
        self.assertEqual(order.rule_hit_ids, hit)
        self._assert_refused(lambda: order.order_line.write({"price_unit": 29}), "29.00")

    def test_a_change_that_is_warned_of_is_written_down(self):
        order, _rule = self._confirmed_order("warn", percent=5)
        order.order_line.price_unit = 30
        self.assertEqual(order.rule_hit_ids.state, "read")
        self.assertIn("30.00", order.sudo().message_ids[0].body)

    def test_rights_stay_what_they_are(self):
        order = self._asked_order(37)
        with self.assertRaises(AccessError):
            order.rule_hit_ids.with_user(self.rep).approved_content = {}
