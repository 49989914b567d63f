from odoo import models

from ...tools import loading


class ProductProduct(models.Model):
    """A product as it is loaded; a corrected weight reaches what is still to be offered."""

    _inherit = "product.product"

    # === CRUD METHODS === #

    def write(self, vals):
        res = super().write(vals)
        if "weight" in vals:
            self._refresh_open_loads()
        return res

    # === BUSINESS METHODS === #

    def _get_load_item(self, key, pieces, pieces_per_pallet, form):
        """A quantity of this product for :mod:`..tools.loading`.

        :param key: record that the quantity is of
        :param int pieces: whole pieces
        :param int pieces_per_pallet: 0 when it is never palletised
        :param str form: delivery form
        :rtype: loading.Item
        """
        return loading.Item(
            key=key,
            pieces=pieces,
            pieces_per_pallet=pieces_per_pallet,
            piece_weight_g=round(self.weight * 1000),
            # asked of the template: a variant's own field is computed from it, one by one
            pallet_tare_g=round(self.product_tmpl_id.pallet_tare * 1000),
            form=form,
        )

    def _refresh_open_loads(self):
        """Weigh open offers and deliveries anew; what is confirmed or gone keeps its figures."""
        # sudo: who may correct a product need not see everybody's orders and deliveries
        moves_sudo = (
            self.env["stock.move"]
            .sudo()
            .search(
                [("product_id", "in", self.ids), ("state", "not in", ("done", "cancel"))],
            )
        )
        lines_sudo = (
            self.env["sale.order.line"]
            .sudo()
            .search([("product_id", "in", self.ids), ("state", "in", ("draft", "sent"))])
        )
        for records in (moves_sudo, lines_sudo):
            self.env.add_to_compute(records._fields["load_weight"], records)
