from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.places import search_keys


class ResCity(models.Model):
    _name = "res.city"
    _inherit = ["res.city", "bti.place.mixin"]

    former_state_ids = fields.Many2many(
        "res.country.state",
        "bti_city_former_state_rel",
        "city_id",
        "state_id",
        "Former states",
        help="States that the commune left when the map changed: old addresses name them.",
    )

    @api.depends("name", "zipcode", "state_id", "country_id")
    @api.depends_context("formatted_display_name", "lang")
    def _compute_display_name(self):
        """In choices, tell communes of the same name apart by their wilaya."""
        result = super()._compute_display_name()
        for city in self:
            if city.country_id.code == "DZ":
                city.display_name = city.name  # people name the wilaya, not the post code
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
        starting |= Domain.OR(
            Domain("search_key", "ilike", f"| {key}") for key in search_keys(name)
        )
        result = super().name_search(name, domain & starting, operator, limit)
        remaining = limit and limit - len(result)
        if remaining != 0:
            found = [city_id for city_id, _display_name in result]
            result += super().name_search(
                name, domain & Domain("id", "not in", found), operator, remaining
            )
        return result

    @api.model
    def _find_place(self, city=None, state=None, zipcode=None, country=None):
        """Today's wilaya and commune of an address, however old and however written.

        A commune that moved to another wilaya is found by the former one too; the wilaya of the
        result is today's.

        >>> env["res.city"]._find_place(city="Bou Saâda", state="28")
        (res.country.state(...) of Bou Saada, res.city(...) of Bou Saada)

        :param str city: name of the commune
        :param str state: name or code of the wilaya, on any map since 1984
        :param str zipcode: post code
        :param country: ``res.country``, by default Algeria
        :return: wilaya and commune, each of them empty when it is not sure
        :rtype: tuple
        """
        country = country or self.env.ref("base.dz")
        inside = Domain("country_id", "=", country.id)
        states = self.env["res.country.state"]
        if state:
            states = states._find_by_spelling(state, inside)
        cities = self._find_by_spelling(city, inside) if city else self.browse()
        if states and len(cities) > 1:
            cities = cities.filtered(lambda city: city.state_id in states) or cities.filtered(
                lambda city: city.former_state_ids & states
            )
        elif states:
            cities = cities.filtered(lambda city: (city.state_id | city.former_state_ids) & states)
        if len(cities) != 1 and zipcode:
            by_zip = self.search(inside & Domain("zipcode", "=", zipcode.strip()))
            cities = cities & by_zip or (by_zip if not city else self.browse())
            if not cities and not states:
                # the first two digits are a wilaya of the map of 2019
                states = states.search(inside & Domain("code", "=", zipcode.strip()[:2]))
        if len(cities) == 1:
            return cities.state_id, cities
        common = cities.state_id if len(cities.state_id) == 1 else self.env["res.country.state"]
        return (common or (states if len(states) == 1 else states.browse())), self.browse()
