from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.plural import listed


class SaleOrderLine(models.Model):
    """A line and its loads: it never asks for less than what is on the trucks."""

    _inherit = "sale.order.line"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: another unit of a confirmed line is another quantity for its loads."""
        lines = self.browse()
        if "product_uom_id" in vals and "product_uom_qty" not in vals:
            lines = self.filtered(
                lambda line: (
                    line.state == "sale"
                    and not line.is_expense
                    and line.product_uom_id.id != vals["product_uom_id"]
                )
            )
        previous = {line.id: line.product_uom_qty for line in lines}
        res = super().write(vals)
        if lines:
            lines._action_launch_stock_rule(previous_product_uom_qty=previous)
        return res

    # === BUSINESS METHODS === #

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Override: check first that the trucks do not carry more already."""
        if previous_product_uom_qty:
            for line in self:
                line._check_closed_loads()
        return super()._action_launch_stock_rule(previous_product_uom_qty=previous_product_uom_qty)

    def _check_closed_loads(self):
        """Check that this line is not less than what is loaded, on the road or delivered.

        :raise UserError: naming the loads
        """
        self.ensure_one()
        outgoing, incoming = self._get_outgoing_incoming_moves()
        outgoing = outgoing.filtered(
            lambda move: move.state == "done" or move.picking_id._is_closed_load()
        )
        incoming = incoming.filtered(lambda move: move.state == "done")
        loaded = sum(
            sign
            * move.product_uom._compute_quantity(
                move.quantity if move.state == "done" else move.product_uom_qty,
                self.product_uom_id,
                rounding_method="HALF-UP",
            )
            for sign, moves in ((1, outgoing), (-1, incoming))
            for move in moves
        )
        if self.product_uom_id.compare(self.product_uom_qty, loaded) < 0:
            raise UserError(
                self.env._(
                    "%(product)s: %(loaded)s %(unit)s are being loaded, on the road or delivered"
                    " with %(loads)s, so the order cannot go down to %(quantity)s. Goods that come"
                    " back are entered as a return of their delivery, and are credited.",
                    product=self.product_id.display_name,
                    loaded=f"{loaded:g}",
                    unit=self.product_uom_id.name,
                    loads=listed(self.env, sorted(outgoing.picking_id.mapped("name"))),
                    quantity=f"{self.product_uom_qty:g}",
                )
            )

    def _get_pickings_between(self, start, end):
        """Deliveries of a part of what the line delivered so far, first delivered first.

        :param float start: quantity delivered before, in the reference unit
        :param float end: quantity delivered with them, in the reference unit
        :return: done ``stock.picking``
        """
        self.ensure_one()
        pickings = self.env["stock.picking"]
        delivered = 0.0
        for move in self.move_ids.sorted("date"):
            if move.state != "done" or move.location_dest_id.usage != "customer":
                continue
            if move.picking_id.replacement_id:  # taken back by a correction
                continue
            before, delivered = delivered, delivered + move.quantity * move.product_uom.factor
            # a hundredth of a piece: float sums of whole pieces
            if before < end - 0.01 and delivered > start + 0.01:
                pickings |= move.picking_id
        return pickings
