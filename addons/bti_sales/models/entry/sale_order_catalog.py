from odoo import models


class SaleOrder(models.Model):
    """The product catalogue counts in pallets what is sold by the pallet only."""

    _inherit = "sale.order"

    def _get_product_catalog_order_data(self, products, **kwargs):
        res = super()._get_product_catalog_order_data(products, **kwargs)
        for product in products:
            size = product.product_tmpl_id._get_pallet_size(self.company_id)
            if not size or not product.product_tmpl_id._is_counted_in_pieces():
                continue
            data = res[product.id]
            data["piecesPerPallet"] = size
            if product._is_catalog_by_pallet():
                data["countsPallets"] = True
                data["uomDisplayName"] = product.product_tmpl_id._get_pallet_uom(
                    self.company_id
                ).display_name
                if data.get("price"):
                    data["price"] *= size
        return res

    def _update_order_line_info(self, product_id, quantity, **kwargs):
        product = self.env["product.product"].browse(product_id)
        if product._is_catalog_by_pallet() and product not in self.order_line.product_id:
            # the new line is in pallets: one step of the catalogue is one pallet
            self = self.with_context(
                default_product_uom_id=product.product_tmpl_id._get_pallet_uom(self.company_id).id
            )
        return super()._update_order_line_info(product_id, quantity, **kwargs)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_product_catalog_lines_data(self, **kwargs):
        res = super()._get_product_catalog_lines_data(**kwargs)
        counted = self.filtered("delivery_form")
        if counted and counted[0].pieces_per_pallet:
            res["piecesPerPallet"] = counted[0].pieces_per_pallet
            res["countsPallets"] = len(self) == 1 and self.product_uom_id.is_pallet
        if len(counted) > 1:
            res["quantity"] = sum(counted.mapped("pieces"))  # native conversions round up
        return res


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _is_catalog_by_pallet(self):
        """Tell whether the catalogue counts this product in pallets.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.pallet_uom_id and self.pieces_per_pallet and not self.sold_loose)
