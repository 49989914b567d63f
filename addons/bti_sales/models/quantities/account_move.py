from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...tools.load_table import group_load


class AccountMove(models.Model):
    """Pieces, pallets and weight of a customer's invoice."""

    _inherit = "account.move"

    # Signed like the native amounts of the list: a credit note takes its pieces back.
    total_pieces = fields.Integer(
        "Pieces",
        compute="_compute_load_totals",
        store=True,
        help="Whole pieces of the invoice; negative on a credit note.",
    )
    total_pallets = fields.Integer(
        "Full pallets",
        compute="_compute_load_totals",
        store=True,
        help="Negative on a credit note.",
    )
    total_load_weight = fields.Float(
        "Load weight (kg)",
        compute="_compute_load_totals",
        store=True,
        digits="Stock Weight",
        help="Pieces and pallets, in kg; negative on a credit note.",
    )
    load_total_summary = fields.Char("Load", compute="_compute_load_total_summary")

    # === COMPUTE METHODS === #

    @api.depends(
        "move_type",
        "invoice_line_ids.pieces",
        "invoice_line_ids.full_pallets",
        "invoice_line_ids.load_weight",
    )
    def _compute_load_totals(self):
        for move in self:
            # product lines only: the cost lines of the same goods have no pieces
            lines = move.invoice_line_ids if move.is_sale_document(include_receipts=True) else ()
            sign = -1 if move.move_type == "out_refund" else 1
            move.total_pieces = sign * sum(line.pieces for line in lines)
            move.total_pallets = sign * sum(line.full_pallets for line in lines)
            move.total_load_weight = sign * sum(line.load_weight for line in lines)

    @api.depends("total_pieces", "total_pallets", "total_load_weight")
    @api.depends_context("lang")
    def _compute_load_total_summary(self):
        for move in self:
            move.load_total_summary = move.total_pieces and self.env._(
                "%(pieces)s pieces · %(pallets)s full pallets · %(weight)s kg",
                pieces=formatLang(self.env, abs(move.total_pieces), digits=0),
                pallets=abs(move.total_pallets),
                weight=formatLang(self.env, abs(move.total_load_weight), digits=0),
            )

    # === BUSINESS METHODS === #

    def _get_load_by_product(self):
        """Quantities of the invoice per product and pallet size, for its documents.

        :return: as ``sale.order._get_load_by_product``
        :rtype: list[dict]
        """
        self.ensure_one()
        return group_load(self.invoice_line_ids)
