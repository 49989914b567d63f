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
        "To pay in cash", compute="_compute_stamp_duty", help="Total and stamp duty."
    )

    @api.depends("amount_total", "preferred_payment_method_line_id", "company_id")
    def _compute_stamp_duty(self):
        for order in self:
            order.stamp_duty = 0.0
            company = order.company_id
            if company and company._owes_stamp_duty(order.preferred_payment_method_line_id):
                order.stamp_duty = self.env["bti.stamp.duty"]._compute_duty(
                    order.amount_total,
                    order.currency_id,
                    company,
                    fields.Date.context_today(self),
                )
            order.amount_total_cash = order.amount_total + order.stamp_duty
