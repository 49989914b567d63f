from odoo import api, fields, models


class AccountMoveLine(models.Model):
    """The trucks of an order, as far as an invoice charges them."""

    _inherit = "account.move.line"

    truck_share = fields.Float(
        "Trucks",
        compute="_compute_truck_share",
        store=True,
        digits=(16, 4),
        help="Trucks of the order, as far as this line invoices it.",
    )

    @api.depends("pieces")
    def _compute_truck_share(self):
        for line in self:
            order_lines = line._get_order_lines_of_load() if line.pieces else line.sale_line_ids[:0]
            ordered = sum(order_lines.mapped("pieces"))
            share = sum(order_lines.mapped("truck_share"))
            line.truck_share = share * line.pieces / ordered if ordered else 0.0
