from odoo import api, models
from odoo.exceptions import UserError

# Context key of what the program itself does with a closed load: deliver it, or cancel it in the
# yard. Its value is an object that no call from outside can name.
PASSES_KEY = "bti_closed_load_passes"
PASSES = object()
# What says which goods a load carries.
_GOODS = {"product_id", "product_uom", "product_uom_qty", "picking_id", "location_id"}


class StockPicking(models.Model):
    """From loading on, or with its gate pass, a load is closed: what is on the truck stays.

    More goods make a new delivery; less is refused, or comes back as a return and is credited.
    """

    _inherit = "stock.picking"

    # === ACTION METHODS === #

    def action_cancel(self):
        """Cancel loads that have not left; a load on a trip or at the ramp only by the yard.

        :raise UserError: when a load has left, has its gate pass, or is the yard's business
        """
        self._check_can_be_cancelled()
        return super(StockPicking, self.with_context(**{PASSES_KEY: PASSES})).action_cancel()

    def _action_done(self):
        """Override: delivering a load may leave a part of it undelivered."""
        return super(StockPicking, self.with_context(**{PASSES_KEY: PASSES}))._action_done()

    # === BUSINESS METHODS === #

    def _is_closed_load(self):
        """Tell whether what is on this load stays as it is.

        :rtype: bool
        """
        self.ensure_one()
        if not self.stage_id or self.state == "cancel":
            return False
        return self._has_begun_loading() or bool(self._get_gate_pass_number())

    def _get_gate_pass_number(self):
        """Hook: number of the gate pass that lists this load.

        :return: empty as long as there is none
        :rtype: str
        """
        self.ensure_one()
        return ""

    def _has_begun_loading(self):
        """Tell whether the truck is being loaded, or further on.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == "done" or (bool(self.stage_id) and self.stage_id._is_beyond("loading"))

    def _has_left(self):
        """Tell whether the truck with this load has left the yard.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.stage_id) and (self.state == "done" or self.stage_id._is_beyond("left"))

    def _check_open_load(self):
        """Check that goods may be added to these loads and taken off them.

        :raise UserError: naming a load that is closed
        """
        for load in self:
            if load._is_closed_load():
                raise UserError(
                    self.env._(
                        "Delivery %(name)s is being loaded, has left or has its gate pass: what is"
                        " on it stays as it is. More goods go with a new delivery; goods that come"
                        " back are entered as a return.",
                        name=load.name,
                    )
                )

    def _check_can_be_cancelled(self):
        """Check that these loads may be cancelled.

        :raise UserError: with the reason in the user's words
        """
        is_yard = self.env.su or self.env.user.has_group("stock.group_stock_user")
        for load in self.filtered(
            lambda load: load.stage_id and load.state not in ("done", "cancel")
        ):
            if load.stage_kind == "refused":
                continue  # the client sent it back: the goods are in the yard
            if load._has_left():
                raise UserError(
                    self.env._(
                        "Delivery %(name)s has left: it cannot be cancelled. Goods that come back"
                        " are entered as a return.",
                        name=load.name,
                    )
                )
            if number := load._get_gate_pass_number():
                raise UserError(
                    self.env._(
                        "Delivery %(name)s leaves with gate pass %(number)s: have the pass"
                        " cancelled first.",
                        name=load.name,
                        number=number,
                    )
                )
            # sudo: whether it has a trip, for reps who do not read trips
            if not is_yard and (load.sudo().batch_id or load._is_closed_load()):
                raise UserError(
                    self.env._(
                        "Delivery %(name)s is on a trip or being loaded: ask the dispatcher to"
                        " cancel it.",
                        name=load.name,
                    )
                )

    def _check_stage_allowed(self, stage):
        """Override: no truck leaves with more than is planned."""
        res = super()._check_stage_allowed(stage)
        if stage._is_beyond("left") and not self._has_left():
            self._check_not_more_than_planned()
        return res

    def _check_not_more_than_planned(self):
        """Check that these loads are not more than what was ordered with them.

        :raise UserError: naming the first product of which there is more
        """
        for move in self.move_ids:
            if (
                move.state not in ("done", "cancel")
                and move.product_uom.compare(move.quantity, move.product_uom_qty) > 0
            ):
                move._raise_more_than_planned()


class StockMove(models.Model):
    """Goods are neither added to a closed load nor taken off it."""

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
        moves._check_truck()
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
            self._check_truck()
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

    def _check_truck(self):
        """Hook: check that these goods are not too much for the truck that is to carry them.

        :raise UserError: saying by how much
        """

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
