from odoo import api, models

# what the rules of sale look at in a line
RULED_FIELDS = {
    "discount",
    "entry_quantity",
    "entry_unit",
    "price_unit",
    "product_id",
    "product_uom_id",
    "product_uom_qty",
}
# set by the program while an order is written with its lines: no call from outside can name it
WHOLE_ORDER = object()


class SaleOrderLine(models.Model):
    """A line of a confirmed order that changes: the rules look at the order again."""

    _inherit = "sale.order.line"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        order_ids = {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        orders = self.env["sale.order"].browse(order_ids)
        if self.env.context.get("rules_look_again") is WHOLE_ORDER:
            return super().create(vals_list)
        with orders._look_again():
            return super().create(vals_list)

    def write(self, vals):
        if not RULED_FIELDS & set(vals) or self.env.context.get("rules_look_again") is WHOLE_ORDER:
            return super().write(vals)
        with self.order_id._look_again():
            return super().write(vals)
