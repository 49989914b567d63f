from datetime import timedelta

from odoo import models
from odoo.tools import format_date, formatLang

from odoo.addons.bti_messaging.tools.plural import listed

from ...tools import loading


class SaleRule(models.Model):
    """The kinds of rules, one method each: ``_find_<kind>``.

    It gets an order and returns the reason, or an empty text; with an amount where it depends on
    more than the order, see :meth:`_get_finding`.
    """

    _inherit = "bti.sale.rule"

    # === CLIENT === #

    def _find_credit_limit(self, order):
        partner = order.partner_id.commercial_partner_id
        limit = partner.credit_limit or self.amount
        if not limit:
            return ""
        credit = partner.credit + self._get_amount_to_invoice(partner, order.company_id)
        if order.state in ("draft", "sent"):
            credit += order.amount_total / (order.currency_rate or 1.0)
        if order.company_id.currency_id.compare_amounts(credit, limit) <= 0:
            return ""
        reason = self.env._(
            "%(client)s would owe %(credit)s: the credit limit is %(limit)s.",
            client=partner.display_name,
            credit=self._format_amount(order, credit),
            limit=self._format_amount(order, limit),
        )
        return reason, credit

    def _get_amount_to_invoice(self, partner, company):
        """What confirmed orders of a client come to that is not invoiced yet.

        Odoo's own figure leaves out what is not delivered, and is only there when its warning is
        switched on.

        :return: amount in the company's currency
        """
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
                ("partner_invoice_id", "any", [("commercial_partner_id", "=", partner.id)]),
            ]
        )
        return sum(order.amount_to_invoice / (order.currency_rate or 1.0) for order in orders)

    def _find_overdue(self, order):
        partner = order.partner_id.commercial_partner_id
        since = order.company_id._bti_today() - timedelta(days=self.days)
        [(overdue, oldest)] = self.env["account.move"]._read_group(
            [
                ("company_id", "=", order.company_id.id),
                ("commercial_partner_id", "=", partner.id),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("invoice_date_due", "<", since),
            ],
            [],
            ["amount_residual_signed:sum", "invoice_date_due:min"],
        )
        if order.company_id.currency_id.compare_amounts(overdue or 0.0, self.amount) <= 0:
            return ""
        reason = self.env._(
            "%(client)s has %(amount)s of overdue invoices, the oldest since %(date)s.",
            client=partner.display_name,
            amount=self._format_amount(order, overdue),
            date=format_date(self.env, oldest),
        )
        return reason, overdue

    # === ORDER === #

    def _find_deposit(self, order):
        wanted = order._get_wanted_deposit(self.percent)
        received = order._get_received_amount(self.percent)
        if order.company_id.currency_id.compare_amounts(received, wanted) >= 0:
            return ""
        reason = self.env._(
            "A deposit of %(percent)s %% is due (%(wanted)s): %(received)s received.",
            percent=f"{self.percent:g}",
            wanted=self._format_amount(order, wanted),
            received=self._format_amount(order, received),
        )
        return reason, wanted - received

    def _find_price(self, order):
        below = []
        for line in order.order_line:
            if line.display_type or line.is_downpayment or not line.product_uom_qty:
                continue
            # delivery, rebates and parts of a combo have no price of their own in a list
            if line.combo_item_id or line._is_delivery() or not line.product_id:
                continue
            price = line.price_unit * (1 - (line.discount or 0.0) / 100)
            listed = line._get_rule_price(line.pricelist_item_id, line._get_pricelist_kwargs())
            lowest = order.currency_id.round(listed * (1 - self.percent / 100))
            if order.currency_id.compare_amounts(price, lowest) < 0:
                below.append(
                    self.env._(
                        "%(product)s at %(price)s instead of %(listed)s",
                        product=line.product_id.display_name,
                        price=formatLang(self.env, price, currency_obj=order.currency_id),
                        listed=formatLang(self.env, listed, currency_obj=order.currency_id),
                    )
                )
        if not below:
            return ""
        return self.env._("Below the price list: %(lines)s.", lines="; ".join(below))

    def _find_pallet_multiple(self, order):
        broken = [
            self.env._(
                "%(product)s: %(loose)s pieces beside full pallets of %(size)s",
                product=line.product_id.display_name,
                loose=line.loose_pieces,
                size=line.pieces_per_pallet,
            )
            for line in order.order_line
            if line.delivery_form and line.delivery_form != loading.FORM_LOOSE
            if line.pieces_per_pallet and line.loose_pieces
        ]
        return self.env._("Broken pallets: %(lines)s.", lines="; ".join(broken)) if broken else ""

    def _find_site_access(self, order):
        if not order.total_pieces or order.partner_shipping_id.site_access:
            return ""
        return self.env._(
            "Nothing is known of the access to %(site)s.",
            site=order.partner_shipping_id.display_name,
        )

    def _find_layout_study(self, order):
        products = order._get_products_without_study()
        if not products:
            return ""
        return self.env._(
            "%(products)s: no layout study was checked for this order.",
            products=listed(self.env, products.mapped("display_name")),
        )

    def _find_transport(self, order):
        return order._get_transport_reason()

    def _find_order(self, order):
        # the filter on orders has decided already; without a filter it would hold up every order
        if not self.order_domain or self.order_domain == "[]":
            return ""
        return self.name

    # === WORDS === #

    def _format_amount(self, order, amount):
        return formatLang(self.env, amount, currency_obj=order.company_id.currency_id)
