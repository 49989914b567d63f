from dataclasses import replace

from odoo import models

from ...tools import loading


class StockPicking(models.Model):
    """What more goes on a load without filling it beyond its truck."""

    _inherit = "stock.picking"

    def _has_room_for(self, moves):
        """Tell whether more goods go on this load.

        A delivery that holds more than a truckload and is on no trip is not divided yet: the yard
        does that, and it takes whatever is ordered more. Without a known truck nothing is full.

        :param moves: ``stock.move`` to be added
        :rtype: bool
        """
        self.ensure_one()
        trucks = self._get_possible_trucks()
        if not trucks or self._fits_trucks(self.move_ids | moves, trucks):
            return True
        is_divided = self.batch_id or self.backorder_id or self.backorder_ids
        return not is_divided and not self._fits_trucks(self.move_ids, trucks)

    def _get_possible_trucks(self):
        """Kinds of truck that may carry this load: that of its trip, else those of its order.

        :rtype: list[loading.Truck]
        """
        self.ensure_one()
        # sudo: kinds of truck, whoever adds goods
        kind = self.sudo().batch_id.vehicle_category_id
        trucks = [kind._get_loading_truck()] if kind else self._get_loading_trucks()
        return [truck for truck in trucks if truck.is_known]

    def _fits_trucks(self, moves, trucks):
        """Tell whether goods fit one of some kinds of truck, beside the other loads of the trip.

        :param moves: ``stock.move``
        :param list trucks: ``loading.Truck``
        :rtype: bool
        """
        self.ensure_one()
        items = {}
        for move in moves:
            item = move._get_load_item()
            if item is not None and item.pieces > 0:
                key = (move.sale_line_id, move.product_id, item.form, item.pieces_per_pallet)
                pieces = items[key].pieces if key in items else 0
                items[key] = replace(item, pieces=item.pieces + pieces)
        parts = tuple(loading.Part(item, *item.split) for item in items.values())
        load = loading.Load(parts)
        # sudo: as above
        others = self.sudo().batch_id._get_loads() - self if self.batch_id else self.browse()
        weight_g = load.weight_g + round(sum(others.mapped("total_load_weight")) * 1000)
        places = load.places + sum(others.mapped("total_places"))
        return any(weight_g <= truck.limits[0] and places <= truck.limits[1] for truck in trucks)
