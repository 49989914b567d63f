from odoo import models


class StockPicking(models.Model):
    """Delivered pallets go to the client's account."""

    _inherit = "stock.picking"

    def _action_done(self):
        res = super()._action_done()
        self.env["bti.pallet.move"]._create_from_pickings(self)
        return res
