from odoo import models


class ProductCategory(models.Model):
    """A range of goods, in the language of the client's price list."""

    _name = "product.category"
    _inherit = ["product.category", "bti.paper.name.mixin"]
