from odoo import models


class ProductProduct(models.Model):
    """A corrected weight reaches what is still to be offered or loaded."""

    _inherit = "product.product"

    def write(self, vals):
        res = super().write(vals)
        if "weight" in vals:
            self._refresh_open_loads()
        return res

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


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        res = super().write(vals)
        if "pallet_tare" in vals:
            self.with_context(active_test=False).product_variant_ids._refresh_open_loads()
        return res
