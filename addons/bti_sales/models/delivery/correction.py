from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError

# States of messages that the client has, or may have.
_TOLD_STATES = ("sending", "unknown", "sent", "delivered")


class StockPicking(models.Model):
    """Taking back a stage that was set by mistake, with a reason.

    Forward is the only way along the stages; back is an exception that a dispatcher answers for.
    Goods that left the stock come back by Odoo's own return, and another delivery takes the place
    of the one that never was. The client is told when he had been told wrong.
    """

    _inherit = "stock.picking"

    replacement_id = fields.Many2one(
        "stock.picking",
        "Replaced by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The delivery that took the place of this one when its stage was corrected.",
    )
    corrected_step_ids = fields.One2many(
        "bti.delivery.step",
        "picking_id",
        "Steps taken back",
        domain=[("active", "=", False)],
        context={"active_test": False},
        readonly=True,
    )
    replaced_ids = fields.One2many("stock.picking", "replacement_id", "Takes the place of")

    # === CONSTRAINTS === #

    @api.constrains("replacement_id")
    def _check_replacement_id(self):
        """Whoever follows a delivery to the one in its place must arrive."""
        if self._has_cycle("replacement_id"):
            raise ValidationError(self.env._("A delivery cannot take its own place."))

    # === ACTION METHODS === #

    def action_correct_stage(self):
        """Open the correction of these deliveries' stage."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_sales.delivery_correction_action"
        )
        action["context"] = {"default_picking_ids": self.ids}
        return action

    # === BUSINESS METHODS === #

    def _correct_stage(self, stage, reason):
        """Bring deliveries back to an earlier stage.

        :param stage: ``bti.delivery.stage``
        :param str reason: why, kept with the steps that are taken back
        :return: the deliveries as they go on, some of them new
        :raise UserError: when a delivery is not beyond that stage, or is invoiced
        """
        self.check_access("write")
        try:
            self.lock_for_update()
        except LockError:
            raise UserError(
                self.env._("Somebody is moving this delivery right now. Look again in a moment.")
            ) from None
        for load in self:
            load._check_correction(stage)
        # sudo: steps, trips, returns, messages and activities are the program's to mend; that the
        # user may correct these deliveries was just checked
        loads_sudo = self.sudo()
        left_behind = loads_sudo._get_left_behind(stage)
        corrected = self.browse()
        for load in loads_sudo:
            corrected |= load._take_stage_back(stage, reason, load in left_behind)
        return corrected.sudo(self.env.su)

    def _check_correction(self, stage):
        """Check that this delivery can be brought back to a stage.

        :param stage: ``bti.delivery.stage``
        :raise UserError: with the reason in the user's words
        """
        self.ensure_one()
        if self.state == "cancel" or not self.stage_id:
            raise UserError(
                self.env._("Delivery %(name)s is cancelled: it stays where it is.", name=self.name)
            )
        if not self.stage_id._is_after(stage):
            raise UserError(
                self.env._(
                    "Delivery %(name)s is at “%(stage)s”: a correction goes back to an earlier"
                    " stage. Move it on with its button.",
                    name=self.name,
                    stage=self.stage_id.name,
                )
            )
        if not self._is_transfer_wrong(stage):
            return
        for line in self.sudo().move_ids.sale_line_id:  # sudo: the yard may not read orders
            moves = self.sudo().move_ids.filtered(lambda move, line=line: move.sale_line_id == line)
            shipped = sum(
                move.product_uom._compute_quantity(move.quantity, line.product_uom_id)
                for move in moves
                if move.state == "done"
            )
            left = line.qty_delivered - shipped
            if (
                line.product_id.invoice_policy == "delivery"
                and line.product_uom_id.compare(line.qty_invoiced, left) > 0
            ):
                raise UserError(
                    self.env._(
                        "%(product)s of delivery %(name)s is invoiced already: have the invoice"
                        " credited (or its draft deleted), then correct the stage.",
                        product=line.product_id.display_name,
                        name=self.name,
                    )
                )

    def _is_transfer_wrong(self, stage):
        """Tell whether goods that left the stock would still be there at a stage.

        :param stage: ``bti.delivery.stage``
        :rtype: bool
        """
        self.ensure_one()
        return self.state == "done" and not stage._is_transfer_due()

    def _get_left_behind(self, stage):
        """Those of these loads that would be in the yard while others of their trip have left.

        :param stage: ``bti.delivery.stage`` to which these loads are brought back
        """
        if stage._is_beyond("left"):
            return self.browse()
        return self.filtered(
            lambda load: any(other._has_left() for other in load.batch_id.picking_ids - self)
        )

    def _take_stage_back(self, stage, reason, leaves_trip=False):
        """Bring one delivery back to a stage and put right what followed from the later ones.

        :param stage: ``bti.delivery.stage``
        :param str reason: why
        :param bool leaves_trip: whether it comes off its trip, which goes on without it
        :return: the delivery that goes on: this one, or the new one in its place
        """
        self.ensure_one()
        source = self.stage_id
        undone = self.step_ids.filtered(lambda step: step.stage_id._is_after(stage))
        told = self._stop_messages_since(undone)
        undone.write(
            {
                "active": False,
                "corrected_by_id": self.env.uid,
                "corrected_date": fields.Datetime.now(),
                "correction_reason": reason,
            }
        )
        self.invalidate_recordset(["step_ids", "corrected_step_ids"])
        self._undo_steps(stage)
        # without a stage it is no load: free to change its trip
        is_transfer_wrong = self._is_transfer_wrong(stage)
        self._write_stage(stage.browse())
        if leaves_trip:
            self._message_log(body=self.env._("Taken off trip %(trip)s.", trip=self.batch_id.name))
            self.batch_id = False
        delivery = self._replace_delivery(reason) if is_transfer_wrong else self
        delivery._write_stage(stage)
        delivery._message_log(
            body=self.env._(
                "Stage corrected from “%(wrong)s” to “%(right)s”: %(reason)s",
                wrong=source.name,
                right=stage.name,
                reason=reason,
            ),
        )
        template = self.env.ref(
            "bti_sales.sms_template_delivery_correction", raise_if_not_found=False
        )
        if told and template:
            delivery._bti_notify(template)
        return delivery

    def _undo_steps(self, stage):
        """Hook: take back what the steps beyond a stage brought with them.

        :param stage: ``bti.delivery.stage`` to which this delivery is brought back
        """
        self.ensure_one()

    def _hand_over_to(self, replacement):
        """Hook: give the delivery in the place of this one what this one holds.

        :param replacement: ``stock.picking``
        """
        self.ensure_one()

    def _stop_messages_since(self, steps):
        """Cancel what the client was to be told by some steps and has not been sent yet.

        :param steps: ``bti.delivery.step`` that are taken back
        :return: whether the client has been told something already
        :rtype: bool
        """
        self.ensure_one()
        if not steps:
            return False
        origins = self
        while origins.replaced_ids - origins:
            origins |= origins.replaced_ids
        domain = [
            ("create_date", ">=", min(steps.mapped("create_date"))),
            ("res_id", "in", origins.ids),
        ]
        messages = self.env["bti.message"].search(
            [*domain, ("res_model", "=", self._name), ("direction", "=", "out")]
        )
        waiting = messages.filtered(lambda message: message.state == "outgoing")
        waiting._update_state("canceled", cost=0.0)
        if messages or self.company_id.sms_provider == "bti":
            return any(message.state in _TOLD_STATES for message in messages)
        # another provider of SMS: what the chatter shows was sent
        return bool(
            self.env["mail.message"].search_count(
                [*domain, ("model", "=", self._name), ("message_type", "=", "sms")], limit=1
            )
        )

    def _replace_delivery(self, reason):
        """Bring the goods of this delivery back into stock, and make another one in its place.

        Done transfers stay done in Odoo: this one keeps its number and its moves, against which
        the return stands, and leaves the board.

        :param str reason: why, for the papers of stock and pallets
        :return: the new delivery, with the trip, the steps and the gate pass of this one
        """
        self.ensure_one()
        trip = self.batch_id
        self.batch_id = False
        replacement = self.copy(
            {
                "sale_id": self.sale_id.id,
                "scheduled_date": self.scheduled_date,
                "date_deadline": self.date_deadline,
                "user_id": self.user_id.id,
            }
        )
        self.replacement_id = replacement
        replacement._write_stage(self.stage_id.browse())
        replacement.action_confirm()
        self._take_goods_back(reason)
        replacement._reserve_missing()
        (self.step_ids | self.corrected_step_ids).picking_id = replacement
        (self | replacement).invalidate_recordset(["step_ids", "corrected_step_ids"])
        if trip:
            replacement.batch_id = trip
            if trip.state == "done":
                trip.state = "in_progress"
        self._hand_over_to(replacement)
        self._message_log(
            body=self.env._(
                "Taken back by a correction (%(reason)s). In its place: %(name)s.",
                reason=reason,
                name=replacement._get_html_link(),
            )
        )
        return replacement

    def _take_goods_back(self, reason):
        """Hook: return the goods of these done deliveries to the stock they came from, whole.

        :param str reason: why, for the accounts that follow
        """
        for delivery in self:
            wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
            action = wizard.action_create_returns_all()
            goods_back = self.browse(action["res_id"])
            goods_back.move_ids.picked = True
            goods_back.with_context(skip_backorder=True, skip_sms=True).button_validate()
            if goods_back.state != "done":
                raise UserError(
                    self.env._(
                        "The goods of %(name)s could not be taken back into stock: finish the"
                        " return %(back)s by hand.",
                        name=delivery.name,
                        back=goods_back.name,
                    )
                )
