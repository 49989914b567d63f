from odoo import api, models


class BtiFiling(models.TransientModel):
    _inherit = "bti.filing"

    @api.model
    def _get_filing_models(self):
        labels = {
            "stock.picking": self.env._("Delivery"),
            "sale.order": self.env._("Order"),
            "product.template": self.env._("Product"),
        }
        return [*labels.items(), *super()._get_filing_models()]
