from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    messaging_iap_services = fields.Boolean(
        "Odoo's Paid Services",
        config_parameter="bti_messaging.iap_services",
        help="Enrichment of enquiries, completion of companies' names, letters by post, texts by a"
        " robot: what is typed goes to Odoo's servers.",
    )
