from odoo import models

# What the delivery methods kept in memory (DeliveryCarrier._get_transport_methods) know of other
# records.


class ProductTemplate(models.Model):
    """The transport product carries the taxes and the company of its delivery methods."""

    _name = "product.template"
    _inherit = ["product.template", "bti.cached.mixin"]
    _cached_fields = frozenset({"company_id", "taxes_id"})


class AccountTax(models.Model):
    """A price with tax is worked out otherwise than one without."""

    _name = "account.tax"
    _inherit = ["account.tax", "bti.cached.mixin"]
    _cached_fields = frozenset({"price_include_override"})


class ResCompany(models.Model):
    """Prices of delivery methods are in the company's currency, with or without tax."""

    _name = "res.company"
    _inherit = ["res.company", "bti.cached.mixin"]
    _cached_fields = frozenset({"account_price_include", "currency_id"})
