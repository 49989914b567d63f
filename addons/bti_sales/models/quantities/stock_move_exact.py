from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools import loading


class StockMoveLine(models.Model):
    """Only whole pieces enter and leave the yard."""

    _inherit = "stock.move.line"

    @api.constrains("quantity", "product_uom_id", "product_id")
    def _check_whole_pieces(self):
        for line in self:
            if not line.product_id.product_tmpl_id._is_counted_in_pieces():
                continue
            factor = line.product_uom_id.factor / (line.product_id.uom_id.factor or 1.0)
            if loading.exact_pieces(line.quantity, factor or 1.0) is None:
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
