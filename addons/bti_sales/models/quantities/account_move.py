from odoo import api, fields, models


class AccountMove(models.Model):
    """Pieces, pallets and weight of a customer's invoice."""

    _name = "account.move"
    _inherit = ["account.move", "bti.load.total.mixin"]

    # Signed like the native amounts of the list: a credit note takes its pieces back.
    total_pieces = fields.Integer(help="Whole pieces of the invoice; negative on a credit note.")
    total_pallets = fields.Integer(help="Negative on a credit note.")
    total_load_weight = fields.Float(help="Pieces and pallets, in kg; negative on a credit note.")

    # === COMPUTE METHODS === #

    @api.depends(
        "move_type",
        "invoice_line_ids.pieces",
        "invoice_line_ids.full_pallets",
        "invoice_line_ids.load_weight",
    )
    def _compute_load_totals(self):
        return super()._compute_load_totals()

    # === BUSINESS METHODS === #

    def _get_load_lines_to_add(self):
        """Product lines only: the cost lines of the same goods have no pieces."""
        is_sale = self.is_sale_document(include_receipts=True)
        lines = self.invoice_line_ids if is_sale else self.invoice_line_ids.browse()
        return lines, -1 if self.move_type == "out_refund" else 1

    def _format_load_totals(self):
        """Override: nothing to say of an invoice without goods."""
        return bool(self.total_pieces) and super()._format_load_totals()
