from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from .closed_load import PASSES, PASSES_KEY

# What says which goods a load carries.
_GOODS = {"product_id", "product_uom", "product_uom_qty", "picking_id", "location_id"}
# Moves that find their load together (ids), so that its room is counted once for all of them.
_TOGETHER_KEY = "bti_moves_together"


class StockMove(models.Model):
    """Goods go on open loads with room for them, and come off open loads only."""

    _inherit = "stock.move"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override: no goods are added to a closed load."""
        if not self._passes_closed_loads():
            self.check_access("create")
            loads = self.env["stock.picking"].browse(
                [vals["picking_id"] for vals in vals_list if vals.get("picking_id")]
            )
            loads.filtered(lambda load: load.state != "done")._check_open_load()
        moves = super().create(vals_list)
        moves._check_trips()
        return moves

    def write(self, vals):
        """Override: what is on a closed load is not changed."""
        changes = _GOODS & set(vals)
        if changes and not self._passes_closed_loads():
            self.check_access("write")
            moves = self.filtered(
                lambda move: (
                    move.state not in ("done", "cancel")
                    and any(move._is_changed(name, vals[name]) for name in changes)
                )
            )
            moves.picking_id._check_open_load()
            if moves and vals.get("picking_id"):
                self.env["stock.picking"].browse(vals["picking_id"])._check_open_load()
        res = super().write(vals)
        if changes:
            self._check_trips()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_closed_load(self):
        self.filtered(
            lambda move: move.state not in ("draft", "cancel")
        ).picking_id._check_open_load()

    # === BUSINESS METHODS === #

    def _passes_closed_loads(self):
        """Tell whether the program delivers or cancels a load just now."""
        return self.env.context.get(PASSES_KEY) is PASSES

    def _is_changed(self, name, value):
        """Tell whether writing a value of :data:`_GOODS` would change this move."""
        self.ensure_one()
        if name == "product_uom_qty":
            return self.product_uom.compare(self.product_uom_qty, value) != 0
        return self[name].id != (value or False)

    def _check_trips(self):
        """Refuse what overloads the truck of a planned trip, where the company refuses it."""
        loads = self.picking_id.filtered("batch_id")
        if loads:
            # sudo: the trip's truck, whoever changes an order
            loads.sudo().batch_id._check_overload()

    def _raise_more_than_planned(self):
        self.ensure_one()
        raise UserError(
            self.env._(
                "Delivery %(name)s: %(quantity)s of %(product)s are entered, %(planned)s are"
                " planned. More goods go with a new delivery.",
                name=self.picking_id.name,
                quantity=f"{self.quantity:g}",
                planned=f"{self.product_uom_qty:g}",
                product=self.product_id.display_name,
            )
        )

    def _action_cancel(self):
        """Override: goods on a truck are not cancelled by their order."""
        if not self._passes_closed_loads():
            moves = self.filtered(lambda move: move.state not in ("done", "cancel"))
            moves.picking_id._check_open_load()
        return super()._action_cancel()

    def _do_unreserve(self):
        """Override: what is on a truck is not free for others."""
        if not self._passes_closed_loads():
            reserved = self.filtered(
                lambda move: move.state in ("assigned", "partially_available") and move.quantity
            )
            reserved.picking_id._check_open_load()
        return super()._do_unreserve()

    # --- more goods ---

    def _assign_picking(self):
        """Override: moves that go on one load are looked at together."""
        if any(move.picking_type_id.code != "outgoing" for move in self):
            return super()._assign_picking()
        for _key, moves in groupby(self, key=lambda move: move._key_assign_picking()):
            moves = self.concat(*moves)
            super(
                StockMove,
                # the load that is found is open: it need not be checked again
                moves.with_context(**{_TOGETHER_KEY: moves.ids, PASSES_KEY: PASSES}),
            )._assign_picking()
        return True

    def _search_picking_for_assignation(self):
        """Override: an open load whose truck has room, those on no trip first."""
        self.ensure_one()
        if self.picking_type_id.code != "outgoing":
            return super()._search_picking_for_assignation()
        loads = self.env["stock.picking"].search(self._search_picking_for_assignation_domain())
        moves = self.browse(self.env.context.get(_TOGETHER_KEY) or self.ids)
        for load in loads.sorted(lambda load: bool(load.batch_id)):
            if not load._is_closed_load() and load._has_room_for(moves):
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
                move.sale_line_id
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


class StockMoveLine(models.Model):
    """Nothing more is loaded on a closed load."""

    _inherit = "stock.move.line"

    @api.constrains("quantity", "product_uom_id", "move_id")
    def _check_closed_load(self):
        for move in self.move_id:
            if (
                move.state not in ("done", "cancel")
                and move.product_uom.compare(move._quantity_sml(), move.product_uom_qty) > 0
                and move.picking_id._is_closed_load()
            ):
                move._raise_more_than_planned()
