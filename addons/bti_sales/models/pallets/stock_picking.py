from odoo import models


class StockPicking(models.Model):
    """Delivered pallets go to the client's account."""

    _inherit = "stock.picking"

    def _action_done(self):
        res = super()._action_done()
        self.env["bti.pallet.move"]._create_from_pickings(self)
        return res

    def _take_goods_back(self, reason):
        """Override: the pallets of what never was delivered come back too."""
        res = super()._take_goods_back(reason)
        self.env["bti.pallet.move"]._take_back_from_pickings(self, reason)
        return res
