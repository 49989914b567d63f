from odoo import api, fields, models


class ResCompany(models.Model):
    """What a pallet that does not come back costs."""

    _inherit = "res.company"

    pallet_deposit = fields.Monetary(
        "Value of a pallet",
        help="Value, or deposit, of one pallet: statements of pallets show what the pallets at the"
        " client are worth. Leave 0 to show no value.",
    )

    @api.model
    def _get_numbering(self):
        return {**super()._get_numbering(), "bti.pallet.statement": ("Statements of pallets", "EP")}
