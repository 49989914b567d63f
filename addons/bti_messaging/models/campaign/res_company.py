from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sms_answer_days = fields.Integer(
        string="Days to Answer a Campaign",
        default=7,
        help="An SMS or an opt-out that arrives within so many days counts for the last campaign "
        "that reached the number.",
        prefetch="consent",
    )

    _sms_answer_days_positive = models.Constraint(
        "CHECK(sms_answer_days >= 0)",
        "The number of days cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sms_answer_days = fields.Integer(related="company_id.sms_answer_days", readonly=False)
