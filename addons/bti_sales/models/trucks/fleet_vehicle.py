from odoo import api, models


class FleetVehicle(models.Model):
    """A truck is called by its plate, in the yard and on every screen."""

    _inherit = "fleet.vehicle"

    @api.depends("license_plate")
    def _compute_display_name(self):
        """Override: the plate alone; brand and model before it pushed it out of its column."""
        res = super()._compute_display_name()
        for vehicle in self.filtered("license_plate"):
            vehicle.display_name = vehicle.license_plate
        return res
