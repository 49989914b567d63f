from odoo import models


class ProductTemplate(models.Model):
    """The transport product carries the taxes and the company of its delivery methods."""

    _name = "product.template"
    _inherit = ["product.template", "bti.cached.mixin"]
    _cached_fields = frozenset({"company_id", "taxes_id"})
