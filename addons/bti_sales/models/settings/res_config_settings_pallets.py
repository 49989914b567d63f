from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pallet_deposit = fields.Monetary(
        related="company_id.pallet_deposit",
        readonly=False,
        currency_field="currency_id",
    )
