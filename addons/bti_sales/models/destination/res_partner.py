from urllib.parse import urlencode

from odoo import fields, models

from ...tools import transport
from .place_distance import DISTANCE_HELP

# Opens the map of a phone with the way to the place, or a page where there is none.
MAP_URL = "https://www.google.com/maps/search/"


class ResPartner(models.Model):
    """The sites of a client are his delivery addresses."""

    _inherit = "res.partner"

    site_access = fields.Text(
        help="How a truck gets to the site: narrow street, slope, crane needed, opening hours."
        " Printed on the pro-forma and on the delivery slip.",
    )
    distance_km = fields.Float(
        "Distance (km)",
        company_dependent=True,
        help=f"{DISTANCE_HELP} Then the distance of the commune or of the wilaya is used.",
    )

    # === BUSINESS METHODS === #

    def _get_map_url(self):
        """Where this address is on a map: by its position where it is known, else by its words.

        :return: empty when nothing finer than the country is known
        :rtype: str
        """
        if not self:
            return ""
        self.ensure_one()
        if self.partner_latitude or self.partner_longitude:
            place = f"{self.partner_latitude:.6f},{self.partner_longitude:.6f}"
        else:
            known = [self.street, self.street2, self.city, self.state_id.name]
            parts = [part for part in known if part]
            if not parts:
                return ""
            place = ", ".join([*parts, *self.country_id.mapped("name")])
        return f"{MAP_URL}?{urlencode({'api': 1, 'query': place})}"

    def _get_transport_destination(self):
        """Where goods for this address go.

        :rtype: transport.Destination
        """
        return transport.Destination(
            self.country_id.id, self.state_id.id, self.city_id.id, self.zip or ""
        )

    def _find_site(self, company, state, city, street=None):
        """An address of the client at a place.

        :param company: ``res.company`` that delivers, may be empty
        :param state: ``res.country.state``, may be empty
        :param city: ``res.city``, may be empty
        :param str street: ``None`` for any street
        :return: ``res.partner``, a delivery address first; empty when he has none there
        """
        self.ensure_one()
        companies = [False, *company.ids]
        addresses = self.search(
            [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "in", companies),
                ("state_id", "=", state.id),
                ("city_id", "=", city.id),
            ]
        )
        if street is not None:
            wanted = street.strip().casefold()
            addresses = addresses.filtered(
                lambda address: (address.street or "").strip().casefold() == wanted
            )
        return addresses.sorted(lambda address: (address.type != "delivery", address.id))[:1]

    def _prepare_site_vals(self, company, state, city, street=""):
        """Values of a new delivery address of the client.

        :param company: ``res.company`` that delivers: a site belongs to it; may be empty
        :param state: ``res.country.state``, may be empty
        :param city: ``res.city``, may be empty
        :param str street: may be empty
        :rtype: dict
        """
        self.ensure_one()
        country = state.country_id or company.country_id
        return {
            "parent_id": self.commercial_partner_id.id,
            "company_id": company.id,
            "type": "delivery",
            "name": self.env._("Site %(place)s", place=city.name or state.name or street),
            "street": street,
            "city_id": city.id,
            "city": city.name,
            "zip": city.zipcode,
            "state_id": state.id,
            "country_id": country.id,
            "phone": self.phone,
            "lang": self.lang,
        }
