from contextlib import contextmanager

from odoo import api, fields, models


class AccountMove(models.Model):
    """The duty on payments in cash is a line of the invoice, kept in step while it is a draft."""

    _inherit = "account.move"

    stamp_duty = fields.Monetary(
        compute="_compute_stamp_duty", help="Duty on the payment in cash, part of the total."
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.is_stamp_duty", "line_ids.price_subtotal")
    def _compute_stamp_duty(self):
        for move in self:
            duty_lines = move.line_ids.filtered("is_stamp_duty")
            move.stamp_duty = sum(duty_lines.mapped("price_subtotal"))

    # === BUSINESS METHODS === #

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

        A credit note bears the duty of the day of its invoice, so that both cancel out.

        :rtype: float
        """
        self.ensure_one()
        if not self.company_id._owes_stamp_duty(self.preferred_payment_method_line_id):
            return 0.0
        lines = self.line_ids.filtered(
            lambda line: (
                not line.is_stamp_duty
                and line.display_type in ("product", "tax", "epd", "non_deductible_tax")
            )
        )
        total = self.direction_sign * sum(lines.mapped("amount_currency"))
        date = (
            self.reversed_entry_id.invoice_date
            or self.invoice_date
            or fields.Date.context_today(self)
        )
        return self.env["bti.stamp.duty"]._compute_duty(
            self.currency_id.round(total), self.currency_id, self.company_id, date
        )

    def _prepare_stamp_duty_line_vals(self, duty):
        """Amounts of the line.

        :param float duty: in the currency of the invoice
        :rtype: dict
        """
        self.ensure_one()
        amount_currency = self.direction_sign * duty
        date = self.invoice_date or self.date or fields.Date.context_today(self)
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

    is_stamp_duty = fields.Boolean(readonly=True)

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
