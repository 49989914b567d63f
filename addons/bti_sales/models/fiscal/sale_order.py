from odoo import api, fields, models


class SaleOrder(models.Model):
    """What the client will owe besides the order's total if he pays in cash."""

    _inherit = "sale.order"

    stamp_duty = fields.Monetary(
        "Stamp duty (estimate)",
        compute="_compute_stamp_duty",
        help="Duty on the payment in cash, at the scale of today, if the whole order is paid at"
        " once. The invoice fixes it.",
    )
    amount_total_cash = fields.Monetary(
        "To pay in cash",
        compute="_compute_stamp_duty",
        help="Total and stamp duty. Zero when the payment bears no duty.",
    )

    @api.depends("amount_total", "preferred_payment_method_line_id", "company_id")
    def _compute_stamp_duty(self):
        for order in self:
            order.stamp_duty = order.amount_total_cash = 0.0
            # asked first: without duty an order in the making need not compute its total
            if order.company_id._owes_stamp_duty(order.preferred_payment_method_line_id):
                order.stamp_duty = self.env["bti.stamp.duty"]._compute_duty(
                    order.amount_total,
                    order.currency_id,
                    order.company_id,
                    fields.Date.context_today(self),
                )
                order.amount_total_cash = order.amount_total + order.stamp_duty
