from odoo import fields, models


class SaleReport(models.Model):
    """Pieces, pallets, tonnes and trucks in the native sales analysis."""

    _inherit = "sale.report"

    pieces = fields.Integer(readonly=True)
    full_pallets = fields.Integer("Pallets", readonly=True, help="Full pallets.")
    tonnes = fields.Float(readonly=True, help="Weight of pieces and pallets, in tonnes.")
    trucks = fields.Float(
        readonly=True, help="Trucks of the orders, shared out over their lines by load."
    )
    delivery_form = fields.Selection(
        selection=lambda self: self.env["sale.order.line"]._fields["delivery_form"].selection,
        readonly=True,
    )
    truck_category_id = fields.Many2one(
        "fleet.vehicle.model.category", "Kind of truck", readonly=True
    )
    destination_state_id = fields.Many2one("res.country.state", "Destination wilaya", readonly=True)
    destination_city_id = fields.Many2one("res.city", "Destination commune", readonly=True)

    def _select_additional_fields(self):
        fields_info = super()._select_additional_fields()
        fields_info.update(
            {
                "pieces": "SUM(l.pieces)",
                "full_pallets": "SUM(l.full_pallets)",
                "tonnes": "SUM(l.load_weight) / 1000.0",
                "trucks": "SUM(l.truck_share)",
                "delivery_form": "l.delivery_form",
                "truck_category_id": "s.truck_category_id",
                "destination_state_id": "s.destination_state_id",
                "destination_city_id": "s.destination_city_id",
            }
        )
        return fields_info

    def _group_by_sale(self):
        return f"""{super()._group_by_sale()},
            l.delivery_form,
            s.truck_category_id,
            s.destination_state_id,
            s.destination_city_id"""
