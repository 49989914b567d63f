from odoo import api, fields, models

from ...tools import counts, loading


class UomUom(models.Model):
    """Units of pieces and pallets: no piece is lost or invented between them.

    Odoo rounds every conversion to two decimals, by default upwards: 1,000 pieces are 3.96 pallets
    of 253, which are 1,001.88 pieces back. All native paths (delivered, invoiced, ordered again,
    returned, reserved, priced) convert here.
    """

    _inherit = "uom.uom"

    is_pallet = fields.Boolean(
        "Is a pallet",
        help="This unit is a strapped pallet: full pallets are counted in it.",
    )

    # === WORDS === #

    def _format_count(self, quantity):
        """A quantity of pieces, as papers write it.

        :param float quantity: in this unit: pallets, or pieces
        :return: "20 pallets (253)", "1 pallet (253)", "400 pcs"
        :rtype: str
        """
        self.ensure_one()
        if not self.is_pallet:
            return counts.short_pieces(self.env, quantity)
        return f"{counts.pallets(self.env, quantity)} ({self.relative_factor:.0f})"

    # === CONVERSION === #

    def _get_factor_in(self, unit):
        """How many of another unit are in one of this, not rounded.

        Odoo's own conversion rounds, and never checks that two units are of one kind.

        :param unit: ``uom.uom`` of one piece
        :return: 1.0 when one of the two is missing
        :rtype: float
        """
        return self.factor / (unit.factor or 1.0) or 1.0

    def _get_exact_pieces(self, quantity, unit):
        """A quantity in this unit as whole pieces.

        :param float quantity: in this unit
        :param unit: ``uom.uom`` of one piece
        :return: ``None`` when it is not a whole number of pieces
        :rtype: int | None
        """
        return loading.exact_pieces(quantity, self._get_factor_in(unit))

    def _compute_quantity(
        self, qty, to_unit, round=True, rounding_method="UP", raise_if_failure=True
    ):
        if not qty or not self or self == to_unit or not (self.is_pallet or to_unit.is_pallet):
            return super()._compute_quantity(
                qty,
                to_unit,
                round=round,
                rounding_method=rounding_method,
                raise_if_failure=raise_if_failure,
            )
        if to_unit.is_pallet:
            # a part of a pallet stays what it is; the field that takes it decides its decimals
            return super()._compute_quantity(qty, to_unit, round=False)
        if not to_unit:
            return super()._compute_quantity(qty, to_unit, round=round)
        pieces = self._get_exact_pieces(qty, to_unit)
        if pieces is not None:
            return float(pieces)
        return super()._compute_quantity(qty, to_unit, round=round, rounding_method=rounding_method)

    def _adjust_uom_quantities(self, qty, quant_uom):
        """A pallet is always delivered in pieces, also where units are propagated to transfers.

        A truck may carry, and a client accept, a part of it: as a quantity of pallets with two
        decimals it would no longer be whole pieces.
        """
        if self.is_pallet and quant_uom and not quant_uom.is_pallet:
            return self._compute_quantity(qty, quant_uom, rounding_method="HALF-UP"), quant_uom
        return super()._adjust_uom_quantities(qty, quant_uom)

    # === PALLETS === #

    @api.model
    def _get_pallet_uoms(self, unit, sizes):
        """Find or create the pallet units of the given sizes.

        A size that changes makes a new unit: documents that use the former one keep it.

        :param unit: ``uom.uom`` of one piece
        :param set sizes: pieces per pallet
        :return: ``{size: uom.uom record}``
        """
        # sudo: a product manager who sets a pallet size need not be allowed to edit units
        uoms_sudo = self.sudo().with_context(active_test=False)
        known = {
            round(uom.relative_factor): uom
            for uom in uoms_sudo.search(
                [
                    ("is_pallet", "=", True),
                    ("relative_uom_id", "=", unit.id),
                    ("relative_factor", "in", list(sizes)),
                ],
                order="active, id desc",
            )
        }
        missing = sorted(set(sizes) - set(known))
        created = uoms_sudo.create(
            [
                {
                    "name": self.env._("Pallet (%(pieces)s)", pieces=size),
                    "relative_uom_id": unit.id,
                    "relative_factor": size,
                    "is_pallet": True,
                }
                for size in missing
            ]
        )
        for lang, _name in self.env["res.lang"].get_installed():
            for uom, size in zip(created, missing, strict=True):
                uom.with_context(lang=lang).name = self.with_context(lang=lang).env._(
                    "Pallet (%(pieces)s)", pieces=size
                )
        known.update(zip(missing, created, strict=True))
        archived = self.browse([uom.id for uom in known.values() if not uom.active])
        archived.sudo().active = True  # sudo: as above
        return {size: uom.sudo(False) for size, uom in known.items()}
