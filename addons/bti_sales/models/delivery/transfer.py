from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.plural import listed


class StockPicking(models.Model):
    """How the goods of a load leave the stock: whole, when its stage says so."""

    _inherit = "stock.picking"

    # === BUSINESS METHODS === #

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
                    names=listed(self.env, undone.mapped("name")),
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
