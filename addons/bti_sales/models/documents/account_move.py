import copy

from odoo import models


class AccountMove(models.Model):
    """What the printed invoice of an Algerian company shows besides Odoo's."""

    _inherit = "account.move"

    def _has_algerian_document(self):
        """Whether the document carries the mentions of the Algerian law.

        :rtype: bool
        """
        self.ensure_one()
        return self.company_id.country_code == "DZ" and self.is_sale_document(include_receipts=True)

    def _get_move_lines_to_report(self):
        """The stamp duty stands below the total with taxes, not among the goods."""
        lines = super()._get_move_lines_to_report()
        return lines.filtered(lambda line: not line.is_stamp_duty)

    def _get_document_tax_totals(self):
        """Totals before the stamp duty, for the printed document.

        :rtype: dict
        """
        self.ensure_one()
        totals = self.tax_totals
        if not totals or not self.stamp_duty:
            return totals
        totals = copy.deepcopy(totals)
        totals["total_amount_currency"] -= self.stamp_duty
        totals["total_amount"] -= self._get_stamp_duty_balance()
        for subtotal in totals["subtotals"]:
            subtotal["tax_groups"] = [
                group for group in subtotal["tax_groups"] if not group.get("is_stamp_duty")
            ]
        return totals

    def _get_document_payment_mode(self):
        """How the client pays, in the language of the document.

        :return: empty when nothing is agreed
        :rtype: str
        """
        self.ensure_one()
        # sudo: whoever reads the invoice reads how it is paid
        method = self.preferred_payment_method_line_id.sudo()
        if method.journal_id.type == "cash":
            return self.env._("Cash")
        return method.name or ""

    def _get_document_orders(self):
        """Numbers of the orders that the invoice is for, as their confirmations have them.

        :rtype: list[str]
        """
        orders = self._get_invoiced_orders()
        numbers = [order._get_document_number() for order in orders]
        return numbers or [self.invoice_origin] * bool(self.invoice_origin)

    def _get_client_references(self):
        """The client's own numbers: of his orders, and what was typed on the invoice.

        :rtype: list[str]
        """
        orders = self._get_invoiced_orders()
        # Odoo puts the orders' numbers there itself, which say nothing to the client
        own = {self.payment_reference, self.invoice_origin, *orders.mapped("name")}
        typed = (self.ref or "").split(", ")
        references = [*orders.mapped("client_order_ref"), *typed]
        return [
            reference
            for reference in dict.fromkeys(references)
            if reference and reference not in own
        ]

    def _get_invoiced_orders(self):
        """Orders that the document is for.

        :rtype: sale.order
        """
        self.ensure_one()
        # sudo: accountants and clients read the number of the order on their paper, not the order
        return self.sudo().invoice_line_ids.sale_line_ids.order_id

    def _get_delivery_notes(self):
        """Deliveries that the invoice is for, first delivered first invoiced.

        Of an order that is invoiced in several times, each invoice takes up the deliveries where
        the one before left off.

        :return: done ``stock.picking``, in order of delivery
        """
        self.ensure_one()
        if self.move_type == "out_refund" and self.reversed_entry_id:
            return self.reversed_entry_id._get_delivery_notes()
        # sudo: accountants and clients do not read stock moves
        lines = self.sudo().invoice_line_ids.filtered("sale_line_ids")
        pickings = self.env["stock.picking"].sudo()
        for sale_line in lines.sale_line_ids:
            start = end = 0.0
            invoiced = sale_line.invoice_lines.filtered(
                lambda line: (
                    line.parent_state != "cancel" and line.move_id.move_type != "out_refund"
                )
            )
            for line in invoiced.sorted(lambda line: line.move_id._get_invoicing_rank()):
                start, end = end, end + line.quantity * line.product_uom_id.factor
                if line.move_id == self:
                    pickings |= sale_line._get_pickings_between(start, end)
        return pickings.sorted("date_done")

    def _get_invoicing_rank(self):
        """Key that puts the invoices of an order in order; a draft is the last.

        :rtype: tuple
        """
        return (not self.invoice_date, self.invoice_date or self.date, self.id or 0)
