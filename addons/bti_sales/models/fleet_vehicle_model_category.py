from odoo import fields, models

from ..tools import loading


class FleetVehicleModelCategory(models.Model):
    """A category of vehicle is a kind of truck: payload and places for pallets."""

    _inherit = "fleet.vehicle.model.category"

    pallet_places = fields.Integer(
        help="Pallets that fit on the bed. 0: not known, the load is checked by weight only."
    )

    _pallet_places_positive = models.Constraint(
        "CHECK(pallet_places >= 0)", "The number of pallet places cannot be negative."
    )

    def _get_loading_truck(self):
        """What this kind of truck can take, for :mod:`..tools.loading`.

        :rtype: loading.Truck
        """
        self.ensure_one()
        return loading.Truck(
            payload_g=round(self.weight_capacity * 1000), pallet_places=self.pallet_places
        )
