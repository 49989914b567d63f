from odoo import models


class AccountMoveLine(models.Model):
    """Goods of an order are billed at its price, in whatever unit they are counted.

    Odoo puts the product's sales price in the place of an agreed one when the unit changes.
    """

    _inherit = "account.move.line"

    # === COMPUTE METHODS === #

    def _compute_price_unit(self):
        res = super()._compute_price_unit()
        for line in self:
            # sudo: who bills need not read the order
            ordered = line.sudo().sale_line_ids.filtered(
                lambda ordered, line=line: (
                    ordered.product_id == line.product_id
                    and ordered.currency_id == line.currency_id
                    and ordered.delivery_form
                )
            )[:1]
            unit = ordered.product_uom_id
            if ordered and line.product_uom_id and unit._has_common_reference(line.product_uom_id):
                line.price_unit = unit._compute_price(ordered.price_unit, line.product_uom_id)
        return res
