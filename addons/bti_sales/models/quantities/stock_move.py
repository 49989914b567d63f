from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import loading


class StockMove(models.Model):
    """Pieces, pallets and weight of a move, kept so that lists and analyses add them up."""

    _name = "stock.move"
    _inherit = ["stock.move", "bti.load.mixin"]

    pieces = fields.Integer(
        store=True,
        help="Whole pieces: asked for, and once the transfer is done those that moved.",
    )
    full_pallets = fields.Integer(store=True)
    loose_pieces = fields.Integer(store=True)
    load_places = fields.Integer(
        "Pallet places",
        compute="_compute_load",
        store=True,
        help="Places on the truck: full pallets, and the room that loose pieces take.",
    )
    load_weight = fields.Float("Load weight (kg)", store=True)

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
        return super()._compute_load()

    # === BUSINESS METHODS === #

    def _get_load_quantity(self):
        """What is asked for, or what was done once it is done."""
        return self.product_uom, self.quantity if self.state == "done" else self.product_uom_qty

    def _get_load_packing(self):
        """The delivery form and the pallet size are those that the client ordered."""
        template = self.product_id.product_tmpl_id
        if self.state == "cancel" or not template._is_counted_in_pieces():
            return False, 0
        # sudo: who may see the load may know how it was ordered
        line_sudo = self.sudo().sale_line_id
        size = line_sudo.pieces_per_pallet or template._get_pallet_size(self.company_id)
        return line_sudo.delivery_form or loading.usual_form(size), size

    def _prepare_load_vals(self, part):
        return {**super()._prepare_load_vals(part), "load_places": part.places}


class StockMoveLine(models.Model):
    """Only whole pieces enter and leave the yard."""

    _inherit = "stock.move.line"

    @api.constrains("quantity", "product_uom_id", "product_id")
    def _check_whole_pieces(self):
        for line in self:
            unit = line.product_id.uom_id
            if line.product_uom_id == unit and line.quantity.is_integer():
                continue
            if not line.product_id.product_tmpl_id._is_counted_in_pieces():
                continue
            if line.product_uom_id._get_exact_pieces(line.quantity, unit) is None:
                raise ValidationError(
                    self.env._(
                        "%(product)s moves by the whole piece: %(quantity)s %(unit)s is not a whole"
                        " number of pieces.",
                        product=line.product_id.display_name,
                        quantity=f"{line.quantity:g}",
                        unit=line.product_uom_id.name,
                    )
                )

    def _get_aggregated_product_quantities(self, **kwargs):
        """Packaging quantities for the printed slip, which writes them as they are."""
        lines = super()._get_aggregated_product_quantities(**kwargs)
        for values in lines.values():
            for name in ("packaging_quantity", "packaging_qty_ordered"):
                if values.get(name):
                    values[name] = round(values[name], 2)
        return lines
