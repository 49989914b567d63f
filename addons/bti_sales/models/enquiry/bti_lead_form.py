from odoo import models
from odoo.exceptions import UserError

from ...tools import quantity_entry

# As in the quantity of an order line: the beginning of any of these words is enough.
UNIT_WORDS = {
    quantity_entry.PALLET: ("palettes", "pallets", "plt", "plts", "طبليات", "طبلية", "طبالي"),
    quantity_entry.TONNE: ("tonnes", "tons", "طن", "اطنان"),
    quantity_entry.TRUCK: ("trucks", "tr", "camions", "cms", "semis", "شاحنات", "شاحنة"),
    quantity_entry.AREA: ("m2", "metres carres", "square metres", "sqm", "م2"),
}


class BtiLeadForm(models.Model):
    """Quantities in pallets, tonnes, trucks and square metres, counted as on an order line."""

    _inherit = "bti.lead.form"

    # === HOOKS === #

    def _count_pieces(self, number, word, product, company):
        pieces = super()._count_pieces(number, word, product, company)
        if pieces is not None or not word or not product:
            return pieces
        unit = next(
            (
                unit
                for unit, words in UNIT_WORDS.items()
                if any(known.startswith(word) for known in words)
            ),
            None,
        )
        if not unit:
            return None
        # sudo: how many pieces a pallet has, whoever tries the form
        order = self.env["sale.order"].sudo().with_company(company)
        order = order.new({"company_id": company.id})
        line = order.order_line.new({"order_id": order, "product_id": product.id})
        try:
            vals = line._get_entry_vals(number, unit)
        except UserError:
            return None
        unit_of_measure = self.env["uom.uom"].sudo().browse(vals["product_uom_id"])
        return int(
            unit_of_measure._get_exact_pieces(vals["product_uom_qty"], product.sudo().uom_id)
        )
