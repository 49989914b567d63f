from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.campaign.estimate import FULL_SAMPLE


class BtiCampaignConfirm(models.TransientModel):
    """The last look at a campaign before it is sent: whom it reaches and what it costs."""

    _name = "bti.campaign.confirm"
    _inherit = "bti.wizard.mixin"
    _description = "Send an SMS Campaign"

    mailing_id = fields.Many2one("mailing.mailing", required=True, readonly=True)
    estimate = fields.Html(compute="_compute_estimate", sanitize=False)
    is_over_budget = fields.Boolean(compute="_compute_estimate")
    is_possible = fields.Boolean(compute="_compute_estimate")
    when = fields.Selection(
        [("now", "Now"), ("later", "Later")],
        required=True,
        default="now",
    )
    schedule_date = fields.Datetime(string="Send On")

    @api.depends("mailing_id")
    def _compute_estimate(self):
        for confirm in self:
            mailing = confirm.mailing_id
            figures = mailing._get_estimate(FULL_SAMPLE)
            left = figures["budget_left"]
            confirm.estimate = self.env["ir.qweb"]._render(
                "bti_messaging.campaign_estimate",
                {"estimate": figures, "mailing": mailing, "with_text": True},
            )
            confirm.is_over_budget = left is not None and figures["cost"] > left
            confirm.is_possible = bool(figures["valid"]) and not figures["error"]

    def action_confirm(self):
        """Queue the campaign, now or for the chosen time."""
        self.ensure_one()
        mailing = self.mailing_id
        mailing.check_access("write")
        if self.when == "later":
            if not self.schedule_date or self.schedule_date <= fields.Datetime.now():
                raise UserError(self.env._("Choose a time that is still to come."))
            mailing.write({"schedule_type": "scheduled", "schedule_date": self.schedule_date})
        else:
            mailing.write({"schedule_type": "now", "schedule_date": False})
        mailing.action_put_in_queue()
        return {"type": "ir.actions.act_window_close"}
