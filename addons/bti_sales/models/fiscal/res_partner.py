from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.depends("has_algerian_numbers")
    def _compute_partner_vat_placeholder(self):
        """Say how long the number of a business in Algeria is; Odoo only knows others'."""
        result = super()._compute_partner_vat_placeholder()
        for partner in self.filtered("has_algerian_numbers"):
            partner.partner_vat_placeholder = self.env._("15 digits")
        return result
