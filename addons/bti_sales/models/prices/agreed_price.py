from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """A price that somebody typed is that of its unit: in another unit it is another number.

    Odoo leaves a typed price alone whatever happens to the unit: 40 for a piece became 40 for a
    pallet. Prices that nobody typed come from the list, in any unit. Loaded before the entries,
    whose writes pass through here.
    """

    _inherit = "sale.order.line"

    price_uom_id = fields.Many2one(
        "uom.uom",
        "Unit of the price",
        store=False,
        help="The unit that the price is of while a form is being filled in.",
    )

    # === ONCHANGE METHODS === #

    @api.onchange("product_uom_id")
    def _onchange_unit_of_agreed_price(self):
        unit = self.price_uom_id or self._origin.product_uom_id
        if self._keeps_price():
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
