from odoo import fields, models


class UtmCampaign(models.Model):
    _inherit = "utm.campaign"

    sms_currency_id = fields.Many2one(
        "res.currency",
        string="Budget Currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    sms_budget = fields.Monetary(
        string="SMS Budget",
        currency_field="sms_currency_id",
        help="What all SMS mailings of this campaign may cost together; 0: no limit.",
    )

    _sms_budget_positive = models.Constraint(
        "CHECK(sms_budget IS NULL OR sms_budget >= 0)",
        "A budget cannot be negative.",
    )
