from odoo import api, fields, models
from odoo.tools import float_is_zero

from ...tools import loading

# Decimals of a quantity of pallets: one piece in 10 million pallets is still seen.
_PALLET_DIGITS = (16, 10)


class SaleOrderLine(models.Model):
    """What was delivered and invoiced of a line sold by the pallet, to the piece.

    Three pieces broken on the way leave 5,057 of 5,060: 19.988 pallets. With Odoo's two decimals
    the invoice would be of 5,056.47 pieces.
    """

    _inherit = "sale.order.line"

    qty_delivered = fields.Float(digits=_PALLET_DIGITS, min_display_digits="Product Unit")
    qty_invoiced = fields.Float(digits=_PALLET_DIGITS, min_display_digits="Product Unit")
    qty_invoiced_posted = fields.Float(digits=_PALLET_DIGITS, min_display_digits="Product Unit")
    qty_to_invoice = fields.Float(digits=_PALLET_DIGITS, min_display_digits="Product Unit")

    # === COMPUTE METHODS === #

    @api.depends("qty_invoiced", "qty_delivered", "product_uom_qty", "state")
    def _compute_qty_to_invoice(self):
        res = super()._compute_qty_to_invoice()
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        for line in self:
            # A last piece of a large pallet would count as nothing to invoice: the least quantity
            # that counts stands for it, and the invoice line finds the piece again.
            if (
                line.qty_to_invoice
                and line.product_uom_id.is_pallet
                and float_is_zero(line.qty_to_invoice, precision_digits=digits)
            ):
                sign = -1 if line.qty_to_invoice < 0 else 1
                pieces = line._get_pieces_to_invoice()
                line.qty_to_invoice = sign * 10**-digits if pieces else 0.0
        return res

    # === BUSINESS METHODS === #

    def _get_pieces_to_invoice(self):
        """What is left to invoice of a line sold by the pallet.

        :return: whole pieces, negative when too many were invoiced
        :rtype: int
        """
        self.ensure_one()
        size = self.product_uom_id.factor / (self.product_id.uom_id.factor or 1.0)
        pieces = loading.exact_pieces(self.qty_to_invoice, size)
        if pieces is not None:
            return pieces
        ordered = self.product_id.invoice_policy == "order"
        quantity = (self.product_uom_qty if ordered else self.qty_delivered) - self.qty_invoiced
        return round(quantity * size)

    def _prepare_invoice_line(self, **optional_values):
        """Invoice whole pallets as pallets, anything else by the piece at the same price."""
        values = super()._prepare_invoice_line(**optional_values)
        if (
            self.delivery_form
            and self.product_uom_id.is_pallet
            and "quantity" in values
            and "quantity" not in optional_values
        ):
            pieces = self._get_pieces_to_invoice()
            size = round(self.product_uom_id.relative_factor)
            if pieces % size:
                unit = self.product_id.uom_id
                values.update(
                    quantity=pieces,
                    product_uom_id=unit.id,
                    price_unit=self.product_uom_id._compute_price(self.price_unit, unit),
                )
            else:
                values["quantity"] = pieces // size
        return values
