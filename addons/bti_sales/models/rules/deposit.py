from odoo import models


class SaleOrder(models.Model):
    """What a client has paid towards an order before its goods leave, and what is left of it."""

    _inherit = "sale.order"

    def _get_wanted_deposit(self, percent):
        """Deposit due on this order, in the company's currency.

        :param float percent: share of the total with taxes
        :rtype: float
        """
        self.ensure_one()
        total = self.amount_total / (self.currency_rate or 1.0)
        return self.company_id.currency_id.round(total * percent / 100)

    def _get_received_amount(self, percent=0.0):
        """What the client has paid towards this order, in the company's currency.

        Payments of its invoices, payments in the portal, and what he has paid in advance without
        an invoice, as far as his earlier orders do not need it for their own deposits.

        :param float percent: deposit that his earlier orders owe too
        :rtype: float
        """
        self.ensure_one()
        received = self._get_own_payments()
        advance = self._get_advance()
        if advance <= 0:
            return received
        for order in self._get_earlier_open_orders():
            advance -= max(0.0, order._get_wanted_deposit(percent) - order._get_own_payments())
        return received + max(0.0, advance)

    def _get_own_payments(self):
        """What was paid for this order by name: on its invoices or in the portal.

        :rtype: float
        """
        self.ensure_one()
        invoices = self.invoice_ids.filtered(lambda move: move.state == "posted")
        paid = sum(move.amount_total_signed - move.amount_residual_signed for move in invoices)
        return max(paid, self.amount_paid / (self.currency_rate or 1.0))

    def _get_advance(self):
        """Money of the client that pays no invoice yet, never more than he is ahead.

        Money only: a credit note for broken bricks or for a bonus is no deposit. What was paid in
        the portal belongs to the order that it was paid for.

        :rtype: float
        """
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id.with_company(self.company_id)
        if partner.credit >= 0:
            return 0.0
        [(residual,)] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", partner.id),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
                ("journal_id.type", "in", ("bank", "cash", "credit")),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
                ("payment_id", "not any", self._get_online_payments_domain()),
            ],
            [],
            ["amount_residual:sum"],
        )
        return min(-(residual or 0.0), -partner.credit)

    def _get_online_payments_domain(self):
        """Payments of the portal, each of which belongs to its order while that one lives.

        :return: domain on ``account.payment``
        :rtype: list
        """
        states = ("draft", "sent", "sale")
        return [("payment_transaction_id.sale_order_ids.state", "in", states)]

    def _get_earlier_open_orders(self):
        """Orders of the same client that were confirmed before and are not invoiced yet.

        :rtype: sale.order
        """
        self.ensure_one()
        orders = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
                (
                    "partner_id.commercial_partner_id",
                    "=",
                    self.partner_id.commercial_partner_id.id,
                ),
                ("id", "!=", self.id),
            ]
        )
        if self.state != "sale":
            return orders
        return orders.filtered(
            lambda order: (order.date_order, order.id) < (self.date_order, self.id)
        )

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
