from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import loading, quantity_entry


class SaleOrderLine(models.Model):
    """The quantity of an order line as the rep typed it, and the prices of its load."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "bti.entry.mixin"]

    price_per_piece = fields.Monetary(
        compute="_compute_price_per_load_unit", help="Untaxed price of a piece, after discount."
    )
    price_per_pallet = fields.Monetary(
        compute="_compute_price_per_load_unit",
        help="Untaxed price of a full pallet, after discount.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "delivery_form",
        "product_id",
        "product_uom_id",
        "pieces_per_pallet",
        "product_uom_readonly",
        "order_id.truck_category_id",
    )
    def _compute_entry_data(self):
        for line in self:
            line.entry_data = bool(line.delivery_form) and line._prepare_entry_data()

    @api.depends("price_unit", "discount", "product_uom_id", "pieces_per_pallet", "delivery_form")
    def _compute_price_per_load_unit(self):
        for line in self:
            line.price_per_piece = line.price_per_pallet = 0.0
            if not line.delivery_form:
                continue
            price = line.price_unit * (1 - (line.discount or 0.0) / 100)
            price /= line.product_uom_id._get_factor_in(line.product_id.uom_id)
            line.price_per_piece = price
            line.price_per_pallet = price * line.pieces_per_pallet

    # === ONCHANGE METHODS === #

    @api.onchange("product_uom_qty", "product_uom_id")
    def _onchange_quantity_forgets_entry(self):
        self._forget_other_entry()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        product_ids = {vals.get("product_id") for vals in vals_list if vals.get("entry_unit")}
        if product_ids - {None, False}:
            # read them together, not line by line
            products = self.env["product.product"].browse(product_ids - {None, False})
            (products.uom_id | products.pallet_uom_id).mapped("relative_factor")
        return super().create(self._complete_entries(vals_list))

    def write(self, vals):
        has_quantity = "product_uom_qty" in vals or "product_uom_id" in vals
        if "entry_unit" in vals or "entry_quantity" in vals:
            asked = self
        elif "product_id" in vals and not has_quantity:
            # 20 pallets of B8 become 20 of B12, typed or given with the unit beside them
            asked = self.filtered(lambda line: line.entry_unit or line.product_uom_id.is_pallet)
        else:
            asked = self.browse()
        for line in asked:
            super(SaleOrderLine, line).write(line._prepare_entry_write_vals(vals))
        res = super(SaleOrderLine, self - asked).write(vals)
        if has_quantity:
            self._forget_other_entry()
        return res

    def _prepare_entry_write_vals(self, vals):
        """Values to write when some of them are the quantity as asked.

        A quantity given beside it is what counts: the screen sends both.

        :rtype: dict
        """
        self.ensure_one()
        unit = vals.get("entry_unit", self.entry_unit)
        quantity = vals.get("entry_quantity", self.entry_quantity)
        if not unit and "product_id" in vals and "entry_unit" not in vals:
            unit, quantity = quantity_entry.PALLET, self.product_uom_qty
        if not unit:
            return {**vals, "entry_unit": False, "entry_quantity": 0.0}
        if "product_uom_qty" in vals:
            return vals
        product = self.product_id.browse(vals.get("product_id") or self.product_id.id)
        form = vals.get("delivery_form")
        entry = self._get_entry_vals(quantity, unit, product=product, form=form)
        is_new = (entry["product_uom_qty"], entry["product_uom_id"]) != (
            self.product_uom_qty,
            self.product_uom_id.id,
        )
        if "price_unit" in vals and is_new:  # else it is of the unit that the screen showed
            entry["price_unit"] = self._get_entry_price(vals, unit, product, entry)
        return {**vals, **entry}

    @api.model
    def _prepare_entry_create_vals(self, vals):
        # a record in memory gives the same answers as the line will
        line = self.new(
            {
                "order_id": vals.get("order_id"),
                "product_id": vals.get("product_id"),
                **{
                    name: vals[name]
                    for name in ("product_uom_id", "product_uom_qty", "delivery_form")
                    if vals.get(name)
                },
            }
        )
        quantity, unit = vals.get("entry_quantity") or 0.0, vals["entry_unit"]
        if "product_uom_qty" not in vals:
            entry = line._get_entry_vals(quantity, unit, form=vals.get("delivery_form"))
            if "price_unit" in vals:
                entry["price_unit"] = line._get_entry_price(vals, unit, line.product_id, entry)
            return entry
        line.update({"entry_quantity": quantity, "entry_unit": unit})
        return {} if line._is_made_by_entry() else {"entry_quantity": 0.0, "entry_unit": False}

    # === BUSINESS METHODS === #

    def _is_made_by_entry(self):
        self.ensure_one()
        try:
            entry = self._get_entry_vals()
        except UserError:
            return False
        unit = self.env["uom.uom"].browse(entry["product_uom_id"])
        pieces = unit._get_exact_pieces(entry["product_uom_qty"], self.product_id.uom_id)
        return pieces == self._get_exact_pieces()

    def _prepare_entry_data(self):
        """What a screen needs to convert a quantity: the rules of the units, and what it shows.

        :return: ``unit`` of a number alone, ``factor`` (pieces in the native unit), ``form``,
            ``strict`` (whole pallets only), ``size`` of a pallet, weights in grams (``piece_g``,
            ``tare_g``), limits of the truck (``payload_g``, ``places``), ``locked`` (the unit
            stays) and ``units``, see :func:`..tools.quantity_entry.make_table`
        :rtype: dict
        """
        self.ensure_one()
        product, truck = self.product_id, self._get_entry_truck()
        unit = quantity_entry.PIECE if self.product_uom_id == product.uom_id else None
        return {
            "unit": quantity_entry.PALLET if self.product_uom_id.is_pallet else unit,
            "factor": self.product_uom_id._get_factor_in(product.uom_id),
            "form": self.delivery_form,
            "strict": self._is_whole_pallets_only(),
            "size": self._get_entry_pallet()[1] or self.pieces_per_pallet,
            "piece_g": round(product.weight * 1000),
            "tare_g": round(product.pallet_tare * 1000),
            "payload_g": truck.payload_g,
            "places": truck.pallet_places,
            "locked": self.product_uom_readonly,
            "units": self._get_entry_table(),
        }

    def _is_whole_pallets_only(self, product=None):
        """Tell whether pieces must fill pallets: the product or the user wants nothing else.

        :param product: ``product.product`` that the line is about to get
        :rtype: bool
        """
        self.ensure_one()
        product = product or self.product_id
        size = product and product.product_tmpl_id._get_pallet_size(self.company_id)
        if size and not product.sold_loose:
            return True
        return (
            product == self.product_id
            and self.delivery_form == loading.FORM_PALLET
            and not self.product_uom_id.is_pallet
        )

    def _get_entry_truck(self):
        """The kind of truck in which this line's trucks are counted.

        :rtype: loading.Truck
        """
        self.ensure_one()
        kind = self.order_id.truck_category_id
        return kind._get_loading_truck() if kind else loading.Truck()

    def _get_entry_table(self, product=None, form=None):
        """What one of each unit is of the product, for :mod:`..tools.quantity_entry`.

        :param product: ``product.product``, by default the line's
        :param str form: delivery form set together with it, by default the line's or the product's
        :rtype: dict
        """
        self.ensure_one()
        product = product or self.product_id
        size = self._get_entry_pallet(product)[1]
        whole_pallets = form == loading.FORM_PALLET or self._is_whole_pallets_only(product)
        if not form and product == self.product_id:
            form = self.delivery_form
        return quantity_entry.make_table(
            product._get_load_item(None, 0, size, form or loading.usual_form(size)),
            self._get_entry_truck(),
            round(product.pieces_per_m2 * 100),
            round(product.waste_percent * 10),
            whole_pallets,
        )

    def _get_entry_vals(self, quantity=None, unit=None, product=None, form=None):
        """Override: also for what the line is about to get.

        :param float quantity: quantity as typed, by default the line's
        :param str unit: one of the values of ``entry_unit``, by default the line's
        :param product: ``product.product``, by default the line's
        :param str form: delivery form set together with it, by default the line's or the product's
        :rtype: dict
        :raise UserError: when the product or the truck cannot be counted in this unit
        """
        self.ensure_one()
        quantity = self.entry_quantity if quantity is None else quantity
        unit = unit or self.entry_unit
        product = product or self.product_id
        if not product or not product.product_tmpl_id._is_counted_in_pieces():
            if unit == quantity_entry.PIECE:
                return {"product_uom_qty": quantity, "product_uom_id": product.uom_id.id}
            raise UserError(
                self.env._(
                    "%(product)s is not counted in pieces: enter its quantity in its own unit.",
                    product=product.display_name,
                )
            )
        pallet, size = self._get_entry_pallet(product)
        rules = self._get_entry_table(product, form)
        try:
            # a unit that does not exist is refused by its field
            rule = rules.get(unit) or rules[quantity_entry.PIECE]
            pieces, on_pallets = quantity_entry.count_pieces(rule, quantity)
        except quantity_entry.EntryError as error:
            message = self._get_entry_message(error.key, quantity, unit, product, size)
            raise UserError(message) from error
        if self.product_uom_readonly and product == self.product_id:
            # confirmed: the unit stays
            on_pallets, pallet = self.product_uom_id.is_pallet, self.product_uom_id
            if on_pallets and pieces % size:
                raise UserError(
                    self.env._(
                        "%(product)s was ordered on pallets of %(size)s: %(pieces)s pieces is not a"
                        " whole number of pallets.",
                        product=product.display_name,
                        size=size,
                        pieces=pieces,
                    )
                )
        if on_pallets:
            return {"product_uom_qty": pieces // size, "product_uom_id": pallet.id}
        return {"product_uom_qty": pieces, "product_uom_id": product.uom_id.id}

    def _get_entry_message(self, error, quantity, unit, product, size):
        """Why a quantity cannot be one of the product, in the user's words.

        :param str error: key of a ``quantity_entry.EntryError``
        :param int size: pieces on a pallet
        :rtype: str
        """
        names = {"product": product.display_name, "quantity": f"{quantity:g}"}
        if error == "negative":
            return self.env._("%(product)s: enter a quantity above zero.", **names)
        if error == "no_area":
            return self.env._(
                "%(product)s: how many pieces a square metre takes is not known. Enter pieces,"
                " or fill it in on the product.",
                **names,
            )
        if error == "no_pallet":
            return self.env._("%(product)s is not sold on pallets: enter pieces.", **names)
        if error == "no_weight":
            return self.env._(
                "%(product)s: how much a piece weighs is not known. Enter pieces, or fill it in on"
                " the product.",
                **names,
            )
        if error == "too_little":
            return self.env._("%(product)s: that is less than one piece, or one pallet.", **names)
        if error == "no_truck":
            return self.env._(
                "Trucks of %(product)s cannot be counted: choose a kind of truck with payload"
                " and pallet places, and enter the weight of a piece.",
                **names,
            )
        if error == "too_heavy":
            return self.env._(
                "%(product)s is too heavy for %(truck)s: choose a larger one.",
                truck=self.order_id.truck_category_id.display_name,
                **names,
            )
        if unit == quantity_entry.PIECE:
            return self.env._(
                "%(product)s is sold by the whole piece: %(quantity)s is not a whole number.",
                **names,
            )
        return self.env._(
            "%(product)s is sold by the whole piece: %(quantity)s pallets of %(size)s is"
            " not a whole number of pieces.",
            size=size,
            **names,
        )
