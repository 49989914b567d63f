from odoo import api, models


class StockPicking(models.Model):
    """Papers of a load: delivery note and gate pass."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "bti.gate.pass.mixin", "bti.document.mixin"]

    # === ACTION METHODS === #

    def action_print_gate_pass(self):
        """A load on a trip leaves with the pass of its trip."""
        if self.batch_id and len(self.batch_id) == 1 and all(self.mapped("batch_id")):
            return self.batch_id.action_print_gate_pass()
        return super().action_print_gate_pass()

    def action_send_delivery_note(self):
        """Write to the client, with the delivery note."""
        self.ensure_one()
        template = self.env.ref("bti_sales.mail_template_delivery_note", raise_if_not_found=False)
        return self._bti_open_composer(template)

    # === BUSINESS METHODS === #

    def _has_begun_loading(self):
        """Tell whether the truck is being loaded, or further on.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == "done" or (bool(self.stage_id) and self.stage_id._is_beyond("loading"))

    def _get_gate_pass_loads(self):
        return self.filtered(lambda load: load._is_delivery() and load.state != "cancel")

    def _get_gate_pass_obstacles(self):
        obstacles = super()._get_gate_pass_obstacles()
        if self.batch_id:
            obstacles.append(
                self.env._(
                    "It leaves with trip %(trip)s: print the gate pass of the trip.",
                    trip=self.batch_id.name,
                )
            )
        return obstacles

    @api.model
    def _get_gate_pass_report(self):
        return self.env.ref("bti_sales.action_report_gate_pass_picking")

    def _get_gate_pass_trip(self):
        """What holds the gate pass of this load: its trip, else itself."""
        self.ensure_one()
        return self.batch_id or self

    def _is_delivery_note_public(self):
        """Tell whether the client finds the delivery note online: once the truck has left.

        :rtype: bool
        """
        self.ensure_one()
        stage = self.sudo().stage_id  # sudo: no secret, clients only have no access to stages
        return self.state == "done" or (
            self.state != "cancel" and bool(stage) and stage._is_beyond("left")
        )

    def _get_step_date(self, *kinds):
        """When this load entered a stage of one of some kinds, if that is known.

        :rtype: datetime | None
        """
        self.ensure_one()
        # sudo: the client's delivery note shows times, not who moved the load
        steps = self.sudo().step_ids.filtered(
            lambda step: step.stage_id.kind in kinds and not step.passed
        )
        return steps[:1].date or None

    def _get_delivery_note_times(self):
        """Times on the delivery note: what is known, and room for the rest.

        :return: couples (label, datetime or None)
        :rtype: list[tuple]
        """
        self.ensure_one()
        return [
            (self.env._("Loaded"), self._get_step_date("loading", "weighed")),
            (self.env._("Left the works"), self._get_step_date("left")),
            (self.env._("Arrived on site"), self._get_step_date("arrived")),
            (self.env._("Unloaded"), self._get_step_date("delivered")),
        ]
