from odoo import api, models


class SaleOrder(models.Model):
    """Prices of an order depend on where it goes."""

    _inherit = "sale.order"

    @api.onchange("destination_state_id")
    def _onchange_destination_show_update_prices(self):
        """Offer "Update Prices" as Odoo does for another price list: no price moves by itself."""
        if (
            self.order_line
            and self._origin.destination_state_id != self.destination_state_id
            and self.pricelist_id
            and self.pricelist_id._origin._get_rule_table().has_destinations
        ):
            self.show_update_pricelist = True

    def _get_product_catalog_order_data(self, products, **kwargs):
        return super()._get_product_catalog_order_data(
            products, destination_state_id=self.destination_state_id.id, **kwargs
        )
