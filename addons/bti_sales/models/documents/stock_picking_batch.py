from odoo import api, models


class StockPickingBatch(models.Model):
    """The gate pass of a trip."""

    _name = "stock.picking.batch"
    _inherit = ["stock.picking.batch", "bti.gate.pass.mixin"]

    def _get_gate_pass_loads(self):
        return self.env["stock.picking"].union(*(trip._get_loads() for trip in self))

    def _get_gate_pass_obstacles(self):
        obstacles = super()._get_gate_pass_obstacles()
        if not self.vehicle_id:
            obstacles.append(self.env._("The trip has no truck."))
        if not self.driver_id:
            obstacles.append(self.env._("The trip has no driver."))
        if self.company_id.trip_overload == "block" and self.overload_text:
            obstacles.append(self.env._("Overloaded: %(text)s.", text=self.overload_text))
        return obstacles

    @api.model
    def _get_gate_pass_report(self):
        return self.env.ref("bti_sales.action_report_gate_pass_trip")
