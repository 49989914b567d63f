from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import loading

# About a sixth of a year's production on one line: beyond it somebody typed a digit too many, and
# the totals of an order still fit a database integer.
MAX_PIECES = 10_000_000


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

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
    load_weight = fields.Float(
        "Weight",
        compute="_compute_load",
        store=True,
        precompute=True,
        digits="Stock Weight",
        help="Pieces and pallets, in kg.",
    )
    load_summary = fields.Char("Load", compute="_compute_load_summary")

    # === COMPUTE METHODS === #

    @api.depends("product_id", "product_uom_id", "company_id")
    def _compute_delivery_form(self):
        for line in self:
            template = line.product_id.product_tmpl_id
            if line.display_type or not template or not template._is_counted_in_pieces():
                line.delivery_form = False
            elif line.product_uom_id.is_pallet:
                line.delivery_form = loading.FORM_PALLET
            elif not template._get_pallet_size(line.company_id):
                line.delivery_form = loading.FORM_LOOSE
            elif not template.sold_loose:
                line.delivery_form = loading.FORM_PALLET
            elif line.delivery_form in (False, loading.FORM_PALLET):
                line.delivery_form = loading.FORM_MIXED

    @api.depends("product_id", "product_uom_id", "company_id")
    def _compute_pieces_per_pallet(self):
        for line in self:
            template = line.product_id.product_tmpl_id
            if line.display_type or not template or not template._is_counted_in_pieces():
                line.pieces_per_pallet = 0
            elif line.product_uom_id.is_pallet:
                line.pieces_per_pallet = round(line.product_uom_id.relative_factor)
            else:
                line.pieces_per_pallet = template._get_pallet_size(line.company_id)

    @api.depends("product_id", "product_uom_id", "product_uom_qty", "delivery_form")
    def _compute_load(self):
        for line in self:
            item = line._get_load_item()
            if item is None:
                line.update({"pieces": 0, "full_pallets": 0, "loose_pieces": 0, "load_weight": 0.0})
                continue
            full_pallets, loose_pieces = item.split
            line.pieces = item.pieces
            line.full_pallets = full_pallets
            line.loose_pieces = loose_pieces
            line.load_weight = (
                loading.load_weight_g(
                    item.pieces, full_pallets, item.piece_weight_g, item.pallet_tare_g
                )
                / 1000
            )

    @api.depends("pieces", "full_pallets", "loose_pieces")
    @api.depends_context("lang")
    def _compute_load_summary(self):
        for line in self:
            load = line._format_load(line.full_pallets, line.loose_pieces)
            if line.full_pallets:
                load = f"{line.pieces} = {load}"
            line.load_summary = load

    # === CONSTRAINT METHODS === #

    @api.constrains("product_id", "product_uom_id", "product_uom_qty", "delivery_form")
    def _check_whole_pieces(self):
        for line in self:
            if not line.delivery_form:
                continue
            line._check_can_be_counted()
            pieces = line._get_exact_pieces()
            if pieces is None:
                raise ValidationError(
                    self.env._(
                        "%(product)s is sold by the whole piece: %(quantity)s %(unit)s is not a"
                        " whole number of pieces.",
                        product=line.product_id.display_name,
                        quantity=f"{line.product_uom_qty:g}",
                        unit=line.product_uom_id.name,
                    )
                )
            if abs(pieces) > MAX_PIECES:
                raise ValidationError(
                    self.env._(
                        "%(product)s: %(pieces)s pieces on one line is more than %(limit)s. Check"
                        " the quantity.",
                        product=line.product_id.display_name,
                        pieces=pieces,
                        limit=MAX_PIECES,
                    )
                )
            if line.delivery_form == loading.FORM_PALLET and line.pieces_per_pallet:
                line._check_whole_pallets(pieces)

    def _check_whole_pallets(self, pieces):
        """Refuse a quantity that is not a whole number of pallets and offer the nearest two.

        :param int pieces: whole pieces of the line
        :raise ValidationError: with both quantities in the message
        """
        self.ensure_one()
        size = self.pieces_per_pallet
        below, above = loading.nearest_multiples(pieces, size)
        if below == above:
            return
        values = {
            "product": self.product_id.display_name,
            "pieces": pieces,
            "size": size,
            "below": below,
            "below_pallets": below // size,
            "above": above,
            "above_pallets": above // size,
        }
        if below:
            raise ValidationError(
                self.env._(
                    "%(product)s on pallets of %(size)s: %(pieces)s pieces is not a whole number of"
                    " pallets. Enter %(below)s (%(below_pallets)s pallets) or %(above)s"
                    " (%(above_pallets)s pallets), or choose another delivery form.",
                    **values,
                )
            )
        raise ValidationError(
            self.env._(
                "%(product)s on pallets of %(size)s: %(pieces)s pieces is less than a pallet. Enter"
                " %(above)s (1 pallet), or choose another delivery form.",
                **values,
            )
        )

    # === BUSINESS METHODS === #

    def _get_exact_pieces(self):
        """The line's quantity as whole pieces.

        Odoo's own unit conversion rounds up and never checks that two units are of one kind, so
        it is not used here.

        :return: pieces, or ``None`` when the quantity is not a whole number of pieces
        """
        self.ensure_one()
        factor = self.product_uom_id.factor / (self.product_id.uom_id.factor or 1.0)
        return loading.exact_pieces(self.product_uom_qty, factor or 1.0)

    def _get_load_item(self, pieces=None):
        """This line for :mod:`..tools.loading`, or ``None`` when it is nothing to load.

        :param int pieces: its pieces when they are known, else they follow from its quantity
        """
        self.ensure_one()
        if not self.delivery_form:
            return None
        if pieces is None:
            pieces = self._get_exact_pieces()
        if pieces is None:  # refused by the constraint on saving; shown rounded meanwhile
            pieces = round(self.product_uom_qty)
        if abs(pieces) > MAX_PIECES:  # refused too; would not fit the database
            return None
        return loading.Item(
            key=self,
            pieces=pieces,
            pieces_per_pallet=self.pieces_per_pallet,
            piece_weight_g=round(self.product_id.weight * 1000),
            pallet_tare_g=round(self.product_id.pallet_tare * 1000),
            form=self.delivery_form,
        )

    def _format_load(self, full_pallets, loose_pieces):
        """Pallets and loose pieces in the user's words.

        :param int full_pallets: full pallets
        :param int loose_pieces: pieces beside them
        :return: e.g. "20 pal. + 13 pcs", or False when there is nothing
        """
        parts = []
        if full_pallets:
            parts.append(self.env._("%(count)s pal.", count=full_pallets))
        if loose_pieces:
            parts.append(self.env._("%(count)s pcs", count=loose_pieces))
        return " + ".join(parts) or False
