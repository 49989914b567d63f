from odoo import api, fields, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    """Pieces, pallets, tonnes and trucks in the native invoice analysis."""

    _inherit = "account.invoice.report"

    pieces = fields.Integer(readonly=True, help="Negative on credit notes.")
    full_pallets = fields.Integer("Pallets", readonly=True, help="Full pallets.")
    tonnes = fields.Float(readonly=True, help="Weight of pieces and pallets, in tonnes.")
    trucks = fields.Float(readonly=True, help="Trucks of the orders, as far as they are invoiced.")
    delivery_form = fields.Selection(
        selection=lambda self: self.env["sale.order.line"]._fields["delivery_form"].selection,
        readonly=True,
    )
    destination_state_id = fields.Many2one("res.country.state", "Destination wilaya", readonly=True)

    _depends = {
        "account.move": ["partner_shipping_id"],
        "account.move.line": [
            "pieces",
            "full_pallets",
            "load_weight",
            "truck_share",
            "delivery_form",
        ],
        "res.partner": ["state_id"],
    }

    @api.model
    def _select(self) -> SQL:
        # the sign that the native quantity has
        sign = SQL(
            "(CASE WHEN move.move_type IN ('in_invoice', 'out_refund', 'in_receipt')"
            " THEN -1 ELSE 1 END)"
        )
        return SQL(
            """%(native)s,
                line.pieces * %(sign)s AS pieces,
                line.full_pallets * %(sign)s AS full_pallets,
                line.load_weight * %(sign)s / 1000.0 AS tonnes,
                line.truck_share * %(sign)s AS trucks,
                line.delivery_form AS delivery_form,
                COALESCE(bti_shipping.state_id, partner.state_id) AS destination_state_id
            """,
            native=super()._select(),
            sign=sign,
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            "%s LEFT JOIN res_partner bti_shipping ON bti_shipping.id = move.partner_shipping_id",
            super()._from(),
        )
