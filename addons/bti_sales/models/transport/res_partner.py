from odoo import fields, models

from ...tools import transport
from .place_distance import DISTANCE_HELP

DELIVERY_MODES = [("ex_works", "Ex-works"), ("delivered", "Delivered")]


class ResPartner(models.Model):
    _inherit = "res.partner"

    distance_km = fields.Float(
        "Distance (km)",
        company_dependent=True,
        help=f"{DISTANCE_HELP} Then the distance of the commune or of the wilaya is used.",
    )
    delivery_mode = fields.Selection(
        DELIVERY_MODES,
        "Usual delivery",
        help="Whether the client usually fetches the goods with his own truck or has them"
        " delivered. Empty: as usual in the company.",
    )

    def _get_transport_destination(self):
        """Where goods for this address go.

        :rtype: transport.Destination
        """
        return transport.Destination(
            self.country_id.id, self.state_id.id, self.city_id.id, self.zip or ""
        )
