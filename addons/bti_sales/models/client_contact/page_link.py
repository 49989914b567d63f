from odoo import models


class SaleOrder(models.Model):
    """A QR code on a quotation by which the client writes about it."""

    _inherit = "sale.order"

    def action_page_link(self):
        """Open the link to Messenger that leads to this quotation."""
        self.ensure_one()
        return self.env["bti.page.link"]._open_for(self, "quote", self.company_id)


class FleetVehicle(models.Model):
    """A QR code on a truck."""

    _inherit = "fleet.vehicle"

    def action_page_link(self):
        """Open the link to Messenger that leads to this truck."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.env["bti.page.link"]._open_for(self, "truck", company)
