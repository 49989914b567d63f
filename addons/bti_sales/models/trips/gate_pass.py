from odoo import api, models
from odoo.exceptions import UserError

from .gate_pass_mixin import PASS_FIELDS


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _get_numbering(self):
        return {**super()._get_numbering(), "bti.gate.pass": ("Gate passes", "BS")}


class StockPicking(models.Model):
    """The gate pass of a load: that of its trip, or its own when the client fetches it himself."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "bti.gate.pass.mixin"]

    # === ACTION METHODS === #

    def action_print_gate_pass(self):
        """A load on a trip leaves with the pass of its trip."""
        if self.batch_id and len(self.batch_id) == 1 and all(self.mapped("batch_id")):
            return self.batch_id.action_print_gate_pass()
        return super().action_print_gate_pass()

    # === BUSINESS METHODS === #

    def _get_gate_pass_loads(self):
        return self.filtered(lambda load: load._is_delivery() and load.state != "cancel")

    def _get_gate_pass_obstacles(self):
        obstacles = super()._get_gate_pass_obstacles()
        if self.batch_id:
            obstacles.append(
                self.env._(
                    "It leaves with trip %(trip)s: print the gate pass of the trip.",
                    trip=self.batch_id.name,
                )
            )
        return obstacles

    @api.model
    def _get_gate_pass_report(self):
        return self.env.ref("bti_sales.action_report_gate_pass_picking")

    def _get_gate_pass_trip(self):
        """What holds the gate pass of this load: its trip, else itself."""
        self.ensure_one()
        return self.batch_id or self

    def _get_gate_pass_number(self):
        """Override: of its trip's pass, else of its own."""
        # sudo: the trip and its pass, for reps who do not read trips
        return self.sudo()._get_gate_pass_trip().gate_pass_name or ""

    def _hand_over_to(self, replacement):
        """Override: the pass stays with the goods that it let out."""
        res = super()._hand_over_to(replacement)
        replacement.write({name: self[name] for name in PASS_FIELDS})
        return res


class StockPickingBatch(models.Model):
    """The gate pass of a trip, which goes with the truck and the driver that the pass names."""

    _name = "stock.picking.batch"
    _inherit = ["stock.picking.batch", "bti.gate.pass.mixin"]

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: who goes with which truck is on the gate pass."""
        for name in {"vehicle_id", "driver_id"} & set(vals):
            for trip in self:
                if trip[name].id != (vals[name] or False):
                    trip._check_can_change_truck()
        return super().write(vals)

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


class ReportGatePass(models.AbstractModel):
    """No paper without a number: a gate pass is issued first, and says what it said then."""

    _name = "report.bti_sales.report_gate_pass_trip"
    _description = "Gate Pass of a Trip"
    _pass_model = "stock.picking.batch"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._pass_model].browse(docids)
        if self._pass_model == "stock.picking":
            # a load on a trip leaves with the pass of its trip
            holders = [load._get_gate_pass_trip() for load in docs]
        else:
            holders = docs
        for holder in holders:
            if not holder.gate_pass_name:
                raise UserError(
                    self.env._(
                        "%(name)s has no gate pass yet: issue it with the button “Gate pass”.",
                        name=holder.display_name,
                    )
                )
        return {"doc_ids": docids, "doc_model": self._pass_model, "docs": docs}


class ReportGatePassPicking(models.AbstractModel):
    _name = "report.bti_sales.report_gate_pass_picking"
    _inherit = "report.bti_sales.report_gate_pass_trip"
    _description = "Gate Pass of a Load"
    _pass_model = "stock.picking"
