from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain


class BtiSiteQuantity(models.Model):
    """What was delivered to a site against what it had declared."""

    _inherit = "bti.site.quantity"

    pieces_delivered = fields.Integer(
        compute="_compute_delivered",
        help="Handed over at this address, less what came back, by the companies for which you"
        " work.",
    )
    pieces_left = fields.Integer(
        "Still to Come", compute="_compute_delivered", help="Declared less delivered."
    )

    @api.depends("pieces", "product_id", "partner_id")
    @api.depends_context("allowed_company_ids")
    def _compute_delivered(self):
        delivered = self._get_delivered()
        for quantity in self:
            pieces = delivered[quantity.partner_id.id, quantity.product_id.id]
            quantity.pieces_delivered = pieces
            quantity.pieces_left = max(quantity.pieces - pieces, 0)

    def _get_delivered(self):
        """:return: pieces by ids of site and product
        :rtype: Counter
        """
        # sudo: a rep counts the loads to his client whoever has sold them, of his companies
        Move = self.env["stock.move"].sudo()
        counts = Counter()
        done = (
            Domain("state", "=", "done")
            & Domain("product_id", "in", self.product_id.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("picking_id.partner_id", "in", self.partner_id.ids)
        )
        for usage, way, sign in (
            ("location_dest_usage", "customer", 1),
            ("location_usage", "customer", -1),
        ):
            for picking, product, uom, quantity in Move._read_group(
                done & Domain(usage, "=", way),
                ["picking_id", "product_id", "product_uom"],
                ["quantity:sum"],
            ):
                pieces = uom._compute_quantity(quantity, product.uom_id, round=False)
                counts[picking.partner_id.id, product.id] += sign * round(pieces)
        return counts
