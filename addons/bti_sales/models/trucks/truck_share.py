from fractions import Fraction

from odoo import models

from ...tools import loading


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_truck_uses(self):
        """How much of a truck each line would fill alone, for sharing the trucks out.

        The binding limit counts: payload or pallet places. Without either, the pieces do.

        :return: one number per line, in line order
        :rtype: list[Fraction]
        """
        self.ensure_one()
        # of several kinds of truck the largest one is the measure
        trucks = self._get_loading_trucks()
        truck = max(trucks, key=lambda kind: (kind.payload_g, kind.pallet_places), default=None)
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
