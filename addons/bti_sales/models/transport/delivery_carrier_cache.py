from odoo import models

# what delivery methods kept in memory know of other records (DeliveryCarrier._get_transport_offers)
_TAX_FIELDS = {"price_include_override"}
_PRODUCT_FIELDS = {"company_id", "taxes_id"}
_COMPANY_FIELDS = {"account_price_include", "currency_id"}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """The transport product carries the taxes and the company of its delivery methods."""
        res = super().write(vals)
        if not _PRODUCT_FIELDS.isdisjoint(vals):
            self.env.registry.clear_cache()
        return res


class AccountTax(models.Model):
    _inherit = "account.tax"

    def write(self, vals):
        """A price with tax is worked out otherwise than one without."""
        res = super().write(vals)
        if not _TAX_FIELDS.isdisjoint(vals):
            self.env.registry.clear_cache()
        return res


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        """Prices of delivery methods are in the company's currency, with or without tax."""
        res = super().write(vals)
        if not _COMPANY_FIELDS.isdisjoint(vals):
            self.env.registry.clear_cache()
        return res
