from datetime import timedelta

from odoo.fields import Command


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
        due = self.company._bti_today() - timedelta(days=days_late)
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
