from odoo import api, fields, models

from ...tools import loading


class AccountMoveLine(models.Model):
    """What an invoice line of bricks carries, in the same words as the order and the delivery."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "bti.load.mixin"]

    delivery_form = fields.Selection(
        selection=lambda self: self.env["sale.order.line"]._fields["delivery_form"].selection,
        compute="_compute_load",
        store=True,
    )
    pieces_per_pallet = fields.Integer(compute="_compute_load", store=True)
    pieces = fields.Integer(store=True, help="Whole pieces invoiced.")
    full_pallets = fields.Integer(store=True)
    loose_pieces = fields.Integer(store=True)
    load_weight = fields.Float(store=True)

    # === COMPUTE METHODS === #

    # The size and the form of the order line are taken when the line is made: what is invoiced
    # does not change with the order afterwards.
    @api.depends("product_id", "product_uom_id", "quantity", "display_type", "move_id.move_type")
    def _compute_load(self):
        return super()._compute_load()

    # === BUSINESS METHODS === #

    def _get_order_lines_of_load(self):
        """The order lines that this line invoices, readable by whoever may see the invoice.

        :rtype: sale.order.line
        """
        self.ensure_one()
        # sudo: an accountant sees the pieces without access to the orders of the reps
        return self.sudo().sale_line_ids.filtered(
            lambda order_line: order_line.product_id == self.product_id
        )

    def _get_load_quantity(self):
        return self.product_uom_id, self.quantity

    def _get_load_packing(self):
        template = self.product_id.product_tmpl_id
        if (
            self.display_type != "product"
            or not template
            or not self.move_id.is_sale_document(include_receipts=True)
            or not template._is_counted_in_pieces()
        ):
            return False, 0
        order_line = self._get_order_lines_of_load()[:1]
        size = 0 if self.product_uom_id.is_pallet else order_line.pieces_per_pallet
        size = size or template._get_line_pallet_size(self.product_uom_id, self.company_id)
        return order_line.delivery_form or loading.usual_form(size), size

    def _prepare_load_vals(self, part):
        return {
            **super()._prepare_load_vals(part),
            "delivery_form": part.item.form or False,
            "pieces_per_pallet": part.item.pieces_per_pallet,
        }
