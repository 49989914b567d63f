from odoo import models


class AccountTax(models.Model):
    """A transport price with tax is worked out otherwise than one without."""

    _name = "account.tax"
    _inherit = ["account.tax", "bti.cached.mixin"]
    _cached_fields = frozenset({"price_include_override"})
