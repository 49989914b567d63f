from odoo import api, models
from odoo.exceptions import UserError


class StockPickingBatch(models.Model):
    """A trip with its gate pass goes with the truck and the driver that the pass names."""

    _inherit = "stock.picking.batch"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: who goes with which truck is on the gate pass."""
        for name in {"vehicle_id", "driver_id"} & set(vals):
            for trip in self:
                if trip[name].id != (vals[name] or False):
                    trip._check_can_change_truck()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for trip in self:
            trip._get_loads()._check_can_change_trip(self.browse())

    # === BUSINESS METHODS === #

    def _check_can_change_truck(self):
        """Check that the pass at the gate does not name another truck or driver.

        On the road a driver or truck may be replaced: the pass has done its work.

        :raise UserError: naming the pass
        """
        self.ensure_one()
        if self.gate_pass_name and not any(load._has_left() for load in self._get_loads()):
            raise UserError(
                self.env._(
                    "Trip %(trip)s has its gate pass %(number)s, which names truck and driver:"
                    " cancel the pass before you change them.",
                    trip=self.name,
                    number=self.gate_pass_name,
                )
            )
