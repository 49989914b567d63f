from odoo import api, fields, models
from odoo.tools import ormcache

DISTANCE_HELP = (
    "By road from the company's yard, in km. It decides the transport price where a price rule asks"
    " for the distance. 0: not known."
)


class ResCountryState(models.Model):
    _name = "res.country.state"
    _inherit = ["res.country.state", "bti.cached.mixin"]
    _cached_fields = frozenset({"distance_km", "country_id"})

    distance_km = fields.Float("Distance (km)", company_dependent=True, help=DISTANCE_HELP)

    @api.model
    @ormcache("company_id", "state_id")
    def _get_transport_state(self, company_id, state_id):
        """What transport prices need of a wilaya, kept in memory.

        :return: ``(country id, km from the company's yard)``
        """
        # sudo: places are readable by all; the answer is kept for everybody
        state = self.sudo().with_company(company_id).browse(state_id)
        return state.country_id.id, state.distance_km


class ResCity(models.Model):
    _name = "res.city"
    _inherit = ["res.city", "bti.cached.mixin"]
    _cached_fields = frozenset({"distance_km", "state_id", "country_id", "zipcode"})

    distance_km = fields.Float("Distance (km)", company_dependent=True, help=DISTANCE_HELP)

    @api.model
    @ormcache("company_id", "city_id")
    def _get_transport_city(self, company_id, city_id):
        """What transport prices need of a commune, kept in memory.

        :return: ``(country id, state id, post code, km from the company's yard)``
        """
        # sudo: places are readable by all; the answer is kept for everybody
        city = self.sudo().with_company(company_id).browse(city_id)
        return city.country_id.id, city.state_id.id, city.zipcode or "", city.distance_km
