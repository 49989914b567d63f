from dataclasses import replace

from odoo import api, models
from odoo.tools import groupby

from ...tools import loading

# Where the open load (its id, or False) of moves that go on one together waits until Odoo asks the
# first of them for it: ``{id of the move: id of the load}``. Not in the context: that would make
# other environments of all that follows, which each call of the ORM then looks through.
_FOUND = "bti_sales.open_load"


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

    def _get_loads_beside(self):
        """Hook: the other loads that the truck of this one carries.

        :return: ``stock.picking``
        """
        self.ensure_one()
        return self.browse()

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
        others = self._get_loads_beside()
        weight_g = load.weight_g + round(sum(others.mapped("total_load_weight")) * 1000)
        places = load.places + sum(others.mapped("total_places"))
        return any(weight_g <= truck.limits[0] and places <= truck.limits[1] for truck in trucks)


class StockMove(models.Model):
    """More goods go on open loads with room for them; less comes off any open load."""

    _inherit = "stock.move"

    # --- more goods ---

    def _assign_picking(self):
        """Override: moves that go on one load are looked at together."""
        if any(move.picking_type_id.code != "outgoing" for move in self):
            return super()._assign_picking()
        found = self.env.cr.precommit.data.setdefault(_FOUND, {})
        for _key, moves in groupby(self, key=lambda move: move._key_assign_picking()):
            moves = self.concat(*moves)
            found[moves[0].id] = moves._find_open_load().id
            super(StockMove, moves)._assign_picking()
        return True

    def _search_picking_for_assignation(self):
        """Override: the load that was found for all moves that look for theirs together."""
        self.ensure_one()
        if self.picking_type_id.code != "outgoing":
            return super()._search_picking_for_assignation()
        found = self.env.cr.precommit.data.get(_FOUND, {})
        if self.id in found:
            return self.env["stock.picking"].browse(found.pop(self.id))
        return self._find_open_load()

    def _find_open_load(self):
        """An open load whose truck has room for all these moves, those on no trip first.

        :return: ``stock.picking``, empty when a new one has to be made
        """
        loads = self.env["stock.picking"].search(self[:1]._search_picking_for_assignation_domain())
        for load in loads.sorted(lambda load: bool(load.batch_id)):
            if not load._is_closed_load() and load._has_room_for(self):
                return load
        return loads.browse()

    # --- less goods ---

    def _get_open_moves(self):
        """What may be taken off the loads of these moves' order lines.

        :return: ``stock.move``: loads on no trip first, the latest load first
        """
        moves = self.sale_line_id.move_ids.filtered(
            lambda move: (
                move.state not in ("draft", "done", "cancel")
                and move.picking_id
                and not move.picking_id._is_closed_load()
            )
        )
        return moves.sorted(lambda move: (bool(move.picking_id.batch_id), -move.picking_id.id))

    def _update_candidate_moves_list(self, candidate_moves_set):
        """Override: less of an order line comes off any of its open loads."""
        decreases = self.filtered(
            lambda move: (
                move.product_uom_qty < 0
                and move.sale_line_id
                and move.picking_type_id.code == "outgoing"
                and move.product_uom.compare(move.product_uom_qty, 0.0) < 0
            )
        )
        if decreases:
            candidate_moves_set.add(decreases._get_open_moves())
        return super(StockMove, self - decreases)._update_candidate_moves_list(candidate_moves_set)

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        """Override: goods of several loads are never merged into one."""
        return [*super()._prepare_merge_moves_distinct_fields(), "picking_id"]

    @api.model
    def _prepare_merge_negative_moves_excluded_distinct_fields(self):
        """Override: less comes off a load whichever it is, and whenever it is due."""
        names = super()._prepare_merge_negative_moves_excluded_distinct_fields()
        return [*names, "picking_id", "date_deadline"]
