from odoo import api, fields, models
from odoo.tools import float_round


class SaleOrderLine(models.Model):
    """Transport and services on site are invoiced with the loads that they were for."""

    _inherit = "sale.order.line"

    transport_option_id = fields.Many2one(
        "bti.transport.option", "Delivery service", index="btree_not_null", ondelete="set null"
    )
    transport_section = fields.Boolean(
        help="Optional section that holds the delivery services of the order."
    )

    # === COMPUTE METHODS === #

    @api.depends("order_id.picking_ids.state")
    def _compute_qty_to_invoice(self):
        """Override: the transport of trucks that have not delivered yet is invoiced with them."""
        res = super()._compute_qty_to_invoice()
        following = self.filtered(lambda line: line.state == "sale" and line._follows_loads())
        if not following:
            return res
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        for order, lines in following.grouped("order_id").items():
            by_trucks, by_pallets = order._get_delivered_shares()
            for line in lines:
                by_pallet = line.transport_option_id.basis == "pallet"
                share = by_pallets if by_pallet and line.product_uom_qty > 1 else by_trucks
                due = float_round(share * line.product_uom_qty, precision_digits=digits)
                # never more than Odoo would invoice, and nothing is taken back
                line.qty_to_invoice = max(min(line.qty_to_invoice, due - line.qty_invoiced), 0.0)
        return res

    # === BUSINESS METHODS === #

    def _follows_loads(self):
        """Whether this line is invoiced load by load.

        :rtype: bool
        """
        self.ensure_one()
        if self.is_delivery:
            # a price that Odoo takes from each transfer is that of the load already
            return self.order_id.carrier_id.invoice_policy != "real"
        option = self.transport_option_id
        return bool(option) and option.basis != "order"

    def _delivers_all(self):
        """Whether this line is goods that are all invoiced: ordered, or delivered by now."""
        self.ensure_one()
        return (
            self.product_id.invoice_policy == "order" or self.qty_delivered >= self.product_uom_qty
        )
