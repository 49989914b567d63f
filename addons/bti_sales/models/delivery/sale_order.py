from odoo import models


class SaleOrder(models.Model):
    """From an order to its loads."""

    _inherit = "sale.order"

    # === CORE HOOKS === #

    def _action_cancel(self):
        """Override of `sale_stock`: the open loads are cancelled with their order."""
        self.check_access("write")
        # sudo: salespeople read the moves of their orders and change none
        return super(SaleOrder, self.sudo())._action_cancel()

    # === ACTIONS === #

    def action_plan_loads(self):
        """Plan the loads of the order's delivery, or choose which delivery to plan."""
        self.ensure_one()
        first_stage = self.env["bti.delivery.stage"]._get_first_stage()
        to_plan = self.picking_ids.filtered(
            lambda picking: (
                picking.stage_id == first_stage
                and picking.state not in ("done", "cancel")
                and not picking.batch_id
            )
        )
        if len(to_plan) == 1:
            return to_plan.action_plan_loads()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.delivery_action")
        return {
            **action,
            "domain": [("sale_id", "=", self.id), ("stage_id", "!=", False)],
            "views": self.picking_ids._get_delivery_views(),
            "context": {"create": False},
        }
