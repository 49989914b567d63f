from odoo import fields, models
from odoo.exceptions import UserError


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


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    def base_on_rule_send_shipping(self, pickings):
        """Cost of each load by itself.

        An order leaves in several loads: Odoo would note the price of the whole order on each of
        them, and refuse to close a delivery whose place is in no zone. A truck that has left is
        not held back by a price table.
        """
        return [
            {"exact_price": picking._get_transport_cost(), "tracking_number": False}
            for picking in pickings
        ]

    def fixed_send_shipping(self, pickings):
        """The client's own truck costs nothing; an agreed price is that of the whole order."""
        result = super().fixed_send_shipping(pickings)
        for picking, values in zip(pickings, result, strict=True):
            if picking.carrier_id.ex_works or picking.carrier_id.by_agreement:
                values["exact_price"] = 0.0
        return result
