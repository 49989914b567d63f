from odoo import models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    def _create_return(self):
        """Override: ask again, the stage may have been corrected meanwhile."""
        if self.picking_id:
            self.picking_id._can_return()
        return super()._create_return()
