from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools import loading


class SaleOrderLine(models.Model):
    """What a line of bricks can be ordered in."""

    _inherit = "sale.order.line"

    # === COMPUTE METHODS === #

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

    # === CONSTRAINT METHODS === #

    def _check_can_be_counted(self):
        """Refuse what cannot be a quantity of this product, before its pieces are counted.

        :raise ValidationError: with what to do instead, in the user's words
        """
        self.ensure_one()
        values = {
            "product": self.product_id.display_name,
            "quantity": f"{self.product_uom_qty:g}",
            "unit": self.product_uom_id.name,
            "unit_of_product": self.product_id.uom_id.name,
        }
        if not self.product_uom_id._has_common_reference(self.product_id.uom_id):
            raise ValidationError(
                self.env._(
                    "%(product)s is counted in %(unit_of_product)s: %(unit)s cannot be converted."
                    " Choose another unit.",
                    **values,
                )
            )
        if self.product_uom_qty < 0:
            raise ValidationError(
                self.env._(
                    "%(product)s: %(quantity)s is less than nothing. Goods that come back are"
                    " entered as a return of their delivery.",
                    **values,
                )
            )
        if self.delivery_form == loading.FORM_PALLET and not self.pieces_per_pallet:
            raise ValidationError(
                self.env._(
                    "%(product)s has no pallet size: choose another delivery form, or have the"
                    " pieces per pallet entered on the product.",
                    **values,
                )
            )
        if self.delivery_form == loading.FORM_LOOSE and not self.product_id.sold_loose:
            raise ValidationError(
                self.env._(
                    "%(product)s is sold on pallets only: choose another delivery form.",
                    **values,
                )
            )
