from odoo import api, fields, models

from .res_partner import DELIVERY_MODES


class SaleOrder(models.Model):
    """Ex-works or delivered, and what the load weighs."""

    _inherit = "sale.order"

    delivery_mode = fields.Selection(
        DELIVERY_MODES,
        "Delivery",
        compute="_compute_delivery_mode",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Ex-works: the client fetches the goods with his own truck. Delivered: the transport"
        " is charged on the order.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id")
    def _compute_delivery_mode(self):
        for order in self:
            partner = order.partner_id
            order.delivery_mode = (
                partner.delivery_mode
                or partner.commercial_partner_id.delivery_mode
                or order.company_id.delivery_mode
                or "ex_works"
            )

    @api.depends("order_line.load_weight")
    def _compute_shipping_weight(self):
        return super()._compute_shipping_weight()

    def _get_estimated_weight(self):
        """Weight of the load with its pallets, kg; goods not sold by the piece as Odoo does."""
        self.ensure_one()
        weight = 0.0
        for line in self.order_line:
            if line.delivery_form:
                weight += max(line.load_weight, 0.0)
            elif (
                not line.display_type
                and not line.is_delivery
                and line.product_id.type == "consu"
                and line.product_uom_qty > 0
            ):
                weight += line.product_qty * line.product_id.weight
        return weight

    # === BUSINESS METHODS === #

    def _is_taken_to_site(self):
        return self.delivery_mode == "delivered"
