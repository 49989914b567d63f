from odoo import api, fields, models

from ...tools.truck_share import apportion_trucks


class SaleOrderLine(models.Model):
    """The trucks of an order, shared out over its lines so that reports can add them up."""

    _inherit = "sale.order.line"

    truck_share = fields.Float(
        "Trucks",
        compute="_compute_truck_share",
        store=True,
        digits=(16, 4),
        help="Part of the order's trucks that this line takes, by weight or by pallet places,"
        " whichever fills a truck first. The lines of an order add up to its trucks.",
    )

    @api.depends(
        "order_id.truck_count",
        "order_id.truck_category_id",
        # one line's quantity changes the parts of all
        "order_id.order_line.full_pallets",
        "order_id.order_line.loose_pieces",
        "order_id.order_line.load_weight",
    )
    def _compute_truck_share(self):
        self.truck_share = 0.0
        for order in self.order_id:
            if not order.truck_count:
                continue
            shares = apportion_trucks(order.truck_count, order._get_truck_uses())
            for line, share in zip(order.order_line, shares, strict=True):
                if line in self:
                    line.truck_share = share
