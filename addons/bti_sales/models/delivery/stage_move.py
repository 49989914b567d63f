from collections import defaultdict

from odoo import models
from odoo.exceptions import AccessError, LockError, UserError


class StockPicking(models.Model):
    """How a load moves along its stages.

    One path only, :meth:`write` of ``stage_id``, which everything else (buttons, board, trips,
    native validation) ends in: forward only, written down, goods out of stock where the stage says
    so.
    """

    _inherit = "stock.picking"

    # === CRUD METHODS === #

    def write(self, vals):
        """Send every change of stage through the checks of a move along the stages."""
        if "stage_id" not in vals:
            return super().write(vals)
        stage = self.env["bti.delivery.stage"].browse(vals["stage_id"] or [])
        self._pass_stages(stage)
        moving = self._check_stage_move(stage)
        sources = {picking: picking.stage_id for picking in moving}
        res = super().write(vals)
        moving._enter_stage(stage, sources)
        return res

    def _write_stage(self, stage):
        """Write a stage past the checks of a move and past automation rules: for corrections."""
        return super().write({"stage_id": stage.id})  # pylint: disable=super-method-mismatch

    # === ACTION METHODS === #

    def action_next_stage(self):
        """Move each delivery one stage on.

        A button of a screen that is no longer fresh names the stage that it offered in the context
        (``target_stage_id``): deliveries that are there already stay where they are, so that a
        second click never sends a truck off.
        """
        target = self.env["bti.delivery.stage"].browse(self.env.context.get("target_stage_id", []))
        by_target = defaultdict(self.browse)
        for picking in self:
            stage = target or picking.next_stage_id
            if stage and stage._is_after(picking.stage_id):
                by_target[stage] |= picking
        for stage, pickings in by_target.items():
            pickings._move_to_stage(stage)
        return True

    # === BUSINESS METHODS === #

    def _move_to_stage(self, stage):
        """Move deliveries forward to a stage.

        The one way in for code: it lets a driver move the loads of his own trips, which he may
        only read otherwise. Deliveries that are at the stage already are left alone.

        :param stage: ``bti.delivery.stage``
        :raise AccessError: when the user may not move one of the deliveries
        :raise UserError: when a delivery is cancelled, further on, or cannot enter the stage
        """
        stage.ensure_one()
        self._check_stage_access()
        # sudo: drivers read their loads only; who may move them was just checked
        self.sudo().write({"stage_id": stage.id})

    def _pass_stages(self, stage):
        """Bring deliveries into each stage before another one, to which they are moved.

        No stage is jumped: what it asks for, does and tells is due when it is passed. The hour is
        not known, though, and stays out of papers.

        :param stage: ``bti.delivery.stage``
        """
        if len(stage) != 1 or not stage.exists():
            return
        self._check_refusal(stage)
        route = {picking: stage._get_passed_since(picking.stage_id) - stage for picking in self}
        stages = self.env["bti.delivery.stage"].union(*route.values())
        for passed in stages.sorted(lambda it: (it.sequence, it.id)):
            behind = self.filtered(
                lambda picking, passed=passed: (
                    passed in route[picking] and passed._is_after(picking.stage_id)
                )
            )
            behind.write({"stage_id": passed.id})
            # sudo: the log is written by the program only
            steps = behind.sudo().step_ids.filtered(lambda step, at=passed: step.stage_id == at)
            steps.passed = True

    def _check_refusal(self, stage):
        """Check that loads which are refused on site have come that far, and not further.

        :param stage: ``bti.delivery.stage``, one that is no refusal asks for nothing
        :raise UserError: with the way to go
        """
        if stage.kind != "refused":
            return
        for picking in self.filtered(lambda it: it.stage_id and it.stage_id != stage):
            if not picking.stage_id._is_beyond("left"):
                raise UserError(
                    self.env._(
                        "Delivery %(name)s has not left: nobody can refuse it yet. Cancel it, or"
                        " plan it for another day.",
                        name=picking.name,
                    )
                )
            if picking.stage_id._is_beyond("delivered"):
                raise UserError(
                    self.env._(
                        "Delivery %(name)s is delivered: what comes back is a return. If it was"
                        " never unloaded, correct the stage first.",
                        name=picking.name,
                    )
                )

    def _check_stage_access(self):
        """Check that the user may move these deliveries along the stages.

        Dispatchers and warehouse staff may move all that they may write, a driver those of his own
        trips. Salespeople see their deliveries, and leave moving them to the yard.
        """
        self.check_access("read")
        if self.env.su:
            return
        if self.env.user.has_group("stock.group_stock_user"):
            self.check_access("write")
            return
        is_driver = self.env.user.has_group("bti_sales.group_driver")
        # sudo: only to compare the driver of the trip
        if not is_driver or self.sudo().filtered(
            lambda picking: picking.batch_id.driver_id != self.env.user.partner_id
        ):
            raise AccessError(
                self.env._(
                    "Only dispatchers move deliveries, and drivers those of their own trips."
                )
            )

    def _check_stage_move(self, stage):
        """Check that these deliveries may go to a stage, and lock those that are to move.

        :param stage: ``bti.delivery.stage``, empty is refused
        :return: the deliveries that are not at the stage yet
        :raise UserError: with the reason in the user's words
        """
        if not self.env.su:
            self._check_stage_access()
        if len(stage) != 1 or not stage.exists():
            raise UserError(self.env._("A delivery always has a stage."))
        moving = self.filtered(lambda picking: picking.stage_id != stage)
        try:
            moving.lock_for_update()
        except LockError:
            raise UserError(
                self.env._("Somebody is moving this delivery right now. Look again in a moment.")
            ) from None
        for picking in moving:
            picking._check_stage_allowed(stage)
        return moving

    def _check_stage_allowed(self, stage):
        """Hook: check that one delivery may enter a stage.

        :param stage: ``bti.delivery.stage``
        :raise UserError: with the reason in the user's words
        """
        self.ensure_one()
        if not self._is_delivery():
            raise UserError(
                self.env._("%(name)s is not a delivery: it has no stages.", name=self.name)
            )
        if self.state == "cancel":
            raise UserError(
                self.env._("Delivery %(name)s is cancelled: it stays where it is.", name=self.name)
            )
        if self._is_refused() and stage._hands_over():
            raise UserError(
                self.env._(
                    "Delivery %(name)s was refused: it cannot go on to “%(target)s”. Correct its"
                    " stage to deliver it after all.",
                    name=self.name,
                    target=stage.name,
                )
            )
        if not stage._is_after(self.stage_id):
            raise UserError(
                self.env._(
                    "Delivery %(name)s is at “%(stage)s” already: it cannot go back to"
                    " “%(target)s”.",
                    name=self.name,
                    stage=self.stage_id.name,
                    target=stage.name,
                )
            )
        if stage.needs_proof and not self._has_delivery_proof():
            raise UserError(
                self.env._(
                    "“%(stage)s” asks for a proof: have delivery %(name)s signed, or attach a"
                    " photo to it, then try again.",
                    stage=stage.name,
                    name=self.name,
                )
            )
        self._check_sale_rules(stage)

    def _check_sale_rules(self, stage):
        """Check the rules of sale before a load is loaded, and before its truck leaves.

        :param stage: ``bti.delivery.stage`` that the load is to enter
        :raise UserError: with the rules that stop the order
        """
        self.ensure_one()
        passed = set(stage._get_passed_since(self.stage_id).mapped("kind"))
        # sudo: the yard may not read orders
        order = self.sudo().sale_id
        if not order or not {"loading", "left"} & passed:
            return
        hits = order._check_rules("load")
        if stopping := hits._get_stopping():
            raise UserError(order._format_rule_error([(order, stopping)]))
        if unread := hits.filtered(lambda hit: hit.state == "open"):
            unread._decide("read")
            order._post_rule_note(
                self.env._("%(delivery)s goes on in spite of:", delivery=self.name), unread
            )

    def _enter_stage(self, stage, sources):
        """Hook: do what entering a stage brings with it.

        :param stage: ``bti.delivery.stage`` that the deliveries are at now
        :param dict sources: the stage that each delivery (key) comes from
        """
        if not self:
            return
        # sudo: the log is written by the program only
        self.env["bti.delivery.step"].sudo().create(
            [
                {"picking_id": picking.id, "stage_id": stage.id, "user_id": self.env.uid}
                for picking in self
                - self.step_ids.filtered(lambda step: step.stage_id == stage).picking_id
            ]
        )
        if stage.kind == "refused":
            # where stock is counted as the truck leaves, the goods come back into it
            self.filtered(lambda picking: picking.state == "done")._take_goods_back(stage.name)
            return
        open_pickings = self.filtered(lambda picking: picking.state != "done")
        if stage.validates_transfer:
            open_pickings._do_stage_transfer()
        elif stage.kind == "left":
            # better told in the yard than on site, where the transfer is done by default
            open_pickings._check_goods_complete()
