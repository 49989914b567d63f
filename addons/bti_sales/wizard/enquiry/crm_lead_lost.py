from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadLost(models.TransientModel):
    """An enquiry of which something was ordered is not given up by one click."""

    _inherit = "crm.lead.lost"

    ordered = fields.Char(string="Confirmed Orders", compute="_compute_ordered")
    is_sure = fields.Boolean(string="Lost all the same")

    @api.depends("lead_ids")
    def _compute_ordered(self):
        for wizard in self:
            orders = wizard.lead_ids.order_ids.filtered(lambda order: order.state == "sale")
            wizard.ordered = ", ".join(orders.mapped("name"))

    def action_lost_reason_apply(self):
        for wizard in self:
            if wizard.ordered and not wizard.is_sure:
                raise UserError(
                    self.env._(
                        "%(orders)s: confirmed for this enquiry. Cancel the order first, or tick"
                        " that it is lost all the same.",
                        orders=wizard.ordered,
                    )
                )
        return super().action_lost_reason_apply()
