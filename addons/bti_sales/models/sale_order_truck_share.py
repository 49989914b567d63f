from fractions import Fraction

from odoo import models

from ..tools import loading


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_truck_uses(self):
        """How much of a truck each line would fill alone, for sharing the trucks out.

        The binding limit counts: payload or pallet places. Without either, the pieces do.

        :return: one number per line, in line order
        :rtype: list[Fraction]
        """
        self.ensure_one()
        truck = self.truck_category_id._get_loading_truck() if self.truck_category_id else None
        uses = []
        for line in self.order_line:
            use = Fraction(0)
            if truck and line.pieces > 0:
                places = line.full_pallets + loading.loose_places(
                    line.loose_pieces, line.pieces_per_pallet
                )
                if truck.payload_g:
                    use = Fraction(round(line.load_weight * 1000), truck.payload_g)
                if truck.pallet_places:
                    use = max(use, Fraction(places, truck.pallet_places))
            uses.append(use)
        if not any(uses):
            return [Fraction(max(line.pieces, 0)) for line in self.order_line]
        return uses
