from odoo import api, fields, models


class SaleOrder(models.Model):
    """What accounting has to know of an order to invoice it."""

    _inherit = "sale.order"
    # accounting and the yard comment on an order that they cannot change
    _mail_post_access = "read"

    untaxed_to_invoice = fields.Monetary(
        "Delivered, to invoice",
        compute="_compute_untaxed_to_invoice",
        help="Value without taxes of what can be invoiced now: delivered and not invoiced yet.",
    )

    @api.depends("order_line.untaxed_amount_to_invoice")
    def _compute_untaxed_to_invoice(self):
        amounts = dict(
            self.env["sale.order.line"]._read_group(
                [("order_id", "in", self.ids), ("is_downpayment", "=", False)],
                ["order_id"],
                ["untaxed_amount_to_invoice:sum"],
            )
        )
        for order in self:
            order.untaxed_to_invoice = amounts.get(order._origin, 0)
