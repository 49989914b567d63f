from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..delivery_common import DeliveryCommon
from .sale_rule_common import SaleRuleCommon


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
