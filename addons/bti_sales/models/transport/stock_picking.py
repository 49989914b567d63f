from odoo import fields, models
from odoo.exceptions import UserError

from ...tools import loading


class StockPicking(models.Model):
    _inherit = "stock.picking"

    delivery_mode = fields.Selection(
        related="sale_id.delivery_mode", string="Ex-works or delivered"
    )

    def _get_transport_cost(self):
        """What the transport of this load is worth by the price table of its carrier.

        :return: untaxed, in the order's currency, 0 when the table has no price for it
        :rtype: float
        """
        self.ensure_one()
        order, carrier = self.sale_id, self.carrier_id
        if not order or not carrier:
            return 0.0
        figures = order._get_transport_figures(
            weight=self.total_load_weight,
            trucks=1,
            pallets=self.total_pallets,
            pieces=self.total_pieces,
        )
        try:
            price = carrier.with_context(transport_figures=figures)._get_price_available(order)
        except UserError:
            return 0.0
        return carrier._compute_currency(order, price, "company_to_pricelist")

    def _get_load_parts(self):
        """Hook: what the truck carries of each move of this load.

        :return: list of ``(stock.move, loading.Part)``
        """
        return []

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
