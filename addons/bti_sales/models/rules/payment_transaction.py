from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Override: a payment is never lost because a rule of sale holds the order."""
        orders = super(
            PaymentTransaction, self.with_context(rules_from_client=True)
        )._check_amount_and_confirm_order()
        return orders.filtered(lambda order: order.state == "sale")
