from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    notify_by_email = fields.Boolean(related="company_id.notify_by_email", readonly=False)
