from odoo import api, fields, models


class SaleOrder(models.Model):
    """Where the goods go, as far as prices and transport are concerned."""

    _inherit = "sale.order"

    destination_state_id = fields.Many2one(
        "res.country.state",
        "Destination wilaya",
        compute="_compute_destination",
        store=True,
        readonly=False,
        precompute=True,
        help="Wilaya for which prices and transport are worked out. It comes from the delivery"
        " address; another one may be chosen while the client has not given his address yet.",
    )
    destination_city_id = fields.Many2one(
        "res.city",
        "Destination commune",
        compute="_compute_destination",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('state_id', '=?', destination_state_id)]",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_shipping_id")
    def _compute_destination(self):
        for order in self:
            address = order.partner_shipping_id
            order.destination_state_id = address.state_id
            order.destination_city_id = address.city_id
