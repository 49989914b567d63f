from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Who has an order or an invoice is a client, whether he ever sent an enquiry or not."""

    _inherit = "res.partner"

    @api.model
    def _get_client_domain(self):
        # a colleague's too, as of enquiries
        ordered = Domain("sale_order_ids", "any!", Domain.TRUE)
        return super()._get_client_domain() | Domain("customer_rank", ">", 0) | ordered
