from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

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
