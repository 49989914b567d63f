from odoo import models

from ...tools import loading


class StockMove(models.Model):
    _inherit = "stock.move"

    def _get_load_item(self):
        """This move for :mod:`..tools.loading`, by its demand, or what was done once it is done.

        The delivery form and the pallet size are those that the client ordered.

        :return: ``loading.Item``, or ``None`` when it is nothing to count in pieces
        """
        self.ensure_one()
        template = self.product_id.product_tmpl_id
        if self.state == "cancel" or not template._is_counted_in_pieces():
            return None
        quantity = self.quantity if self.state == "done" else self.product_uom_qty
        factor = self.product_uom.factor / (self.product_id.uom_id.factor or 1.0)
        pieces = loading.exact_pieces(quantity, factor)
        # sudo: who may see the load may know how it was ordered
        line_sudo = self.sudo().sale_line_id
        size = line_sudo.pieces_per_pallet or template._get_pallet_size(self.company_id)
        return loading.Item(
            key=self,
            pieces=round(quantity * factor) if pieces is None else pieces,
            pieces_per_pallet=size,
            piece_weight_g=round(self.product_id.weight * 1000),
            pallet_tare_g=round(self.product_id.pallet_tare * 1000),
            form=line_sudo.delivery_form or (loading.FORM_MIXED if size else loading.FORM_LOOSE),
        )
