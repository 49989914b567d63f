from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError


class StockPicking(models.Model):
    """One outgoing transfer is one load: what one truck takes to one site.

    Its stage is moved by one path only, :meth:`write` of ``stage_id``, which everything else
    (buttons, board, trips, native validation) ends in: forward only, written down, goods out of
    stock where the stage says so.
    """

    _inherit = "stock.picking"

    stage_id = fields.Many2one(
        "bti.delivery.stage",
        "Delivery stage",
        compute="_compute_stage_id",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        group_expand="_read_group_stage_ids",
    )
    stage_kind = fields.Selection(related="stage_id.kind", string="Kind of stage")
    next_stage_id = fields.Many2one(
        "bti.delivery.stage", "Next stage", compute="_compute_next_stage_id"
    )
    next_stage_validates = fields.Boolean(
        compute="_compute_next_stage_id", help="The next stage takes the goods out of stock."
    )
    step_ids = fields.One2many(
        "bti.delivery.step", "picking_id", "Steps", readonly=True, copy=False
    )
    sale_user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        related="sale_id.user_id",
        store=True,
        index="btree_not_null",
        help="Salesperson of the order.",
    )
    partner_state_id = fields.Many2one("res.country.state", "Wilaya", related="partner_id.state_id")
    partner_city = fields.Char("Commune", related="partner_id.city")
    partner_phone = fields.Char("Phone", related="partner_id.phone")
    site_access = fields.Text(related="partner_id.site_access")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    # === COMPUTE METHODS === #

    @api.depends("picking_type_id", "return_id", "location_dest_id")
    def _compute_stage_id(self):
        first_stage = self.env["bti.delivery.stage"]._get_first_stage()
        for picking in self:
            if not picking._is_delivery():
                picking.stage_id = False
            elif not picking.stage_id and not picking.replacement_id:
                picking.stage_id = first_stage

    @api.depends("stage_id", "state")
    def _compute_next_stage_id(self):
        for picking in self:
            picking.next_stage_id = (
                picking.stage_id._get_next_stage()
                if picking.stage_id and picking.state != "cancel"
                else False
            )
            picking.next_stage_validates = picking.next_stage_id.validates_transfer

    @api.depends("scheduled_date", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for picking in self:
            picking.is_late = (
                picking.state not in ("done", "cancel")
                and picking.scheduled_date
                and picking.scheduled_date < now
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("stage_id", "!=", False),
            ("state", "not in", ("done", "cancel")),
            ("scheduled_date", "<", "now"),
        ]

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show the columns of all active stages, and those that still hold deliveries."""
        shown = stages | stages.browse(stages._get_route_ids())
        return shown.sorted(lambda stage: (stage.sequence, stage.id))

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

    def _is_delivery(self):
        """Tell whether this transfer is a load for a client, that is, has delivery stages.

        What goes out again after it came back is one; what goes back to a supplier is none.

        :rtype: bool
        """
        self.ensure_one()
        return self.picking_type_id.code == "outgoing" and (
            not self.return_id or self.location_dest_id._is_outgoing()
        )

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

    def _is_refused(self):
        """Tell whether the client refused this load on site.

        :rtype: bool
        """
        self.ensure_one()
        return "refused" in (self.stage_id | self.step_ids.stage_id).mapped("kind")

    def _has_delivery_proof(self):
        """Hook: tell whether something proves that the client took the load.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.signature
            or self.env["ir.attachment"].search_count(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("res_field", "=", False),
                    ("mimetype", "=like", "image/%"),
                ],
                limit=1,
            )
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

    def _do_stage_transfer(self):
        """Take the goods of these loads out of stock, whole.

        Quantities that somebody changed and marked as picked are kept; the rest of such a load
        becomes a back order. Otherwise every piece of the load must be reserved.

        :raise UserError: naming what is missing
        """
        if not self:
            return
        self._check_goods_complete()
        self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and not move.picked
        ).picked = True
        # The client is told by the rules on stages: the confirmation SMS of Odoo stays out.
        self.with_context(skip_backorder=True, skip_sms=True, keep_trip=True).button_validate()
        undone = self.filtered(lambda picking: picking.state != "done")
        if undone:
            raise UserError(
                self.env._(
                    "The goods of %(names)s cannot leave the stock in one step: open the delivery"
                    " and use “Validate”, which asks for what is missing.",
                    names=", ".join(undone.mapped("name")),
                )
            )

    def _check_goods_complete(self):
        """Check that every piece of these loads is reserved, and try to reserve what is not.

        :raise UserError: naming what is missing
        """
        self.filtered(lambda picking: picking.state == "draft").action_confirm()
        self._reserve_missing()
        shortages = [text for picking in self if (text := picking._get_shortage_text())]
        if shortages:
            raise UserError("\n".join(shortages))

    def _reserve_missing(self):
        """Try once more to reserve what these loads still lack."""
        self.move_ids.filtered(
            lambda move: (
                move.state in ("confirmed", "waiting", "partially_available") and not move.picked
            )
        )._action_assign()

    def _get_shortage_text(self):
        """Say which pieces of this load are not reserved.

        :return: text, empty when the load is complete
        """
        self.ensure_one()
        parts = []
        for move in self.move_ids:
            missing = move.product_uom_qty - move.quantity
            if move.picked or move.state in ("done", "cancel"):
                continue
            if move.product_uom.compare(missing, 0.0) > 0:
                parts.append(
                    self.env._(
                        "%(product)s: %(missing)s missing of %(asked)s",
                        product=move.product_id.display_name,
                        missing=f"{missing:g}",
                        asked=f"{move.product_uom_qty:g}",
                    )
                )
        if not parts:
            return ""
        return self.env._(
            "Delivery %(name)s is not complete in stock (%(missing)s).",
            name=self.name,
            missing="; ".join(parts),
        )

    def _action_done(self):
        """Bring deliveries that are validated in the native way to the stage that this means."""
        res = super()._action_done()
        validating = (
            self.env["bti.delivery.stage"]
            .browse(self.env["bti.delivery.stage"]._get_route_ids())
            .filtered("validates_transfer")[:1]
        )
        if validating:
            behind = self.filtered(
                lambda picking: (
                    picking.state == "done"
                    and picking._is_delivery()
                    and validating._is_after(picking.stage_id)
                )
            )
            # sudo: whoever may validate the goods brings the delivery on
            behind.sudo().write({"stage_id": validating.id})
        return res

    @api.model
    def _init_stages(self):
        """Give the deliveries that were there before the addon their stage, in two statements."""
        Stage = self.env["bti.delivery.stage"]
        first_stage = Stage._get_first_stage()
        done_stage = Stage.browse(Stage._get_route_ids()).filtered("validates_transfer")[:1]
        types = self.env["stock.picking.type"].with_context(active_test=False)
        deliveries = [
            ("picking_type_id", "in", types.search([("code", "=", "outgoing")]).ids),
            ("stage_id", "=", False),
            "|",
            ("return_id", "=", False),
            ("location_dest_id.usage", "=", "customer"),
            ("replacement_id", "=", False),
        ]
        for stage, states in (
            (first_stage, ("draft", "waiting", "confirmed", "assigned")),
            (done_stage, ("done",)),
        ):
            pickings = self.sudo().search([*deliveries, ("state", "in", states)])
            if stage and pickings:
                # SQL: history is set without messages, rules or transfers
                self.env.cr.execute(
                    "UPDATE stock_picking SET stage_id = %s WHERE id IN %s",
                    [stage.id, tuple(pickings.ids)],
                )
                pickings.invalidate_recordset(["stage_id"])
