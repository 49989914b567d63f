from odoo import api, fields, models

from ...tools import loading


class AccountMoveLine(models.Model):
    """What an invoice line of bricks carries, in the same words as the order and the delivery."""

    _inherit = "account.move.line"

    delivery_form = fields.Selection(
        selection=lambda self: self.env["sale.order.line"]._fields["delivery_form"].selection,
        compute="_compute_load",
        store=True,
    )
    pieces_per_pallet = fields.Integer(compute="_compute_load", store=True)
    pieces = fields.Integer(compute="_compute_load", store=True, help="Whole pieces invoiced.")
    full_pallets = fields.Integer(compute="_compute_load", store=True)
    loose_pieces = fields.Integer(compute="_compute_load", store=True)
    load_weight = fields.Float(
        "Weight",
        compute="_compute_load",
        store=True,
        digits="Stock Weight",
        help="Pieces and pallets, in kg.",
    )
    truck_share = fields.Float(
        "Trucks",
        compute="_compute_truck_share",
        store=True,
        digits=(16, 4),
        help="Trucks of the order, as far as this line invoices it.",
    )

    # === COMPUTE METHODS === #

    # The size and the form of the order line are taken when the line is made: what is invoiced
    # does not change with the order afterwards.
    @api.depends("product_id", "product_uom_id", "quantity", "display_type", "move_id.move_type")
    def _compute_load(self):
        for line in self:
            item = line._get_load_item()
            if item is None:
                line.update(
                    {
                        "delivery_form": False,
                        "pieces_per_pallet": 0,
                        "pieces": 0,
                        "full_pallets": 0,
                        "loose_pieces": 0,
                        "load_weight": 0.0,
                    }
                )
                continue
            full_pallets, loose_pieces = item.split
            line.delivery_form = item.form
            line.pieces_per_pallet = item.pieces_per_pallet
            line.pieces = item.pieces
            line.full_pallets = full_pallets
            line.loose_pieces = loose_pieces
            line.load_weight = (
                loading.load_weight_g(
                    item.pieces, full_pallets, item.piece_weight_g, item.pallet_tare_g
                )
                / 1000
            )

    @api.depends("pieces")
    def _compute_truck_share(self):
        for line in self:
            order_lines = line._get_order_lines_of_load() if line.pieces else line.sale_line_ids[:0]
            ordered = sum(order_lines.mapped("pieces"))
            share = sum(order_lines.mapped("truck_share"))
            line.truck_share = share * line.pieces / ordered if ordered else 0.0

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

    def _get_load_item(self):
        """This line for :mod:`..tools.loading`, or ``None`` when it is nothing to load."""
        self.ensure_one()
        template = self.product_id.product_tmpl_id
        if (
            self.display_type != "product"
            or not template
            or not self.move_id.is_sale_document(include_receipts=True)
            or not template._is_counted_in_pieces()
        ):
            return None
        order_line = self._get_order_lines_of_load()[:1]
        if self.product_uom_id.is_pallet:
            size = round(self.product_uom_id.relative_factor)
        else:
            size = order_line.pieces_per_pallet or template._get_pallet_size(self.company_id)
        factor = self.product_uom_id.factor / (self.product_id.uom_id.factor or 1.0) or 1.0
        pieces = loading.exact_pieces(self.quantity, factor)
        return loading.Item(
            key=self,
            pieces=round(self.quantity * factor) if pieces is None else pieces,
            pieces_per_pallet=size,
            piece_weight_g=round(self.product_id.weight * 1000),
            pallet_tare_g=round(self.product_id.pallet_tare * 1000),
            form=order_line.delivery_form or (loading.FORM_MIXED if size else loading.FORM_LOOSE),
        )

    def _get_load_text(self):
        """What the line carries in the user's words, for the printed invoice.

        :return: e.g. "20 pal. + 13 pcs", or False when it is nothing to load
        """
        self.ensure_one()
        return self.env["sale.order.line"]._format_load(self.full_pallets, self.loose_pieces)
