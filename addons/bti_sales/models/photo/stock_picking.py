from odoo import models


class StockPicking(models.Model):
    """Photos of what was unloaded, by a link."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "bti.photo.mixin"]

    def _bti_get_photo_document(self):
        """Override: what takes the place of a corrected delivery takes its photos."""
        document = super()._bti_get_photo_document()
        while document.replacement_id:
            document = document.replacement_id
        return document

    def _bti_get_shown_products(self):
        return self.move_ids.product_id.filtered("image_128")
