from odoo import models


class SaleOrder(models.Model):
    """Photos of the site before the truck comes, by a link."""

    _name = "sale.order"
    _inherit = ["sale.order", "bti.photo.mixin"]

    def _bti_get_shown_products(self):
        return self.order_line.product_id.filtered("image_128")
