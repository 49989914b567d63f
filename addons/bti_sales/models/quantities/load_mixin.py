from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import formatLang

from ...tools import counts, loading
from ...tools.load_table import group_load


class BtiLoadMixin(models.AbstractModel):
    """A quantity of one product in whole pieces: the one count of pieces, pallets and weight.

    Lines of orders, templates and invoices and stock moves inherit it. Each says in
    :meth:`_get_load_quantity` what is counted and in :meth:`_get_load_packing` how it is delivered,
    names in its ``_compute_load`` what both are read from, and stores the fields that it wants.
    """

    _name = "bti.load.mixin"
    _description = "Quantity in Pieces and Pallets"

    pieces = fields.Integer(compute="_compute_load")
    full_pallets = fields.Integer(compute="_compute_load")
    loose_pieces = fields.Integer(compute="_compute_load")
    load_weight = fields.Float(
        "Weight",
        compute="_compute_load",
        digits="Stock Weight",
        help="Pieces and pallets, in kg.",
    )

    # === COMPUTE METHODS === #

    def _compute_load(self):
        for record in self:
            item = record._get_load_item()
            part = loading.Part(item, *item.split) if item else loading.NOTHING
            record.update(record._prepare_load_vals(part))

    # === HOOKS === #

    def _get_load_quantity(self):
        """Hook: the quantity of ``product_id`` that is counted.

        :return: ``(uom.uom, quantity in it)``
        :rtype: tuple
        """
        raise NotImplementedError

    def _get_load_packing(self):
        """Hook: how the goods are delivered.

        :return: ``(delivery form, pieces on a pallet)``; no form when it is nothing to count in
            pieces, 0 pieces when the product is never palletised
        :rtype: tuple
        """
        raise NotImplementedError

    def _prepare_load_vals(self, part):
        """Hook: values of the fields that are computed from the load.

        :param loading.Part part: what a truck would carry of it
        :rtype: dict
        """
        return {
            "pieces": part.pieces,
            "full_pallets": part.full_pallets,
            "loose_pieces": part.loose_pieces,
            "load_weight": part.weight_g / 1000,
        }

    # === BUSINESS METHODS === #

    def _get_exact_pieces(self):
        """The quantity as whole pieces.

        :return: ``None`` when it is not a whole number of pieces
        :rtype: int | None
        """
        self.ensure_one()
        unit, quantity = self._get_load_quantity()
        return unit._get_exact_pieces(quantity, self.product_id.uom_id)

    def _get_load_item(self, pieces=None):
        """This quantity for :mod:`..tools.loading`, or ``None`` when it is nothing to load.

        :param int pieces: its pieces when they are known, else they follow from its quantity
        :rtype: loading.Item | None
        """
        self.ensure_one()
        form, size = self._get_load_packing()
        if not form:
            return None
        if pieces is None:
            pieces = self._get_exact_pieces()
        if pieces is None:
            unit, quantity = self._get_load_quantity()
            pieces = round(quantity * unit._get_factor_in(self.product_id.uom_id))
        return self.product_id._get_load_item(self, pieces, size, form)

    def _check_whole_pieces(self):
        """Refuse what is no whole number of pieces, or of pallets where nothing else is delivered.

        :raise ValidationError: with the nearest quantities where there are some
        """
        for record in self:
            form, size = record._get_load_packing()
            if not form:
                continue
            pieces = record._get_exact_pieces()
            if pieces is None:
                unit, quantity = record._get_load_quantity()
                raise ValidationError(
                    self.env._(
                        "%(product)s is sold by the whole piece: %(quantity)s %(unit)s is not a"
                        " whole number of pieces.",
                        product=record.product_id.display_name,
                        quantity=f"{quantity:g}",
                        unit=unit.name,
                    )
                )
            if form == loading.FORM_PALLET and size:
                record._check_whole_pallets(pieces, size)

    def _check_whole_pallets(self, pieces, size):
        """Refuse pieces that are no whole number of pallets and offer the nearest two.

        :param int pieces: whole pieces
        :param int size: pieces on a pallet
        :raise ValidationError: with both quantities in the message
        """
        self.ensure_one()
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

    @api.model
    def _format_load(self, full_pallets, loose_pieces):
        """Pallets and loose pieces in the user's words.

        :param int full_pallets: full pallets
        :param int loose_pieces: pieces beside them
        :return: e.g. "20 pal. + 13 pcs", or False when there is nothing
        """
        parts = []
        if full_pallets:
            parts.append(counts.short_pallets(self.env, full_pallets))
        if loose_pieces:
            parts.append(counts.short_pieces(self.env, loose_pieces))
        return " + ".join(parts) or False

    def _get_load_text(self):
        """What is carried in the user's words.

        :return: e.g. "20 pal. + 13 pcs", or False when it is nothing to load
        """
        self.ensure_one()
        return self._format_load(self.full_pallets, self.loose_pieces)

    def _get_load_summary(self):
        """Pieces, and the pallets that they make.

        :return: e.g. "1000 = 3 pal. + 241 pcs", or False when it is nothing to load
        """
        load = self._get_load_text()
        return f"{self.pieces} = {load}" if self.full_pallets else load


class BtiLoadTotalMixin(models.AbstractModel):
    """Pieces, pallets and weight of a document: those of its lines added up.

    Orders and invoices inherit it and name in their ``_compute_load_totals`` what it is read from.
    """

    _name = "bti.load.total.mixin"
    _description = "Document of Pieces and Pallets"

    total_pieces = fields.Integer("Pieces", compute="_compute_load_totals", store=True)
    total_pallets = fields.Integer("Full pallets", compute="_compute_load_totals", store=True)
    total_load_weight = fields.Float(
        "Load weight (kg)",
        compute="_compute_load_totals",
        store=True,
        digits="Stock Weight",
        help="Pieces and pallets, in kg.",
    )
    load_total_summary = fields.Char("Load", compute="_compute_load_total_summary")

    # === COMPUTE METHODS === #

    def _compute_load_totals(self):
        for document in self:
            lines, sign = document._get_load_lines_to_add()
            document.total_pieces = sign * sum(line.pieces for line in lines)
            document.total_pallets = sign * sum(line.full_pallets for line in lines)
            document.total_load_weight = sign * sum(line.load_weight for line in lines)

    @api.depends("total_pieces", "total_pallets", "total_load_weight")
    @api.depends_context("lang")
    def _compute_load_total_summary(self):
        for document in self:
            document.load_total_summary = document._format_load_totals()

    # === HOOKS === #

    def _get_load_lines_to_add(self):
        """Hook: the lines that carry something.

        :return: ``(lines, sign)``: records of ``bti.load.mixin``, and -1 where they come back
        :rtype: tuple
        """
        raise NotImplementedError

    # === BUSINESS METHODS === #

    def _format_load_totals(self):
        """The totals in the user's words, without their sign.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%(pieces)s · %(pallets)s · %(weight)s kg",
            pieces=counts.pieces(self.env, abs(self.total_pieces)),
            pallets=counts.full_pallets(self.env, abs(self.total_pallets)),
            weight=formatLang(self.env, abs(self.total_load_weight), digits=0),
        )

    def _get_load_by_product(self):
        """Quantities of the document per product and pallet size, for its papers.

        :return: see :func:`..tools.load_table.group_load`
        :rtype: list[dict]
        """
        self.ensure_one()
        return group_load(self._get_load_lines_to_add()[0])
