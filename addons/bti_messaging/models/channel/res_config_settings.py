from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    messaging_choice = fields.Selection(
        related="company_id.messaging_choice",
        readonly=False,
        required=True,
    )
    messaging_tz = fields.Selection(
        related="company_id.messaging_tz",
        readonly=False,
        required=True,
    )
    name_in_messages = fields.Char(related="company_id.name_in_messages", readonly=False)
    message_retention_months = fields.Integer(
        related="company_id.message_retention_months",
        readonly=False,
    )
