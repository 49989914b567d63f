from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    photo_link_days = fields.Integer(related="company_id.photo_link_days", readonly=False)
    photo_max_files = fields.Integer(related="company_id.photo_max_files", readonly=False)
    photo_max_mb = fields.Integer(related="company_id.photo_max_mb", readonly=False)
    photo_template_id = fields.Many2one(related="company_id.photo_template_id", readonly=False)
