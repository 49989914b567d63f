from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class SaleAdvancePaymentInv(models.TransientModel):
    """The last deposit takes the rest.

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
        """Override: a deposit that completes the order is what is left of it."""
        if self.advance_payment_method == "delivered" or len(sale_orders) != 1:
            return super()._create_invoices(sale_orders)
        rest = sale_orders._get_rest_after_deposits()
        amount = self._get_deposit_amount()
        if rest <= 0 or abs(rest - amount) > self._get_deposit_tolerance():
            return super()._create_invoices(sale_orders)
        percent = self.amount if self.advance_payment_method == "percentage" else 0.0
        self.write({"advance_payment_method": "fixed", "fixed_amount": rest})
        wizard = self.with_context(deposit_is_rest=True, deposit_percent=percent)
        return super(SaleAdvancePaymentInv, wizard)._create_invoices(wizard.sale_order_ids)

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


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_rest_after_deposits(self):
        """Total of the order less its deposits that are invoiced, drafts included.

        :return: all taxes included, in the order's currency
        :rtype: float
        """
        self.ensure_one()
        AccountTax = self.env["account.tax"]
        lines = self.with_context(deposit_is_rest=True).order_line
        base_lines = [
            line._prepare_base_line_for_taxes_computation()
            for line in lines
            if not line.display_type
        ]
        AccountTax._add_tax_details_in_base_lines(base_lines, self.company_id)
        AccountTax._round_base_lines_tax_details(base_lines, self.company_id)
        totals = AccountTax._get_tax_totals_summary(base_lines, self.currency_id, self.company_id)
        return self.currency_id.round(totals["total_amount_currency"])


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_deposit_invoiced(self):
        """Whether this line is a deposit whose invoice stands.

        :rtype: bool
        """
        self.ensure_one()
        return self.is_downpayment and not self.display_type and self.qty_invoiced > 0

    def _prepare_base_line_for_taxes_computation(self, **kwargs):
        """Override: for the rest of an order its deposits count as on the final invoice."""
        if self.env.context.get("deposit_is_rest") and self._is_deposit_invoiced():
            reverse = self.env["account.tax"]._reverse_quantity_base_line_extra_tax_data
            kwargs = {
                **kwargs,
                "quantity": -1.0,
                "extra_tax_data": reverse(self.extra_tax_data),
            }
        return super()._prepare_base_line_for_taxes_computation(**kwargs)
