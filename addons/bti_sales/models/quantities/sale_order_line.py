from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_is_zero

from ...tools import loading

# About a sixth of a year's production on one line: beyond it somebody typed a digit too many, and
# the totals of an order still fit a database integer.
MAX_PIECES = 10_000_000

# Decimals of a quantity of pallets: one piece in 10 million pallets is still seen.
_PALLET_DIGITS = (16, 10)


class SaleOrderLine(models.Model):
    """A line of bricks: in which form, on which pallets, how many pieces and what they weigh.

    What was delivered and invoiced of a line sold by the pallet is known to the piece: three pieces
    broken on the way leave 5,057 of 5,060, which are 19.988 pallets. With Odoo's two decimals the
    invoice would be of 5,056.47 pieces.
    """

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "bti.load.mixin"]

    delivery_form = fields.Selection(
        [
            (loading.FORM_LOOSE, "Loose"),
            (loading.FORM_PALLET, "On pallets"),
            (loading.FORM_MIXED, "Mixed"),
        ],
        compute="_compute_delivery_form",
        store=True,
        readonly=False,
        precompute=True,
        help="On pallets: whole pallets only. Mixed: full pallets, the rest loose.",
    )
    pieces_per_pallet = fields.Integer(
        compute="_compute_pieces_per_pallet",
        store=True,
        precompute=True,
        help="Pallet size of this line; it stays when the product's size changes.",
    )
    pieces = fields.Integer(
        compute="_compute_load", store=True, precompute=True, help="Whole pieces of the line."
    )
    full_pallets = fields.Integer(compute="_compute_load", store=True, precompute=True)
    loose_pieces = fields.Integer(compute="_compute_load", store=True, precompute=True)
    load_weight = fields.Float(compute="_compute_load", store=True, precompute=True)
    load_summary = fields.Char("Load", compute="_compute_load_summary")
    qty_delivered = fields.Float(digits=_PALLET_DIGITS, min_display_digits="Product Unit")
    qty_invoiced = fields.Float(digits=_PALLET_DIGITS, min_display_digits="Product Unit")
    qty_invoiced_posted = fields.Float(digits=_PALLET_DIGITS, min_display_digits="Product Unit")
    qty_to_invoice = fields.Float(digits=_PALLET_DIGITS, min_display_digits="Product Unit")

    # === COMPUTE METHODS === #

    @api.depends("product_id", "product_uom_id", "company_id")
    def _compute_delivery_form(self):
        for line in self:
            template = line.product_id.product_tmpl_id
            line.delivery_form = not line.display_type and template._get_line_form(
                line.product_uom_id, line.company_id, line.delivery_form
            )

    @api.depends("product_id", "product_uom_id", "company_id")
    def _compute_pieces_per_pallet(self):
        for line in self:
            template = line.product_id.product_tmpl_id
            line.pieces_per_pallet = not line.display_type and template._get_line_pallet_size(
                line.product_uom_id, line.company_id
            )

    @api.depends("product_id", "product_uom_id", "product_uom_qty", "delivery_form")
    def _compute_load(self):
        return super()._compute_load()

    @api.depends("pieces", "full_pallets", "loose_pieces")
    @api.depends_context("lang")
    def _compute_load_summary(self):
        for line in self:
            line.load_summary = line._get_load_summary()

    @api.depends("company_id")
    def _compute_allowed_uom_ids(self):
        """Offer the company's own pallet where companies strap the product differently."""
        res = super()._compute_allowed_uom_ids()
        for line in self:
            pallets = line.allowed_uom_ids.filtered("is_pallet")
            if len(pallets) > 1:
                own = line.product_id.product_tmpl_id._get_pallet_uom(line.company_id)
                line.allowed_uom_ids -= pallets - own - line.product_uom_id
        return res

    @api.depends("qty_invoiced", "qty_delivered", "product_uom_qty", "state")
    def _compute_qty_to_invoice(self):
        res = super()._compute_qty_to_invoice()
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        for line in self:
            # A last piece of a large pallet would count as nothing to invoice: the least quantity
            # that counts stands for it, and the invoice line finds the piece again.
            if (
                line.qty_to_invoice
                and line.product_uom_id.is_pallet
                and float_is_zero(line.qty_to_invoice, precision_digits=digits)
            ):
                sign = -1 if line.qty_to_invoice < 0 else 1
                pieces = line._get_pieces_to_invoice()
                line.qty_to_invoice = sign * 10**-digits if pieces else 0.0
        return res

    # === CONSTRAINT METHODS === #

    @api.constrains("product_id", "product_uom_id", "product_uom_qty", "delivery_form")
    def _check_whole_pieces(self):
        for line in self.filtered("delivery_form"):
            refusal = line._get_refusal()
            if refusal:
                raise ValidationError(refusal)
        return super()._check_whole_pieces()

    def _get_refusal(self):
        """Why this cannot be a quantity of the product, before its pieces are counted.

        :return: what to do instead, in the user's words, or False
        """
        self.ensure_one()
        product, unit = self.product_id, self.product_uom_id
        if not unit._has_common_reference(product.uom_id):
            return self.env._(
                "%(product)s is counted in %(unit_of_product)s: %(unit)s cannot be converted."
                " Choose another unit.",
                product=product.display_name,
                unit_of_product=product.uom_id.name,
                unit=unit.name,
            )
        if self.product_uom_qty < 0:
            return self.env._(
                "%(product)s: %(quantity)s is a negative quantity. Goods that come back are"
                " entered as a return of their delivery.",
                product=product.display_name,
                quantity=f"{self.product_uom_qty:g}",
            )
        if self.delivery_form == loading.FORM_PALLET and not self.pieces_per_pallet:
            return self.env._(
                "%(product)s has no pallet size: choose another delivery form, or have the"
                " pieces per pallet entered on the product.",
                product=product.display_name,
            )
        if self.delivery_form == loading.FORM_LOOSE and not product.product_tmpl_id.sold_loose:
            return self.env._(
                "%(product)s is sold on pallets only: choose another delivery form.",
                product=product.display_name,
            )
        pieces = self._get_exact_pieces() or 0
        return pieces > MAX_PIECES and self.env._(
            "%(product)s: %(pieces)s pieces on one line is more than %(limit)s. Check the"
            " quantity.",
            product=product.display_name,
            pieces=pieces,
            limit=MAX_PIECES,
        )

    # === BUSINESS METHODS === #

    def _get_load_quantity(self):
        return self.product_uom_id, self.product_uom_qty

    def _get_load_packing(self):
        return self.delivery_form, self.pieces_per_pallet

    def _get_load_item(self, pieces=None):
        """Override: what is too many for a line is refused on saving; it would not fit the database
        meanwhile."""
        item = super()._get_load_item(pieces)
        return None if item and abs(item.pieces) > MAX_PIECES else item

    def _get_entry_pallet(self, product=None):
        """The pallet unit in which this line may be entered, and its size.

        A line already in pallets keeps its unit when the product's pallet size has changed since.

        :param product: ``product.product`` that the line is about to get
        :return: ``(uom.uom, pieces on a pallet)``, empty and 0 when there is none
        """
        self.ensure_one()
        product = product or self.product_id
        pallet = self.product_uom_id
        if not pallet.is_pallet or product != self.product_id:
            pallet = product.pallet_uom_id
            if product:
                pallet = product.product_tmpl_id._get_pallet_uom(self.company_id)
        return pallet, round(pallet.relative_factor) if pallet else 0

    def _get_pieces_to_invoice(self):
        """What is left to invoice of a line sold by the pallet.

        :return: whole pieces, negative when too many were invoiced
        :rtype: int
        """
        self.ensure_one()
        unit, pallet = self.product_id.uom_id, self.product_uom_id
        pieces = pallet._get_exact_pieces(self.qty_to_invoice, unit)
        if pieces is not None:
            return pieces
        ordered = self.product_id.invoice_policy == "order"
        quantity = (self.product_uom_qty if ordered else self.qty_delivered) - self.qty_invoiced
        return round(quantity * pallet._get_factor_in(unit))

    def _prepare_invoice_line(self, **optional_values):
        """Invoice whole pallets as pallets, anything else by the piece at the same price."""
        values = super()._prepare_invoice_line(**optional_values)
        if (
            self.delivery_form
            and self.product_uom_id.is_pallet
            and "quantity" in values
            and "quantity" not in optional_values
        ):
            pieces = self._get_pieces_to_invoice()
            size = round(self.product_uom_id.relative_factor)
            if pieces % size:
                unit = self.product_id.uom_id
                values.update(
                    quantity=pieces,
                    product_uom_id=unit.id,
                    price_unit=self.product_uom_id._compute_price(self.price_unit, unit),
                )
            else:
                values["quantity"] = pieces // size
        return values
