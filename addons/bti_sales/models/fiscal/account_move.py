import copy
from contextlib import contextmanager

from odoo import api, fields, models


class AccountMove(models.Model):
    """The duty on payments in cash is a line of the invoice, kept in step while it is a draft."""

    _inherit = "account.move"

    stamp_duty = fields.Monetary(
        compute="_compute_stamp_duty", help="Duty on the payment in cash, part of the total."
    )

    amount_untaxed_without_duty = fields.Monetary(
        "Tax excluded",
        compute="_compute_amount_untaxed_without_duty",
        store=True,
        help="Untaxed amount without the stamp duty, as it is printed; negative on credit notes.",
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.is_stamp_duty", "line_ids.price_subtotal")
    def _compute_stamp_duty(self):
        for move in self:
            duty_lines = move.line_ids.filtered("is_stamp_duty")
            move.stamp_duty = sum(duty_lines.mapped("price_subtotal"))

    @api.depends("amount_untaxed_in_currency_signed", "stamp_duty")
    def _compute_amount_untaxed_without_duty(self):
        for move in self:
            move.amount_untaxed_without_duty = (
                move.amount_untaxed_in_currency_signed + move.direction_sign * move.stamp_duty
            )

    # no more dependencies: Odoo's cover the lines, and its own fields that depend on one of ours
    # would go with this addon
    @api.depends_context("lang")
    def _compute_tax_totals(self):
        """Override: the duty stands apart, as on the paper, and not among the untaxed goods."""
        res = super()._compute_tax_totals()
        for move in self.filtered("stamp_duty"):
            totals = move._take_duty_out(move.tax_totals)
            duty = move._get_stamp_duty_balance()
            totals["total_amount_currency"] += move.stamp_duty
            totals["total_amount"] += duty
            totals["has_tax_groups"] = True
            totals["subtotals"][-1]["tax_groups"].append(
                {
                    "id": None,
                    "involved_tax_ids": [],
                    "tax_amount_currency": move.stamp_duty,
                    "tax_amount": duty,
                    "base_amount_currency": 0.0,
                    "base_amount": 0.0,
                    # printed without "on ..."
                    "display_base_amount_currency": False,
                    "display_base_amount": False,
                    "group_name": self.env._("Stamp duty"),
                    "group_label": False,
                    "is_stamp_duty": True,
                }
            )
            move.tax_totals = totals
        return res

    # === BUSINESS METHODS === #

    def _take_duty_out(self, totals):
        """Totals of this document without the duty.

        :param dict totals: as the tax engine gives them, the duty among the untaxed goods
        :return: a copy
        :rtype: dict
        """
        self.ensure_one()
        totals = copy.deepcopy(totals)
        duty = self._get_stamp_duty_balance()
        # the engine puts what bears no tax into the first subtotal
        for amounts in (totals, totals["subtotals"][0]):
            for name in ("base_amount", "total_amount"):
                if f"{name}_currency" in amounts:
                    amounts[f"{name}_currency"] -= self.stamp_duty
                if name in amounts:
                    amounts[name] -= duty
        return totals

    def _get_stamp_duty_balance(self):
        """The duty in the currency of the company, without sign.

        :rtype: float
        """
        self.ensure_one()
        return abs(sum(self.line_ids.filtered("is_stamp_duty").mapped("balance")))

    def _get_sync_stack(self, container):
        """After the taxes, as the duty is owed on them too; before rounding and due dates."""
        stack, update_containers = super()._get_sync_stack(container)
        stack.append((45, self._sync_stamp_duty_line(container)))
        return stack, update_containers

    @contextmanager
    def _sync_stamp_duty_line(self, container):
        yield
        for move in container["records"]:
            if move.state == "draft" and move.is_sale_document(include_receipts=True):
                move._update_stamp_duty_line()

    def _update_stamp_duty_line(self):
        """Add, change or remove the line of the duty."""
        self.ensure_one()
        lines = self.line_ids.filtered("is_stamp_duty")
        duty = self._get_stamp_duty()
        if not duty:
            lines.unlink()
            return
        line, extra = lines[:1], lines[1:]
        extra.unlink()
        values = self._prepare_stamp_duty_line_vals(duty)
        if not line:
            self.env["account.move.line"].create(
                {**values, **self._prepare_new_stamp_duty_line_vals()}
            )
        elif any(
            self.currency_id.compare_amounts(line[name], values[name])
            for name in ("price_unit", "quantity", "discount", "amount_currency", "balance")
        ):
            line.write(values)

    def _get_stamp_duty(self):
        """Duty that the draft owes, in its currency.

        It is owed on the money that is paid in cash. A credit note takes back of its invoice what
        is not owed any more, as long as nothing was paid: both together bear the duty of what is
        left. What was paid bears its duty for good, and a credit note for no invoice bears none.

        :rtype: float
        """
        self.ensure_one()
        if self.move_type == "out_refund":
            return self._get_credited_stamp_duty()
        if not self.company_id._owes_stamp_duty(self.preferred_payment_method_line_id):
            return 0.0
        return self._compute_stamp_duty_on(self._get_amount_without_duty())

    def _get_credited_stamp_duty(self):
        """Duty of the invoice that this credit note takes back.

        :rtype: float
        """
        self.ensure_one()
        invoice = self.reversed_entry_id
        if not invoice.stamp_duty or invoice._is_paid_in_part():
            return 0.0
        notes = invoice.reversal_move_ids.filtered(
            lambda note: note.state == "posted" and note != self
        )
        charged = invoice.stamp_duty - sum(notes.mapped("stamp_duty"))
        left = invoice._get_amount_without_duty() - sum(
            note._get_amount_without_duty() for note in notes | self
        )
        owed = invoice._compute_stamp_duty_on(max(left, 0.0))
        return self.currency_id.round(max(charged - owed, 0.0))

    def _get_amount_without_duty(self):
        """Total with taxes that the duty is computed on, in the currency of the document.

        :rtype: float
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: (
                not line.is_stamp_duty
                and line.display_type in ("product", "tax", "epd", "non_deductible_tax")
            )
        )
        return self.currency_id.round(self.direction_sign * sum(lines.mapped("amount_currency")))

    def _compute_stamp_duty_on(self, amount):
        """Duty on an amount by the scale of the day of this document.

        :param float amount: all taxes included, in the currency of the document
        :rtype: float
        """
        self.ensure_one()
        date = self.invoice_date or self.company_id._bti_today()
        return self.env["bti.stamp.duty"]._compute_duty(
            amount, self.currency_id, self.company_id, date
        )

    def _is_paid_in_part(self):
        """Whether money was received for this invoice; a credit note is no money.

        :rtype: bool
        """
        self.ensure_one()
        # sudo: who writes a credit note need not read payments
        terms = self.sudo().line_ids.filtered(lambda line: line.display_type == "payment_term")
        return any(
            partial.credit_move_id.journal_id.type in ("bank", "cash", "credit")
            for partial in terms.matched_credit_ids
        )

    def _prepare_stamp_duty_line_vals(self, duty):
        """Amounts of the line.

        :param float duty: in the currency of the invoice
        :rtype: dict
        """
        self.ensure_one()
        amount_currency = self.direction_sign * duty
        date = self.invoice_date or self.date or self.company_id._bti_today()
        return {
            "price_unit": duty,
            "quantity": 1.0,
            "discount": 0.0,
            "amount_currency": amount_currency,
            "balance": self.currency_id._convert(
                amount_currency, self.company_id.currency_id, self.company_id, date
            ),
        }

    def _prepare_new_stamp_duty_line_vals(self):
        """Values of the line that do not change.

        :rtype: dict
        """
        self.ensure_one()
        product = self.env.ref("bti_sales.product_stamp_duty")
        language = self.partner_id.lang or self.env.lang
        return {
            "move_id": self.id,
            "is_stamp_duty": True,
            "display_type": "product",
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "name": product.with_context(lang=language).name,
            "account_id": self.company_id._get_stamp_duty_account().id,
            "tax_ids": [fields.Command.clear()],
            "sequence": 9999,
        }


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # not readonly: whoever copies or reverses an invoice copies the line with it
    is_stamp_duty = fields.Boolean()

    def write(self, vals):
        """The duty bears no tax, whatever is set on all lines at once."""
        duty_lines = self.filtered("is_stamp_duty") if vals.get("tax_ids") else self.browse()
        if not duty_lines:
            return super().write(vals)
        super(AccountMoveLine, self - duty_lines).write(vals)
        return super(AccountMoveLine, duty_lines).write(
            {name: value for name, value in vals.items() if name != "tax_ids"}
        )

    def _get_computed_taxes(self):
        if self.is_stamp_duty:
            return self.env["account.tax"]
        return super()._get_computed_taxes()
