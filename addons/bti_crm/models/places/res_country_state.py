from odoo import api, fields, models
from odoo.fields import Domain


class ResCountryState(models.Model):
    _name = "res.country.state"
    _inherit = ["res.country.state", "bti.place.mixin"]

    # wilayas have a French and an Arabic name; Odoo turns the column back at uninstall
    name = fields.Char(translate=True)

    @api.depends("name", "code")
    @api.depends_context("company", "lang")
    def _compute_display_name(self):
        """The company's own country is not named; choices show the code that people know."""
        result = super()._compute_display_name()
        home = self.env.company.country_id
        for state in self.filtered(lambda state: state.country_id == home):
            state.display_name = state.name
            if self.env.context.get("formatted_display_name"):
                state.display_name = f"{state.name} \t --{state.code}--"
        return result

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Wilayas come before the states of other countries, the one of a number first."""
        if operator != "ilike" or not name:
            return super().name_search(name, domain, operator, limit)
        home = self.env.company.country_id or self.env.ref("base.dz")
        domain = Domain(domain or Domain.TRUE)
        inside = domain & Domain("country_id", "=", home.id)
        result = super().name_search(self._read_code(name) or name, inside, operator, limit)
        remaining = limit and limit - len(result)
        if remaining != 0:
            abroad = domain & Domain("country_id", "!=", home.id)
            result += super().name_search(name, abroad, operator, remaining)
        return result
