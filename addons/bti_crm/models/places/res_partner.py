from odoo import api, models


class ResPartner(models.Model):
    """Old addresses: a commune that moved takes its wilaya of today along."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered("city_id")._follow_moved_city()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if vals.get("city_id") or vals.get("state_id"):
            self.filtered("city_id")._follow_moved_city()
        return result

    def _follow_moved_city(self):
        """Replace the former wilaya of the commune by the present one."""
        for partner in self:
            city = partner.city_id
            if city.state_id != partner.state_id and partner.state_id in city.former_state_ids:
                partner.state_id = city.state_id

    def _prepare_display_address(self, without_company=False):
        """Name the commune in the language of the reader, as its wilaya is."""
        address_format, args = super()._prepare_display_address(without_company)
        if self.city_id:
            args["city"] = self.city_id.name
        return address_format, args
