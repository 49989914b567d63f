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
    message_retention_months = fields.Integer(
        related="company_id.message_retention_months",
        readonly=False,
    )
    messaging_iap_services = fields.Boolean(
        "Odoo's Paid Services",
        config_parameter="bti_messaging.iap_services",
        help="Enrichment of enquiries, completion of companies' names, letters by post, texts by a"
        " robot: what is typed goes to Odoo's servers.",
    )
