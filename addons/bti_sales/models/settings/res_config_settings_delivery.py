from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    trip_overload = fields.Selection(related="company_id.trip_overload", readonly=False)
    trip_hours = fields.Float(related="company_id.trip_hours", readonly=False)
    tracking_link_days = fields.Integer(related="company_id.tracking_link_days", readonly=False)
