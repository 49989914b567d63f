from odoo import fields, models

from .res_partner import DELIVERY_MODES


class ResCompany(models.Model):
    """The usual delivery of a company; prices of delivery methods are in its currency, with tax or
    without."""

    _name = "res.company"
    _inherit = ["res.company", "bti.cached.mixin"]
    _cached_fields = frozenset({"account_price_include", "currency_id"})

    delivery_mode = fields.Selection(
        DELIVERY_MODES,
        "Usual delivery",
        default="ex_works",
        required=True,
        help="Whether new orders are ex-works or delivered when the client has no habit of his"
        " own.",
    )
