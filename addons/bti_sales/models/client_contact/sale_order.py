from odoo import models


class SaleOrder(models.Model):
    """A client's link to his offer works as long as those to his deliveries."""

    _inherit = "sale.order"

    def _get_link_days(self):
        # sudo: setting of the company
        return self.sudo().company_id.tracking_link_days
