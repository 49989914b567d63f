from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class SaleAdvancePaymentInv(models.TransientModel):
    """Invoices and deposits of orders: made by accounting as well, and the last takes the rest.

    Each deposit is rounded to the centime, base and tax of each for itself, so two halves are not
    always the whole. What is left of the order, tax by tax, makes the last one; the final invoice
    is then nothing, to the centime.
    """

    _inherit = "sale.advance.payment.inv"

    # === ACTION METHODS === #

    def create_invoices(self):
        """Override: no deposit asks for more than is left of the order."""
        if self.advance_payment_method != "delivered" and len(self.sale_order_ids) == 1:
            order = self.sale_order_ids
            rest = order._get_rest_after_deposits()
            excess = self._get_deposit_amount() - max(rest, 0.0)
            if excess > self._get_deposit_tolerance() or order.currency_id.is_zero(rest):
                raise UserError(
                    self.env._(
                        "%(rest)s is left of %(order)s after its down payments: ask for this at"
                        " most.",
                        rest=order.currency_id.format(max(rest, 0.0)),
                        order=order.name,
                    )
                )
        return super().create_invoices()

    # === BUSINESS METHODS === #

    def _create_invoices(self, sale_orders):
        """Override: a deposit that completes the order is what is left of it.

        A deposit adds its line to the order, whoever issues it: accounting too, which may not
        change an order.
        """
        wizard, orders = self._complete_deposit(sale_orders)
        if self.env.su or not self.env.user.has_group("bti_sales.group_accounting"):
            return super(SaleAdvancePaymentInv, wizard)._create_invoices(orders)
        self.env["account.move"].check_access("create")
        orders.check_access("read")
        # sudo: accounting issues invoices of the orders that it reads and cannot write
        return (
            super(SaleAdvancePaymentInv, wizard.sudo())._create_invoices(orders.sudo()).sudo(False)
        )

    def _complete_deposit(self, orders):
        """The deposit that completes an order asks for what is left of it, to the centime.

        :param orders: ``sale.order`` to invoice
        :return: this wizard and the orders, in the context of the rest when it is asked for
        :rtype: tuple
        """
        if self.advance_payment_method == "delivered" or len(orders) != 1:
            return self, orders
        rest = orders._get_rest_after_deposits()
        amount = self._get_deposit_amount()
        if rest <= 0 or abs(rest - amount) > self._get_deposit_tolerance():
            return self, orders
        percent = self.amount if self.advance_payment_method == "percentage" else 0.0
        self.write({"advance_payment_method": "fixed", "fixed_amount": rest})
        wizard = self.with_context(deposit_is_rest=True, deposit_percent=percent)
        return wizard, wizard.sale_order_ids

    def _prepare_down_payment_invoice_line_values(self, order, so_line, account):
        """Override: the client reads the percentage that was agreed."""
        values = super()._prepare_down_payment_invoice_line_values(order, so_line, account)
        percent = self.env.context.get("deposit_percent")
        if percent:
            env = self.with_context(lang=order._get_lang()).env
            values["name"] = env._(
                "Down payment of %(percent)s%%, rest of the order",
                percent=formatLang(env, percent),
            )
        return values

    def _get_deposit_amount(self):
        """What this deposit asks for, all taxes included, in the currency of the order.

        :rtype: float
        """
        self.ensure_one()
        order = self.sale_order_ids
        if self.advance_payment_method == "fixed":
            return order.currency_id.round(self.fixed_amount)
        return order.currency_id.round(order.amount_total * self.amount / 100)

    def _get_deposit_tolerance(self):
        """What the roundings of all deposits of the order may come to.

        :rtype: float
        """
        self.ensure_one()
        order = self.sale_order_ids
        deposits = order.order_line.filtered(lambda line: line._is_deposit_invoiced())
        # half a centime each; the quarter keeps float sums from deciding
        return order.currency_id.rounding * (len(deposits) + 1.25)
