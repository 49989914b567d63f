from odoo import models


class StockPicking(models.Model):
    """The delivery note of a load."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "bti.document.mixin"]

    # === ACTION METHODS === #

    def action_send_delivery_note(self):
        """Write to the client, with the delivery note."""
        self.ensure_one()
        template = self.env.ref("bti_sales.mail_template_delivery_note", raise_if_not_found=False)
        return self._bti_open_composer(template)

    def do_print_picking(self):
        """Print the delivery note of loads, and Odoo's list for other transfers."""
        if self and all(self.mapped("stage_id")):
            self.printed = True
            return self.env.ref("bti_sales.action_report_delivery_note").report_action(self)
        return super().do_print_picking()

    # === BUSINESS METHODS === #

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

    def _get_document_order(self):
        """Number of the order on the delivery note: that of its confirmation.

        :rtype: str
        """
        self.ensure_one()
        # sudo: who reads the paper reads the number of its order
        return self.sudo().sale_id._get_document_number() or self.origin or ""

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


class StockPickingBatch(models.Model):
    _inherit = "stock.picking.batch"

    def action_print(self):
        """Print the delivery notes of a trip."""
        loads = self._get_loads().sorted("batch_sequence")
        return loads.do_print_picking() if loads else super().action_print()
