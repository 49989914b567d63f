from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import loading

ENTRY_PIECE = "piece"
ENTRY_PALLET = "pallet"
ENTRY_TRUCK = "truck"
ENTRY_AREA = "m2"


class SaleOrderLine(models.Model):
    """What the rep typed: pieces, pallets, trucks or square metres.

    The entry sets the native quantity and unit, which stay the truth. It is kept as long as they
    are what it made of them; a quantity written directly forgets it.
    """

    _inherit = "sale.order.line"

    entry_quantity = fields.Float(
        "Quantity asked",
        digits=(16, 2),
        help="Quantity as it was asked, in the unit beside it: 35 m² of floor, 7 trucks.",
    )
    entry_unit = fields.Selection(
        [
            (ENTRY_PIECE, "Pieces"),
            (ENTRY_PALLET, "Pallets"),
            (ENTRY_TRUCK, "Trucks"),
            (ENTRY_AREA, "m²"),
        ],
        "Unit asked",
    )
    entry_data = fields.Json(
        compute="_compute_entry_data",
        help="What a screen needs to convert a quantity while it is being typed.",
    )
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
            if not line.delivery_form:
                line.entry_data = False
                continue
            product, truck = line.product_id, line._get_entry_truck()
            unit = ENTRY_PIECE if line.product_uom_id == product.uom_id else None
            line.entry_data = {
                "unit": ENTRY_PALLET if line.product_uom_id.is_pallet else unit,
                "factor": line.product_uom_id.factor / (product.uom_id.factor or 1.0),
                "form": line.delivery_form,
                "strict": line._is_whole_pallets_only(),
                "size": line._get_entry_pallet()[1] or line.pieces_per_pallet,
                "piece_g": round(product.weight * 1000),
                "tare_g": round(product.pallet_tare * 1000),
                "m2": round(product.pieces_per_m2 * 100),
                "waste": round(product.waste_percent * 10),
                "payload_g": truck.payload_g,
                "places": truck.pallet_places,
                "locked": line.product_uom_readonly,
            }

    @api.depends("price_unit", "discount", "product_uom_id", "pieces_per_pallet", "delivery_form")
    def _compute_price_per_load_unit(self):
        for line in self:
            line.price_per_piece = line.price_per_pallet = 0.0
            if not line.delivery_form:
                continue
            price = line.price_unit * (1 - (line.discount or 0.0) / 100)
            factor = line.product_uom_id.factor / (line.product_id.uom_id.factor or 1.0)
            line.price_per_piece = price / (factor or 1.0)
            line.price_per_pallet = price / (factor or 1.0) * line.pieces_per_pallet

    # === ONCHANGE METHODS === #

    @api.onchange("entry_quantity", "entry_unit", "product_id")
    def _onchange_entry(self):
        if not self.entry_unit or not self.product_id:
            return None
        try:
            self.update(self._get_entry_vals(self.entry_quantity, self.entry_unit))
        except UserError as error:
            self._forget_entry()
            return {"warning": {"title": self.env._("Quantity"), "message": error.args[0]}}
        return None

    @api.onchange("product_uom_qty", "product_uom_id")
    def _onchange_quantity_forgets_entry(self):
        if self.entry_unit and not self._is_made_by_entry():
            self._forget_entry()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        product_ids = {vals.get("product_id") for vals in vals_list if vals.get("entry_unit")}
        if product_ids - {None, False}:
            # read them together, not line by line
            products = self.env["product.product"].browse(product_ids - {None, False})
            (products.uom_id | products.pallet_uom_id).mapped("relative_factor")
        return super().create(
            [
                {**vals, **self._prepare_entry_create_vals(vals)}
                if vals.get("entry_unit")
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        has_quantity = "product_uom_qty" in vals or "product_uom_id" in vals
        if "entry_unit" in vals or "entry_quantity" in vals:
            asked = self
        elif "product_id" in vals and not has_quantity:
            asked = self.filtered("entry_unit")  # 20 pallets of B8 become 20 of B12
        else:
            asked = self.browse()
        for line in asked:
            super(SaleOrderLine, line).write(line._prepare_entry_write_vals(vals))
        res = super(SaleOrderLine, self - asked).write(vals)
        if has_quantity:
            changed = self.filtered(lambda line: line.entry_unit and not line._is_made_by_entry())
            if changed:
                changed._forget_entry()
        return res

    def _prepare_entry_write_vals(self, vals):
        """Values to write when some of them are the quantity as asked.

        A quantity given beside it is what counts: the screen sends both.

        :rtype: dict
        """
        self.ensure_one()
        unit = vals.get("entry_unit", self.entry_unit)
        if not unit:
            return {**vals, "entry_unit": False, "entry_quantity": 0.0}
        if "product_uom_qty" in vals:
            return vals
        product = self.product_id.browse(vals.get("product_id") or self.product_id.id)
        quantity = vals.get("entry_quantity", self.entry_quantity)
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
        """What an entry sets on a new line.

        :param dict vals: values of the line, with ``entry_unit``
        :return: the values to add
        :rtype: dict
        """
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

    def _forget_entry(self):
        """The quantity is no longer what was asked."""
        self.entry_unit = False  # first: a quantity in a unit would set the line's
        self.entry_quantity = 0.0

    def _is_made_by_entry(self):
        """Tell whether the line's pieces are those that its entry makes.

        :rtype: bool
        """
        self.ensure_one()
        try:
            entry = self._get_entry_vals(self.entry_quantity, self.entry_unit)
        except UserError:
            return False
        unit = self.env["uom.uom"].browse(entry["product_uom_id"])
        pieces = loading.exact_pieces(entry["product_uom_qty"], unit.factor or 1.0)
        present = loading.exact_pieces(self.product_uom_qty, self.product_uom_id.factor or 1.0)
        return pieces == present

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

    def _get_entry_vals(self, quantity, unit, product=None, form=None):
        """Quantity and unit of the line for a quantity typed in another unit.

        :param float quantity: quantity as typed
        :param str unit: one of the values of ``entry_unit``
        :param product: ``product.product``, by default the line's
        :param str form: delivery form set together with it, by default the line's or the product's
        :rtype: dict
        :raise UserError: when the product or the truck cannot be counted in this unit
        """
        self.ensure_one()
        product = product or self.product_id
        if not product or not product.product_tmpl_id._is_counted_in_pieces():
            if unit == ENTRY_PIECE:
                return {"product_uom_qty": quantity, "product_uom_id": product.uom_id.id}
            raise UserError(
                self.env._(
                    "%(product)s is not counted in pieces: enter its quantity in its own unit.",
                    product=product.display_name,
                )
            )
        pallet, size = self._get_entry_pallet(product)
        pieces, on_pallets = self._get_entry_pieces(quantity, unit, product, size, form)
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

    def _get_entry_pieces(self, quantity, unit, product, size, form):
        """Whole pieces for a quantity as typed.

        :param int size: pieces on a pallet, 0 when the product has none
        :return: ``(pieces, whether they are sold by the pallet)``
        :raise UserError: when the product or the truck cannot be counted in this unit
        """
        if quantity < 0:
            raise UserError(
                self.env._(
                    "%(product)s: enter a quantity above zero.", product=product.display_name
                )
            )
        exact = Fraction(repr(quantity))
        whole_pallets = form == loading.FORM_PALLET or self._is_whole_pallets_only(product)
        if not form and product == self.product_id:
            form = self.delivery_form
        if not form or (form == loading.FORM_LOOSE and unit == ENTRY_PALLET):
            form = loading.FORM_MIXED if size else loading.FORM_LOOSE
        if unit == ENTRY_AREA:
            return self._get_entry_pieces_for_area(quantity, product, size * whole_pallets)
        if unit == ENTRY_TRUCK:
            per_truck = self._get_entry_pieces_per_truck(product, size, form)
            if form == loading.FORM_LOOSE:
                return exact * per_truck // 1, False
            return exact * (per_truck // size) // 1 * size, True
        if unit == ENTRY_PALLET:
            if not size:
                raise UserError(
                    self.env._(
                        "%(product)s is not sold on pallets: enter pieces.",
                        product=product.display_name,
                    )
                )
            exact *= size
        if exact.denominator != 1:
            names = {"product": product.display_name, "quantity": f"{quantity:g}"}
            raise UserError(
                self.env._(
                    "%(product)s is sold by the whole piece: %(quantity)s is not a whole number.",
                    **names,
                )
                if unit == ENTRY_PIECE
                else self.env._(
                    "%(product)s is sold by the whole piece: %(quantity)s pallets of %(size)s is"
                    " not a whole number of pieces.",
                    size=size,
                    **names,
                )
            )
        pieces = int(exact)
        return pieces, unit == ENTRY_PALLET and not pieces % size

    def _get_entry_pieces_for_area(self, area_m2, product, size):
        """Pieces for a surface, in whole pallets when nothing else is delivered.

        :param int size: pieces on a pallet, 0 when they need not fill pallets
        :return: ``(pieces, whether they are sold by the pallet)``
        """
        template = product.product_tmpl_id
        if not template.pieces_per_m2:
            raise UserError(
                self.env._(
                    "%(product)s: how many pieces a square metre takes is not known. Enter pieces,"
                    " or fill it in on the product.",
                    product=product.display_name,
                )
            )
        pieces = template._get_pieces_for_area(area_m2)
        if size:
            return loading.nearest_multiples(pieces, size)[1], True
        return pieces, False

    def _get_entry_pieces_per_truck(self, product, size, form):
        """Pieces of one product that fill one truck, in whole pallets unless it is loose.

        :raise UserError: when the truck is not known or takes not even one
        """
        kind, truck = self.order_id.truck_category_id, self._get_entry_truck()
        item = loading.Item(
            key=None,
            pieces=size or 1,
            pieces_per_pallet=size,
            piece_weight_g=round(product.weight * 1000),
            pallet_tare_g=round(product.pallet_tare * 1000),
            form=form,
        )
        pieces = _pieces_per_truck(item, truck)
        if pieces is None:
            raise UserError(
                self.env._(
                    "Trucks of %(product)s cannot be counted: choose a kind of truck with payload"
                    " and pallet places, and enter the weight of a piece.",
                    product=product.display_name,
                )
            )
        if not pieces:
            raise UserError(
                self.env._(
                    "%(product)s is too heavy for %(truck)s: choose a larger one.",
                    product=product.display_name,
                    truck=kind.display_name,
                )
            )
        return pieces


def _pieces_per_truck(item, truck):
    """Pieces that fill a truck, ``None`` when nothing is known that limits them."""
    pallets = item.form != loading.FORM_LOOSE
    unit_g = item.piece_weight_g
    if pallets:
        unit_g = loading.load_weight_g(
            item.pieces_per_pallet, 1, item.piece_weight_g, item.pallet_tare_g
        )
    limits = []
    if truck.payload_g and unit_g:
        limits.append(truck.payload_g // unit_g)
    if truck.pallet_places and (pallets or item.pieces_per_pallet):
        limits.append(truck.pallet_places * (1 if pallets else item.pieces_per_pallet))
    if not limits:
        return None
    return min(limits) * (item.pieces_per_pallet if pallets else 1)
