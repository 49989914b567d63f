from odoo import api, fields, models

from odoo.addons.bti_messaging.tools.plural import listed


class AccountPaymentRegister(models.TransientModel):
    """Money and duty are compared where the money is received."""

    _inherit = "account.payment.register"

    stamp_duty_warning = fields.Char(compute="_compute_stamp_duty_warning")

    # === COMPUTE METHODS === #

    @api.depends("line_ids", "journal_id", "amount", "payment_date", "currency_id")
    @api.depends_context("lang")
    def _compute_stamp_duty_warning(self):
        for wizard in self:
            wizard.stamp_duty_warning = wizard._get_stamp_duty_warning()

    # === BUSINESS METHODS === #

    def _create_payments(self):
        """Override: an invoice keeps trace that its duty and its payment do not go together."""
        warning = self._get_stamp_duty_warning()
        payments = super()._create_payments()
        if warning:
            for invoice in self._get_duty_invoices():
                invoice.message_post(body=warning)
        return payments

    def _get_duty_invoices(self):
        """The clients' invoices that are paid here.

        :rtype: account.move
        """
        self.ensure_one()
        return self.line_ids.move_id.filtered(
            lambda move: move.move_type in ("out_invoice", "out_receipt")
        )

    def _get_stamp_duty_warning(self):
        """Say that a payment in cash has no duty, or that a duty has no payment in cash.

        :return: text, or False
        """
        self.ensure_one()
        company = self.company_id
        invoices = self._get_duty_invoices()
        if not invoices or not company.stamp_duty_on_cash or not self.journal_id:
            return False
        charged = invoices.filtered("stamp_duty")
        if self.journal_id.type != "cash":
            if not charged:
                return False
            return self.env._(
                "%(invoices)s charges a stamp duty of %(duty)s for a payment in cash, and is not"
                " paid in cash.",
                invoices=listed(self.env, charged.mapped("name")),
                duty=company.currency_id.format(
                    sum(move._get_stamp_duty_balance() for move in charged)
                ),
            )
        without = invoices - charged
        if not without:
            return False
        paid = self.amount
        if charged:
            # one payment for several invoices: the others have their duty
            paid = sum(without.mapped("amount_residual"))
        duty = self.env["bti.stamp.duty"]._compute_duty(
            paid, self.currency_id, company, self.payment_date
        )
        if not duty:
            return False
        return self.env._(
            "A payment in cash bears a stamp duty, here %(duty)s: %(invoices)s charges none. Take"
            " the invoice back to draft, choose cash as its payment method and post it again, or"
            " invoice the duty apart.",
            invoices=listed(self.env, without.mapped("name")),
            duty=self.currency_id.format(duty),
        )
