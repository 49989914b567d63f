from odoo import api, fields, models

from ...tools import loading


class StockMove(models.Model):
    """Pieces, pallets and weight of a move, kept so that lists and analyses add them up."""

    _inherit = "stock.move"

    pieces = fields.Integer(
        compute="_compute_load",
        store=True,
        help="Whole pieces: asked for, and once the transfer is done those that moved.",
    )
    full_pallets = fields.Integer(compute="_compute_load", store=True)
    loose_pieces = fields.Integer(compute="_compute_load", store=True)
    load_places = fields.Integer(
        "Pallet places",
        compute="_compute_load",
        store=True,
        help="Places on the truck: full pallets, and the room that loose pieces take.",
    )
    load_weight = fields.Float(
        "Load weight (kg)",
        compute="_compute_load",
        store=True,
        digits="Stock Weight",
        help="Pieces and pallets, in kg.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "state",
        "product_id",
        "product_uom",
        "product_uom_qty",
        "quantity",
        "sale_line_id.delivery_form",
        "sale_line_id.pieces_per_pallet",
    )
    def _compute_load(self):
        for move in self:
            item = move._get_load_item()
            part = loading.Part(item, *item.split) if item else None
            move.pieces = part.pieces if part else 0
            move.full_pallets = part.full_pallets if part else 0
            move.loose_pieces = part.loose_pieces if part else 0
            move.load_places = part.places if part else 0
            move.load_weight = part.weight_g / 1000 if part else 0.0
