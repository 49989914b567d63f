from odoo import api, fields, models


class SaleOrder(models.Model):
    """What accounting reads on an order: the duty if it is paid in cash, and what to invoice."""

    _inherit = "sale.order"
    # accounting and the yard comment on an order that they cannot change
    _mail_post_access = "read"

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

    untaxed_to_invoice = fields.Monetary(
        "Delivered, to invoice",
        compute="_compute_untaxed_to_invoice",
        help="Value without taxes of what can be invoiced now: delivered and not invoiced yet.",
    )

    # === COMPUTE METHODS === #

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
                    order.company_id._bti_today(),
                )
                order.amount_total_cash = order.amount_total + order.stamp_duty

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
