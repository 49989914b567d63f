from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from odoo.addons.bti_messaging.tools import plural

from ...tools import counts, pricing

# what a popover of an order that is not saved yet sends: the rest is read from the records
ORDER_VALUES = {"company_id", "currency_id", "destination_state_id", "partner_id", "pricelist_id"}
LINE_VALUES = {
    "delivery_form",
    "discount",
    "price_unit",
    "product_id",
    "product_uom_id",
    "product_uom_qty",
}


class SaleOrderLine(models.Model):
    """Why a line has its price, in words."""

    _inherit = "sale.order.line"

    price_reason = fields.Char(
        "Why this price",
        compute="_compute_price_reason",
        help="Price list, rule, volume and validity that give the price of the line.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "product_id", "product_uom_id", "product_uom_qty", "delivery_form", "price_unit", "discount"
    )
    @api.depends_context("lang")
    def _compute_price_reason(self):
        for line in self:
            line.price_reason = " · ".join(fact["text"] for fact in line._explain_price()) or False

    # === BUSINESS METHODS === #

    @api.model
    def explain_price(self, order_values, line_values):
        """Explain the price of a line that is perhaps not saved yet.

        :param dict order_values: ``id`` of the order if it has one, and what the form shows of it
        :param dict line_values: ``id`` of the line if it has one, and what the form shows of it
        :return: see :meth:`_explain_price`
        """
        order = self.env["sale.order"].browse(order_values.get("id") or ())
        line = self.browse(line_values.get("id") or ())
        (order or line.order_id).check_access("read")
        line.check_access("read")
        order = self.env["sale.order"].new(
            {name: value for name, value in order_values.items() if name in ORDER_VALUES},
            origin=order,
        )
        line = self.new(
            {
                "order_id": order,
                **{name: value for name, value in line_values.items() if name in LINE_VALUES},
            },
            origin=line,
        )
        return line._explain_price()

    def _explain_price(self):
        """Why the line has its price, in the words of the user's language.

        :return: dicts ``kind`` (list, rule, manual, next, later) and ``text``, in reading order
        :rtype: list[dict]
        """
        self.ensure_one()
        line = self.with_company(self.company_id)
        if line.display_type or not line.product_id or not line.product_uom_id:
            return []
        unit = line.product_id.uom_id
        factor = line.product_uom_id._get_factor_in(unit)
        kwargs = line._get_pricelist_kwargs()
        rule = line.pricelist_item_id
        # per piece, and as if one piece were asked at a time: only the volume is the line's
        listed = line._get_rule_price(rule, kwargs) / factor
        actual = line.price_unit * (1 - (line.discount or 0.0) / 100) / factor
        facts = [
            ("list", line._explain_price_list()),
            ("rule", line._explain_price_rule(rule, listed)),
            ("manual", line._explain_manual_price(actual, listed)),
        ]
        if pricelist := line.order_id.pricelist_id:
            quantity = pricelist._get_rule_quantity(
                line.product_id, kwargs["quantity"], kwargs["uom"]
            )
            facts += [
                ("next", line._explain_next_volume(pricelist, kwargs, quantity, listed)),
                ("later", line._explain_later_price(pricelist, kwargs, quantity, rule)),
            ]
        return [{"kind": kind, "text": text} for kind, text in facts if text]

    def _explain_price_list(self):
        pricelist = self.order_id.pricelist_id
        if not pricelist:
            return self.env._("No price list: sales price of the product")
        partner = self.order_id.partner_id
        if pricelist == partner.specific_property_product_pricelist:
            return self.env._("%(list)s: list of this client", list=pricelist.name)
        kind = partner.client_kind_id
        if kind and kind in pricelist.client_kind_ids:
            return self.env._("%(list)s: list for “%(kind)s”", list=pricelist.name, kind=kind.name)
        return self.env._("Price list %(list)s", list=pricelist.name)

    def _explain_price_rule(self, rule, listed):
        price = self._format_piece_price(listed)
        if not rule:
            return self.env._("%(price)s: no rule of the list applies, sales price", price=price)
        conditions = [rule.name]
        if rule.compute_price != "fixed":
            conditions.append(rule.price)
        if rule.min_quantity:
            conditions.append(
                self.env._(
                    "from %(quantity)s", quantity=self._format_price_quantity(rule.min_quantity)
                )
            )
        conditions.append(rule._get_extra_conditions())
        if rule.date_end:
            conditions.append(
                self.env._("until %(date)s", date=self._format_price_date(rule.date_end))
            )
        return self.env._(
            "%(price)s: %(conditions)s",
            price=price,
            conditions=plural.listed(self.env, conditions),
        )

    def _explain_manual_price(self, actual, listed):
        difference = actual - listed
        if not listed or not self.currency_id.compare_amounts(actual, listed):
            return ""
        values = {
            "price": self._format_piece_price(actual),
            "difference": self._format_price_amount(abs(difference)),
            "percent": formatLang(self.env, abs(difference) / abs(listed) * 100, digits=1),
        }
        if difference < 0:
            return self.env._(
                "Typed by hand: %(price)s, %(difference)s (%(percent)s %%) under the list", **values
            )
        return self.env._(
            "Typed by hand: %(price)s, %(difference)s (%(percent)s %%) above the list", **values
        )

    def _explain_next_volume(self, pricelist, kwargs, quantity, listed):
        candidates = pricelist._get_rule_candidates(self.product_id, **kwargs)
        unit = self.product_id.uom_id
        for step in sorted({rule.min_quantity for rule in candidates}):
            if step <= quantity:
                continue
            rule = pricing.choose(candidates, step)
            price = self._get_rule_price(
                self.env["product.pricelist.item"].browse(rule.id),
                {**kwargs, "quantity": step, "uom": unit},
            )
            if self.currency_id.compare_amounts(price, listed) < 0:
                missing = self._format_price_quantity(step - quantity)
                if self.product_uom_id.is_pallet and not (step - quantity) % self.pieces_per_pallet:
                    load = self._format_load(int(step - quantity) // self.pieces_per_pallet, 0)
                    missing = f"{missing} ({load})"
                return self.env._(
                    "+ %(quantity)s and the price is %(price)s",
                    quantity=missing,
                    price=self._format_piece_price(price),
                )
        return ""

    def _explain_later_price(self, pricelist, kwargs, quantity, rule):
        if not rule.date_end:
            return ""
        date = rule.date_end + timedelta(seconds=1)
        kwargs = {**kwargs, "quantity": quantity, "uom": self.product_id.uom_id, "date": date}
        later = pricing.choose(pricelist._get_rule_candidates(self.product_id, **kwargs), quantity)
        later = rule.browse(later.id if later else ())
        return self.env._(
            "From %(date)s: %(price)s",
            date=self._format_price_date(date),
            price=self._format_piece_price(self._get_rule_price(later, kwargs)),
        )

    def _format_price_amount(self, amount):
        currency = self.currency_id or self.order_id.currency_id
        return formatLang(self.env, amount, dp="Product Price", currency_obj=currency)

    def _format_piece_price(self, amount):
        """A price in the product's stock unit, e.g. "38.00 DA per piece"."""
        price = self._format_price_amount(amount)
        if self.product_id.product_tmpl_id._is_counted_in_pieces():
            return self.env._("%(price)s per piece", price=price)
        return self.env._("%(price)s per %(unit)s", price=price, unit=self.product_id.uom_id.name)

    def _format_price_quantity(self, quantity):
        """A quantity in the product's stock unit, e.g. "240 pieces"."""
        if self.product_id.product_tmpl_id._is_counted_in_pieces():
            return counts.pieces(self.env, quantity)
        number = formatLang(self.env, quantity, digits=0 if quantity == int(quantity) else 2)
        return f"{number} {self.product_id.uom_id.name}"

    def _format_price_date(self, moment):
        """The day of a moment where the company is: prices change at its midnight."""
        zone = (self.company_id or self.env.company)._get_price_zone()
        return format_date(self.env, moment.replace(tzinfo=UTC).astimezone(zone).date())
