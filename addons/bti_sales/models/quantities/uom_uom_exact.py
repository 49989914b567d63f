from odoo import models

from ...tools import loading


class UomUom(models.Model):
    """No piece is lost or invented between pieces and pallets.

    Odoo rounds every conversion to two decimals, by default upwards: 1,000 pieces are 3.96 pallets
    of 253, which are 1,001.88 pieces back. All native paths (delivered, invoiced, ordered again,
    returned, reserved, priced) convert here.
    """

    _inherit = "uom.uom"

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
        pieces = loading.exact_pieces(qty, self.factor / to_unit.factor)
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
