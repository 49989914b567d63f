from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.insert_or_find import made_once


class BtiBudget(models.Model):
    """Who is told when a budget comes to its end."""

    _inherit = "bti.budget"

    alert_ids = fields.One2many("bti.budget.alert", "budget_id", string="Alerts")

    def _check_alerts(self):
        """Tell the responsible people, once per budget, month and threshold."""
        for budget, used in self._get_used().items():
            month = self._get_month(budget.company_id)[0]
            reached = [
                threshold
                for threshold in sorted({budget.alert_percent, 100})
                if used and used >= budget.amount * threshold / 100
            ]
            for threshold in reached:
                if self.env["bti.budget.alert"]._note(budget, month, threshold):
                    budget._bti_alert(budget.user_id, self._make_alert_texts(threshold, used))

    @api.model
    def _cron_check_alerts(self):
        """Look at all budgets; called by the job that watches the channels."""
        self.search(Domain.TRUE)._check_alerts()

    @staticmethod
    def _make_alert_texts(threshold, used):
        """:return: what writes the alert in a reader's language"""

        def make(budget):
            values = {
                "percent": threshold,
                "used": budget.currency_id.format(used),
                "amount": budget.currency_id.format(budget.amount),
            }
            if threshold < 100:
                summary = budget.env._("%(percent)s %% of the budget is used", **values)
            else:
                summary = budget.env._("The budget of this month is used up")
            return summary, budget.env._(
                "%(used)s of %(amount)s, with what is waiting to be sent.", **values
            )

        return make


class BtiBudgetAlert(models.Model):
    """An alert that was given; the database lets each be given once."""

    _name = "bti.budget.alert"
    _description = "Alert of a Budget"
    _order = "month desc, threshold desc, id desc"
    _rec_name = "month"

    budget_id = fields.Many2one(
        "bti.budget",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="budget_id.company_id", store=True, precompute=True)
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    threshold = fields.Integer(string="Percent", required=True, readonly=True)

    _once = models.Constraint(
        "UNIQUE(budget_id, month, threshold)",
        "This alert has been given already.",
    )

    @api.model
    def _note(self, budget, month, threshold):
        """Note an alert; two jobs that meet find out here.

        :return: whether it is the first one
        :rtype: bool
        """
        vals = {"budget_id": budget.id, "month": month, "threshold": threshold}
        if self.search_count([(name, "=", value) for name, value in vals.items()], limit=1):
            return False
        with made_once():
            self.create(vals)
        return True
