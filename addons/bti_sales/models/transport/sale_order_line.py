from odoo import api, models
from odoo.tools import float_round

from ...tools import loading


class SaleOrderLine(models.Model):
    """Transport and services on site are invoiced with the loads that they were for."""

    _inherit = "sale.order.line"

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


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_delivered_shares(self):
        """Part of the order that its delivered loads are, counted in trucks and in pallets.

        Both are 1 when all goods are delivered, or invoiced when they are ordered.

        :return: two floats from 0 to 1
        :rtype: tuple
        """
        self.ensure_one()
        goods = self.order_line.filtered(
            lambda line: not line.display_type and line.product_id.type == "consu"
        )
        if all(line._delivers_all() for line in goods):
            return 1.0, 1.0
        # sudo: whoever invoices may not read the deliveries
        loads = self.sudo().picking_ids.filtered(
            lambda picking: picking.state != "cancel" and picking._is_delivery()
        )
        done = loads.filtered(lambda picking: picking.state == "done")
        done_trucks = sum(picking._count_trucks() for picking in done)
        open_trucks = sum(picking._count_trucks() for picking in loads - done)
        trucks = max(self.truck_count, done_trucks + open_trucks)
        done_pallets = sum(done.mapped("total_pallets"))
        pallets = max(self.total_pallets, done_pallets)
        by_trucks = done_trucks / trucks if trucks else 0.0
        return by_trucks, done_pallets / pallets if pallets else by_trucks


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _count_trucks(self):
        """Trucks that this load takes or took: one, unless it was never split into loads.

        :rtype: int
        """
        self.ensure_one()
        trucks = self.sale_id._get_loading_trucks()
        items = [part.item for _move, part in self._get_load_parts()]
        try:
            return max(1, len(loading.plan_loads(items, trucks))) if trucks else 1
        except loading.LoadingError:
            return 1
