from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    marketing_consent = fields.Selection(related="company_id.marketing_consent", readonly=False)
    consent_question_days = fields.Integer(
        related="company_id.consent_question_days", readonly=False
    )
    preference_link_days = fields.Integer(related="company_id.preference_link_days", readonly=False)
