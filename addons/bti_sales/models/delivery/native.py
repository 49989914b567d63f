from odoo import api, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Odoo's own buttons on a load: led through the stages, or refused with the way to go."""

    _inherit = "stock.picking"

    # === ACTION METHODS === #

    def button_validate(self):
        """Validate loads only when their next stage takes the goods out of stock."""
        self._check_validation_is_due()
        return super().button_validate()

    def button_scrap(self):
        self._check_not_scrapped()
        return super().button_scrap()

    def action_split_transfer(self):
        """A load is split into truckloads, before it is begun."""
        if self.stage_id:
            return self.action_plan_loads()
        return super().action_split_transfer()

    # === BUSINESS METHODS === #

    def _check_validation_is_due(self):
        """Check that nothing lies between these loads and the stage that validates them.

        :raise UserError: saying where a load is and what comes next
        """
        if self.env.su:
            return
        for load in self.filtered(lambda picking: picking.state not in ("done", "cancel")):
            stage = load.stage_id
            if not stage:
                continue
            if load._is_refused():
                raise UserError(
                    self.env._(
                        "Delivery %(name)s was refused: it cannot be validated.", name=load.name
                    )
                )
            if stage._is_transfer_due() or load.next_stage_validates:
                continue
            raise UserError(
                self.env._(
                    "Delivery %(name)s cannot be validated yet: it is at “%(stage)s”, and"
                    " “%(next)s” comes next. Move it along its stages.",
                    name=load.name,
                    stage=stage.name,
                    next=load.next_stage_id.name or "",
                )
            )

    def _check_not_scrapped(self):
        """Check that none of these transfers is a load: what it carries is sold.

        :raise UserError: with the way to go
        """
        for load in self.filtered("stage_id"):
            raise UserError(
                self.env._(
                    "Goods of delivery %(name)s cannot be scrapped: they are sold. Scrap what broke"
                    " in the yard from the stock (Inventory, Operations, Scrap); what broke on the"
                    " way comes back by a return or is credited.",
                    name=load.name,
                )
            )

    def _can_return(self):
        """Override: nothing comes back from a client who has not got it.

        :raise UserError: for a load that is not delivered yet
        """
        if self.stage_id and not (
            self.state == "done"
            and (self.stage_id.kind == "refused" or self.stage_id._is_beyond("delivered"))
        ):
            raise UserError(
                self.env._(
                    "Delivery %(name)s is not delivered yet: there is nothing to return. A stage"
                    " that was set by mistake is corrected with “Correct the stage”.",
                    name=self.name,
                )
            )
        return super()._can_return()

    def _check_warn_sms(self):
        """Override of `stock_sms`: the rules on stages tell the client, nobody is asked."""
        return super(StockPicking, self.filtered(lambda load: not load.stage_id))._check_warn_sms()

    def _send_confirmation_email(self):
        """Override: without the SMS of `stock_sms`, which would be the second one."""
        loads = self.filtered("stage_id")
        super(StockPicking, self - loads)._send_confirmation_email()
        return super(StockPicking, loads.with_context(skip_sms=True))._send_confirmation_email()


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _add_to_wave(self, wave=False, description=False):
        """Override: a wave takes lines out of their transfers, which would break a load up."""
        for load in self.picking_id.filtered("stage_id")[:1]:
            raise UserError(
                self.env._(
                    "Delivery %(name)s is a truckload: it goes on a trip as a whole, not into"
                    " waves.",
                    name=load.name,
                )
            )
        return super()._add_to_wave(wave=wave, description=description)


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    @api.constrains("picking_id")
    def _check_picking_id(self):
        """Nothing that a load carries is scrapped, whoever writes it."""
        self.picking_id._check_not_scrapped()
