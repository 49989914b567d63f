from odoo import api, models
from odoo.tools import float_compare


class DepositParts(dict):
    """``{id of a deposit line: base line of what is taken of it, None for nothing}``.

    Of the deposits of which the next invoice does not take all. A class of its own: no context
    from outside can be one.
    """


class SaleOrder(models.Model):
    """Deposits are deducted truck by truck, never more than the invoice of a truck comes to.

    Odoo deducts a deposit as a whole from the first invoice, which becomes a credit note when it
    is smaller. Here each tax is deducted up to what is invoiced with it, and the rest from the
    next invoices; the last one takes all that is left. All amounts are the tax engine's.
    """

    _inherit = "sale.order"

    # === BUSINESS METHODS === #

    def _create_invoices(self, grouped=False, final=False, date=None):
        parts = DepositParts()
        if final:
            for order in self:
                parts.update(order._share_deposits())
        orders = self.with_context(deposit_parts=parts) if parts else self
        return super(SaleOrder, orders)._create_invoices(grouped=grouped, final=final, date=date)

    def _get_invoiceable_lines(self, final=False):
        """Override: without the deposits of which this invoice takes nothing."""
        lines = super()._get_invoiceable_lines(final)
        parts = self.env.context.get("deposit_parts")
        if not isinstance(parts, DepositParts):
            return lines
        return lines.filtered(lambda line: line.id not in parts or parts[line.id])

    def _share_deposits(self):
        """What the next invoice takes of each deposit, where it is not all of it.

        :rtype: DepositParts
        """
        self.ensure_one()
        parts = DepositParts()
        lines = self._get_invoiceable_lines(final=True).filtered(lambda line: not line.display_type)
        deposits = lines.filtered("is_downpayment")
        if not deposits:
            return parts
        goods = lines - deposits
        is_last = not goods or not self._has_more_to_invoice(goods)
        room = self._sum_up([line._prepare_next_base_line() for line in goods])
        for deposit in deposits:
            rest = self._sum_up(deposit._prepare_deposit_base_lines()).get(deposit.tax_ids)
            left = room.pop(deposit.tax_ids, None)
            if left and _get_total(left) <= 0:  # goods that came back
                left = None
            if is_last or (rest and left and _get_total(rest) <= _get_total(left)):
                if rest and len(deposit.invoice_lines) > 1:
                    parts[deposit.id] = rest
                if rest and left:
                    room.update(self._sum_up([left, deposit._prepare_part_base_line(rest, -1.0)]))
            else:
                parts[deposit.id] = left
        return parts

    def _has_more_to_invoice(self, lines):
        """Tell whether goods of this order are left for later invoices.

        :param lines: ``sale.order.line`` that the next invoice has
        :rtype: bool
        """
        self.ensure_one()
        return any(
            float_compare(
                line.product_uom_qty,
                line.qty_invoiced + (line.qty_to_invoice if line in lines else 0.0),
                precision_rounding=line.product_uom_id.rounding or 0.01,
            )
            > 0
            for line in self.order_line
            if not line.display_type and not line.is_downpayment
        )

    def _sum_up(self, base_lines):
        """One base line of the tax engine for each set of taxes, with the same amounts.

        :param list base_lines: see ``account.tax._prepare_base_line_for_taxes_computation``
        :return: ``{account.tax: base line}``, without those that come to nothing
        :rtype: dict
        """
        self.ensure_one()
        AccountTax = self.env["account.tax"]
        AccountTax._add_tax_details_in_base_lines(base_lines, self.company_id)
        AccountTax._round_base_lines_tax_details(base_lines, self.company_id)
        summed = AccountTax._prepare_down_payment_lines(
            base_lines=base_lines,
            company=self.company_id,
            amount_type="percent",
            amount=100.0,
            computation_key=f"deposit_part,{self.id}",
        )
        return {base_line["tax_ids"]: base_line for base_line in summed}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # === COMPUTE METHODS === #

    @api.depends("invoice_lines.price_total")
    def _compute_qty_invoiced(self):
        return super()._compute_qty_invoiced()

    def _prepare_qty_invoiced(self):
        """Override: a deposit stands as long as something of it is not deducted."""
        quantities = super()._prepare_qty_invoiced()
        for line in self:
            if line.is_downpayment and len(line.invoice_lines) > 1:
                left = sum(
                    sign * invoiced.price_total for invoiced, sign in line._get_standing_lines()
                )
                if (line.currency_id or line.company_id.currency_id).is_zero(left):
                    quantities[line] = 0.0
                elif left > 0:
                    quantities[line] = 1.0
        return quantities

    # === BUSINESS METHODS === #

    def _get_standing_lines(self):
        """Invoice lines of this line that are not cancelled.

        :return: pairs (``account.move.line``, -1.0 for a credit note, else 1.0)
        :rtype: list
        """
        self.ensure_one()
        signs = {"out_invoice": 1.0, "out_refund": -1.0}
        # sudo: who invoices need not read what others have invoiced of this order
        return [
            (invoiced, signs[invoiced.move_id.move_type])
            for invoiced in self.sudo()._get_invoice_lines()
            if invoiced.move_id.state != "cancel" and invoiced.move_id.move_type in signs
        ]

    def _prepare_next_base_line(self):
        """Base line of what the next invoice has of this line."""
        self.ensure_one()
        values = self._prepare_invoice_line()
        return self._prepare_base_line_for_taxes_computation(
            quantity=values["quantity"],
            price_unit=values["price_unit"],
            product_uom_id=self.env["uom.uom"].browse(values["product_uom_id"]),
        )

    def _prepare_deposit_base_lines(self):
        """Base lines that together are what is left of this deposit."""
        self.ensure_one()
        reverse = self.env["account.tax"]._reverse_quantity_base_line_extra_tax_data
        return [
            self._prepare_base_line_for_taxes_computation(
                quantity=sign * line.quantity,
                price_unit=line.price_unit,
                tax_ids=line.tax_ids,
                extra_tax_data=line.extra_tax_data if sign > 0 else reverse(line.extra_tax_data),
            )
            for line, sign in self._get_standing_lines()
        ]

    def _prepare_part_base_line(self, part, quantity=1.0):
        """Base line of a part of this deposit.

        :param dict part: base line, see :meth:`sale.order._sum_up`
        :param float quantity: -1.0 to deduct it
        """
        self.ensure_one()
        AccountTax = self.env["account.tax"]
        extra = AccountTax._export_base_line_extra_tax_data(part)
        if quantity < 0:
            extra = AccountTax._reverse_quantity_base_line_extra_tax_data(extra)
        return self._prepare_base_line_for_taxes_computation(
            quantity=quantity, price_unit=part["price_unit"], extra_tax_data=extra
        )

    def _prepare_invoice_line(self, **optional_values):
        """Override: of a deposit, the part that is taken, and what the client reads of it."""
        parts = self.env.context.get("deposit_parts")
        part = parts.get(self.id) if isinstance(parts, DepositParts) else None
        if not part:
            return super()._prepare_invoice_line(**optional_values)
        AccountTax = self.env["account.tax"]
        extra = AccountTax._export_base_line_extra_tax_data(part)
        values = super()._prepare_invoice_line(
            **{
                **optional_values,
                "price_unit": part["price_unit"],
                "extra_tax_data": AccountTax._reverse_quantity_base_line_extra_tax_data(extra),
            }
        )
        rest = self.order_id._sum_up(
            [*self._prepare_deposit_base_lines(), self._prepare_part_base_line(part, -1.0)]
        )
        left = sum(_get_total(base_line) for base_line in rest.values())
        if left:
            values["name"] = self.env._(
                "%(deposit)s: a part of it, %(rest)s is left for the next invoices",
                deposit=values["name"],
                rest=self.currency_id.format(left),
            )
        return values


def _get_total(base_line):
    """What a base line comes to, all taxes included, in its currency."""
    details = base_line["tax_details"]
    return base_line["currency_id"].round(
        details["total_excluded_currency"]
        + details["delta_total_excluded_currency"]
        + sum(tax_data["tax_amount_currency"] for tax_data in details["taxes_data"])
    )
