from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import loading


class SaleOrderTemplateLine(models.Model):
    """A quotation template may say in which form its goods are delivered."""

    _inherit = "sale.order.template.line"

    delivery_form = fields.Selection(
        selection=lambda self: self.env["sale.order.line"]._fields["delivery_form"].selection,
        compute="_compute_delivery_form",
        store=True,
        readonly=False,
        precompute=True,
        help="On pallets: whole pallets only. Mixed: full pallets, the rest loose.",
    )
    pieces = fields.Integer(compute="_compute_pieces", help="Whole pieces of the line.")
    load_summary = fields.Char("Load", compute="_compute_pieces")

    # === COMPUTE METHODS === #

    @api.depends("product_id", "product_uom_id")
    def _compute_delivery_form(self):
        for line in self:
            line.delivery_form = line._get_default_form(line.delivery_form)

    @api.depends("product_id", "product_uom_id", "product_uom_qty", "delivery_form")
    @api.depends_context("lang", "company")
    def _compute_pieces(self):
        for line in self:
            pieces = line._get_exact_pieces() if line.delivery_form else 0
            line.pieces = pieces or 0
            full_pallets, loose_pieces = 0, line.pieces
            if line.delivery_form != loading.FORM_LOOSE:
                full_pallets, loose_pieces = loading.split_pallets(
                    line.pieces, line._get_pallet_size()
                )
            load = self.env["sale.order.line"]._format_load(full_pallets, loose_pieces)
            line.load_summary = f"{line.pieces} = {load}" if full_pallets else load

    # === CONSTRAINT METHODS === #

    @api.constrains("product_id", "product_uom_id", "product_uom_qty", "delivery_form")
    def _check_whole_pieces(self):
        """A template that no order could take is refused where it is written."""
        for line in self:
            if not line.delivery_form:
                continue
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
            size = line._get_pallet_size()
            if line.delivery_form == loading.FORM_PALLET and size and pieces % size:
                raise ValidationError(
                    self.env._(
                        "%(product)s on pallets of %(size)s: %(pieces)s pieces is not a whole"
                        " number of pallets.",
                        product=line.product_id.display_name,
                        size=size,
                        pieces=pieces,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_default_form(self, form):
        """The delivery form of a new line: as for an order line.

        :param form: the present one, kept when the product allows it
        """
        self.ensure_one()
        template = self.product_id.product_tmpl_id
        if self.display_type or not template or not template._is_counted_in_pieces():
            return False
        if self.product_uom_id.is_pallet:
            return loading.FORM_PALLET
        if not template._get_pallet_size(self.company_id):
            return loading.FORM_LOOSE
        if not template.sold_loose:
            return loading.FORM_PALLET
        return loading.FORM_MIXED if form in (False, loading.FORM_PALLET) else form

    def _get_pallet_size(self):
        """Pieces on a pallet of this line, 0 when it is never palletised."""
        self.ensure_one()
        if self.product_uom_id.is_pallet:
            return round(self.product_uom_id.relative_factor)
        template = self.product_id.product_tmpl_id
        return template._get_pallet_size(self.company_id) if template else 0

    def _get_exact_pieces(self):
        """The line's quantity as whole pieces, or ``None`` when it is not a whole number."""
        self.ensure_one()
        factor = self.product_uom_id.factor / (self.product_id.uom_id.factor or 1.0)
        return loading.exact_pieces(self.product_uom_qty, factor or 1.0)

    def _prepare_order_line_values(self):
        values = super()._prepare_order_line_values()
        if self.delivery_form:
            values["delivery_form"] = self.delivery_form
        return values
