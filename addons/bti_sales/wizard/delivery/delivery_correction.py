from odoo import api, fields, models
from odoo.exceptions import UserError


class DeliveryCorrection(models.TransientModel):
    """Bring deliveries back to an earlier stage, with a reason."""

    _name = "bti.delivery.correction"
    _inherit = "bti.wizard.mixin"
    _description = "Correct the Stage"

    picking_ids = fields.Many2many("stock.picking", string="Deliveries", required=True)
    allowed_stage_ids = fields.Many2many("bti.delivery.stage", compute="_compute_allowed_stage_ids")
    stage_id = fields.Many2one(
        "bti.delivery.stage",
        "Right stage",
        required=True,
        domain="[('id', 'in', allowed_stage_ids)]",
    )
    reason = fields.Char(required=True, help="It stays with the delivery.")
    effect = fields.Text(compute="_compute_effect", help="What the correction brings with it.")

    # === COMPUTE METHODS === #

    @api.depends("picking_ids.stage_id")
    def _compute_allowed_stage_ids(self):
        route = self.env["bti.delivery.stage"]
        route = route.browse(route._get_route_ids()).filtered(lambda stage: stage.kind != "refused")
        for wizard in self:
            wizard.allowed_stage_ids = route.filtered(
                lambda stage, loads=wizard.picking_ids: (
                    loads and all(load.stage_id._is_after(stage) for load in loads)
                )
            )

    @api.depends("picking_ids", "stage_id")
    @api.depends_context("lang")
    def _compute_effect(self):
        for wizard in self:
            stage = wizard.stage_id
            lines = []
            if stage and any(load._is_transfer_wrong(stage) for load in wizard.picking_ids):
                lines.append(
                    self.env._(
                        "The goods come back into stock by a return, pallets are credited, and a"
                        " new delivery takes the place of the old one."
                    )
                )
            lines.append(
                self.env._(
                    "Messages to the client that still wait are not sent; if he was told already,"
                    " he gets a correction."
                )
            )
            wizard.effect = "\n".join(lines)

    # === ACTION METHODS === #

    def action_apply(self):
        """Correct the stage and show the deliveries as they go on."""
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why the stage is corrected."))
        loads = self.picking_ids._correct_stage(self.stage_id, self.reason.strip())
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.delivery_action")
        action["context"] = {"create": False}
        if len(loads) == 1:
            return {**action, "res_id": loads.id, "view_mode": "form", "views": [(False, "form")]}
        return {
            **action,
            "domain": [("id", "in", loads.ids)],
            "views": loads._get_delivery_views(),
        }


class StockReturnPicking(models.TransientModel):
    """Goods of a load come back only once its client has had them."""

    _inherit = "stock.return.picking"

    def _create_return(self):
        """Override: ask again, the stage may have been corrected meanwhile."""
        if self.picking_id:
            self.picking_id._can_return()
        return super()._create_return()
