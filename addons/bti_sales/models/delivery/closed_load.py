from odoo import models
from odoo.exceptions import UserError

# Context key of what the program itself does with a closed load: deliver it, or cancel it in the
# yard. Its value is an object that no call from outside can name.
PASSES_KEY = "bti_closed_load_passes"
PASSES = object()


class StockPicking(models.Model):
    """From loading on, or with its gate pass, a load is closed: what is on the truck stays.

    More goods make a new delivery; less is refused, or comes back as a return and is credited.
    """

    _inherit = "stock.picking"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: a gate pass and a truck on the road keep their loads."""
        if "batch_id" in vals and (vals["batch_id"] or not self.env.context.get("keep_trip")):
            self.check_access("write")
            trip = self.env["stock.picking.batch"].browse(vals["batch_id"] or [])
            self.filtered(lambda load: load.batch_id != trip)._check_can_change_trip(trip)
        return super().write(vals)

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
        # sudo: the pass of a trip, for reps who do not read trips
        return self._has_begun_loading() or bool(self.sudo()._get_gate_pass_trip().gate_pass_name)

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
            # sudo: the trip and its pass, for reps who do not read trips
            holder = load.sudo()._get_gate_pass_trip()
            if holder.gate_pass_name:
                raise UserError(
                    self.env._(
                        "Delivery %(name)s leaves with gate pass %(number)s: have the pass"
                        " cancelled first.",
                        name=load.name,
                        number=holder.gate_pass_name,
                    )
                )
            if not is_yard and (holder != load or load._is_closed_load()):
                raise UserError(
                    self.env._(
                        "Delivery %(name)s is on a trip or being loaded: ask the dispatcher to"
                        " cancel it.",
                        name=load.name,
                    )
                )

    def _check_can_change_trip(self, trip):
        """Check that these loads may leave their trip for another one, or for none.

        :param trip: ``stock.picking.batch``, may be empty
        :raise UserError: when a gate pass lists the load, or its truck is on the road
        """
        for load in self.filtered(lambda load: load.stage_id and load.state != "cancel"):
            # sudo: as above
            for holder in load.sudo().batch_id | trip.sudo():
                if holder.gate_pass_name:
                    raise UserError(
                        self.env._(
                            "Trip %(trip)s has its gate pass %(number)s, which lists its loads:"
                            " cancel the pass before you change them.",
                            trip=holder.name,
                            number=holder.gate_pass_name,
                        )
                    )
            if load.batch_id and load._has_left():
                raise UserError(
                    self.env._(
                        "Delivery %(name)s has left with trip %(trip)s: it stays on it.",
                        name=load.name,
                        trip=load.sudo().batch_id.name,  # sudo: as above
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
