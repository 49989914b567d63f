from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stamp_duty_on_cash = fields.Boolean(related="company_id.stamp_duty_on_cash", readonly=False)
    stamp_duty_account_id = fields.Many2one(
        related="company_id.stamp_duty_account_id", readonly=False
    )
    company_country_code = fields.Char(related="company_id.country_code")
