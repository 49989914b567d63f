from odoo import api, fields, models

from ...tools import loading


class SaleOrderLine(models.Model):
    """The price of a line, by form and destination too, and what becomes of a typed one.

    The volume is that of the line, as everywhere in Odoo: the price of a line never moves because
    another line was edited.

    A price that somebody typed is that of its unit: in another unit it is another number. Odoo
    leaves it alone whatever happens to the unit: 40 for a piece became 40 for a pallet. Prices
    that nobody typed come from the list, in any unit. Loaded before the entries, whose writes pass
    through here.
    """

    _inherit = "sale.order.line"

    price_uom_id = fields.Many2one(
        "uom.uom",
        "Unit of the price",
        store=False,
        help="The unit that the price is of while a form is being filled in.",
    )

    # === COMPUTE METHODS === #

    @api.depends("delivery_form")
    def _compute_pricelist_item_id(self):
        return super()._compute_pricelist_item_id()

    @api.depends("delivery_form")
    def _compute_price_unit(self):
        return super()._compute_price_unit()

    @api.depends("delivery_form")
    def _compute_discount(self):
        return super()._compute_discount()

    # === ONCHANGE METHODS === #

    @api.onchange("product_id")
    def _onchange_product_of_agreed_price(self):
        """The price is the new product's, in its unit: known at once, the form asks once less."""
        self.price_uom_id = self.product_uom_id

    @api.onchange("product_uom_id")
    def _onchange_unit_of_agreed_price(self):
        unit = self.price_uom_id or self._origin.product_uom_id
        if unit != self.product_uom_id and self._keeps_price():
            self.update(self._prepare_price_in_unit(unit, self.product_uom_id))
        self.price_uom_id = self.product_uom_id

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line, vals in zip(lines, vals_list, strict=True):
            # Odoo takes a price given with a new line for the list's, and replaces it at the next
            # change of quantity
            if "price_unit" in vals and "technical_price_unit" not in vals and line.delivery_form:
                listed = line._get_rule_price(line.pricelist_item_id, line._get_pricelist_kwargs())
                line.with_context(sale_write_from_compute=True).technical_price_unit = listed
        return lines

    def write(self, vals):
        if "price_unit" in vals:
            return super().write(vals)
        if "product_id" in vals:
            changed = self.filtered(lambda line: line.product_id.id != vals["product_id"])
            res = super().write(vals)
            for line in changed.filtered("delivery_form"):
                line._reset_price_unit()  # as the form does: it was agreed for other goods
            return res
        if "product_uom_id" not in vals:
            return super().write(vals)
        unit = self.env["uom.uom"].browse(vals["product_uom_id"])
        kept = self.filtered(lambda line: line.product_uom_id != unit and line._keeps_price())
        for line in kept:
            price = line._prepare_price_in_unit(line.product_uom_id, unit)
            super(SaleOrderLine, line).write({**vals, **price})
        return super(SaleOrderLine, self - kept).write(vals)

    # === BUSINESS METHODS === #

    def _get_pricelist_kwargs(self):
        return {
            **super()._get_pricelist_kwargs(),
            "delivery_form": self._get_priced_form(),
            "destination_state_id": self.order_id.destination_state_id.id,
        }

    def _get_priced_form(self):
        """The form for the price rules: a mixed line is loose unless it comes to whole pallets.

        :return: "loose", "pallet" or False
        """
        self.ensure_one()
        if self.delivery_form != loading.FORM_MIXED:
            return self.delivery_form
        whole = self.full_pallets and not self.loose_pieces
        return loading.FORM_PALLET if whole else loading.FORM_LOOSE

    def _get_rule_price(self, rule, kwargs):
        """Price that a rule gives for this line, before the taxes that are added to it.

        :param rule: ``product.pricelist.item`` record; empty is the product's sales price
        :param dict kwargs: quantity, unit, date..., see ``_get_pricelist_kwargs``
        :return: price of one unit of ``kwargs["uom"]``, in the order's currency
        :rtype: float
        """
        self.ensure_one()
        line = self.with_company(self.company_id)
        product = line.product_id
        price = rule._compute_price(
            product=product.with_context(**line._get_product_price_context()), **kwargs
        )
        fiscal_position = line.order_id.fiscal_position_id
        if not fiscal_position:
            return price  # there are no other taxes to which it is to be adapted
        return product._get_tax_included_unit_price_from_price(
            price,
            product_taxes=product.taxes_id._filter_taxes_by_company(line.company_id),
            fiscal_position=fiscal_position,
        )

    def _has_manual_price(self):
        """Tell whether somebody typed the price: it does not follow the list."""
        self.ensure_one()
        currency = self.currency_id or (self.company_id or self.env.company).currency_id
        return bool(currency.compare_amounts(self.technical_price_unit, self.price_unit))

    def _get_price_at(self, moment):
        """Price of one unit of the line if it were ordered at another moment.

        :param datetime moment: UTC
        :return: in the order's currency
        :rtype: float
        """
        self.ensure_one()
        kwargs = {**self._get_pricelist_kwargs(), "date": moment}
        pricelist = self.order_id.pricelist_id
        rule_id = pricelist._get_product_rule(self.product_id, **kwargs)
        return self._get_rule_price(self.env["product.pricelist.item"].browse(rule_id), kwargs)

    def _keeps_price(self):
        """Tell whether the price list no longer gives this line its price.

        :rtype: bool
        """
        self.ensure_one()
        return self._has_manual_price() or self.qty_invoiced > 0

    def _prepare_price_in_unit(self, unit, new_unit):
        """The price of this line in another unit, and that of the list beside it.

        :param unit: ``uom.uom`` that the present price is of
        :param new_unit: ``uom.uom`` that it is to be of
        :return: values to write; nothing when the one cannot be converted into the other
        :rtype: dict
        """
        self.ensure_one()
        if not unit or not new_unit or unit == new_unit:
            return {}
        if not unit._has_common_reference(new_unit):
            return {}
        price = unit._compute_price(self.price_unit, new_unit)
        listed = unit._compute_price(self.technical_price_unit, new_unit)
        currency = self.currency_id or self.company_id.currency_id
        if self._has_manual_price() and not currency.compare_amounts(price, listed):
            listed = -1.0  # per piece they differ by less than a centime: typed all the same
        return {"price_unit": price, "technical_price_unit": listed}

    def _get_entry_price(self, vals, unit, product, entry):
        """A price given beside a quantity as asked, for the unit that the line gets.

        It is the price of the unit named beside it: a piece, a pallet. Nobody prices a truck or a
        square metre: there it is that of the line's unit, of a piece when the line is new.

        :param dict vals: values given, with ``price_unit``
        :param str unit: one of the values of ``entry_unit``
        :param product: ``product.product`` of the line
        :param dict entry: see :meth:`_get_entry_vals`
        :rtype: float
        """
        self.ensure_one()
        priced = self.product_uom_id or product.uom_id
        if vals.get("product_uom_id"):
            priced = priced.browse(vals["product_uom_id"])
        elif unit == "pallet":
            priced = self._get_entry_pallet(product)[0]
        elif unit == "piece":
            priced = product.uom_id
        price = float(vals["price_unit"] or 0.0)
        return priced._compute_price(price, priced.browse(entry["product_uom_id"]))
