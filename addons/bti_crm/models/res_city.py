from odoo import api, models
from odoo.fields import Domain

from ..tools.places import plain


class ResCity(models.Model):
    _name = "res.city"
    _inherit = ["res.city", "bti.place.mixin"]

    @api.depends("name", "zipcode", "state_id")
    @api.depends_context("formatted_display_name", "lang")
    def _compute_display_name(self):
        """In choices, tell communes of the same name apart by their wilaya."""
        result = super()._compute_display_name()
        if self.env.context.get("formatted_display_name"):
            for city in self.filtered("state_id"):
                city.display_name = f"{city.display_name} \t --{city.state_id.name}--"
        return result

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Put the communes that start with what is typed before those that contain it."""
        if not name or operator != "ilike":
            return super().name_search(name, domain, operator, limit)
        domain = Domain(domain or Domain.TRUE)
        starting = Domain("name", "=ilike", f"{name}%")
        starting |= Domain("search_names", "=ilike", f"{plain(name)}%")
        result = super().name_search(name, domain & starting, operator, limit)
        remaining = limit and limit - len(result)
        if remaining != 0:
            found = [city_id for city_id, _display_name in result]
            result += super().name_search(
                name, domain & Domain("id", "not in", found), operator, remaining
            )
        return result
