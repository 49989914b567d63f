from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """A load on its trip: the truck that carries it and who drives."""

    _inherit = "stock.picking"

    # compute_sudo by default: who may see the load may see its truck
    trip_vehicle_id = fields.Many2one(related="batch_id.vehicle_id", string="Truck")
    trip_driver_id = fields.Many2one(related="batch_id.driver_id", string="Driver")
    truck_plate = fields.Char(related="batch_id.vehicle_id.license_plate")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        pickings = super().create(vals_list)
        if any(vals.get("batch_id") for vals in vals_list):
            pickings.batch_id._check_overload()
        return pickings

    def write(self, vals):
        """Keep loads on their trip where they belong on it, and refuse what overloads a truck.

        Odoo takes a transfer out of its batch when it is validated before the others. A truck
        delivers site after site: its loads stay on the trip (context ``keep_trip``).
        """
        if "batch_id" in vals:
            if vals["batch_id"] or not self.env.context.get("keep_trip"):
                self.check_access("write")
                trip = self.env["stock.picking.batch"].browse(vals["batch_id"] or [])
                self.filtered(lambda load: load.batch_id != trip)._check_can_change_trip(trip)
            else:
                vals = {name: value for name, value in vals.items() if name != "batch_id"}
        res = super().write(vals)
        if vals.get("batch_id"):
            self.batch_id._check_overload()
        return res

    def button_validate(self):
        """Validate deliveries without taking them off their trip."""
        return super(StockPicking, self.with_context(keep_trip=True)).button_validate()

    # === COMPUTE METHODS === #

    @api.depends("truck_plate")
    def _compute_calendar_title(self):
        return super()._compute_calendar_title()

    # === HOOKS === #

    def _get_calendar_parts(self):
        client, *others = super()._get_calendar_parts()
        return [client, self.truck_plate, *others]

    # === BUSINESS METHODS === #

    def _is_auto_batchable(self, picking=None):
        """Leave deliveries out of automatic batches: which load goes on which truck is decided.

        Odoo switches automatic batches on in each new warehouse, one per client, which would put
        the three truckloads of an order on one trip.
        """
        return not self._is_delivery() and super()._is_auto_batchable(picking)

    def _check_can_change_trip(self, trip):
        """Check that these loads may leave their trip for another one, or for none.

        :param trip: ``stock.picking.batch``, may be empty
        :raise UserError: when a gate pass lists the load, or its truck is on the road
        """
        for load in self.filtered(lambda load: load.stage_id and load.state != "cancel"):
            # sudo: trips and their passes, for reps who do not read them
            for holder in load.sudo().batch_id | trip.sudo():
                if holder.gate_pass_name:
                    raise UserError(
                        self.env._(
                            "Trip %(trip)s has its gate pass %(number)s, which lists its loads:"
                            " cancel the pass before you change them.",
                            trip=holder.name,
                            number=holder.gate_pass_name,
                        )
                    )
            if load.batch_id and load._has_left():
                raise UserError(
                    self.env._(
                        "Delivery %(name)s has left with trip %(trip)s: it stays on it.",
                        name=load.name,
                        trip=load.sudo().batch_id.name,  # sudo: as above
                    )
                )

    def _get_loads_beside(self):
        """Override: those of its trip."""
        # sudo: weights of other loads, whoever adds goods
        return self.sudo().batch_id._get_loads() - self if self.batch_id else self.browse()

    def _check_stage_allowed(self, stage):
        """Override: an overloaded truck is neither loaded nor let go where this is refused."""
        res = super()._check_stage_allowed(stage)
        passed = stage._get_passed_since(self.stage_id)
        if {"loading", "weighed", "left"} & set(passed.mapped("kind")):
            self.batch_id._check_overload()
        return res

    def _enter_stage(self, stage, sources):
        """Override: a trip begins with the first of its loads."""
        res = super()._enter_stage(stage, sources)
        # sudo: a driver moves the loads of his trip, which he may not write otherwise
        for trip in self.sudo().batch_id.filtered(lambda trip: trip.state == "draft"):
            trip.action_confirm()
        return res

    def _get_driver_first_name(self):
        """First name of the driver: all that a client is told of him.

        :return: str, empty without driver
        """
        self.ensure_one()
        # sudo: the partner of a driver need not be visible to who reads the load
        names = (self.sudo().batch_id.driver_id.name or "").split()
        return names[0] if names else ""


class StockMove(models.Model):
    _inherit = "stock.move"

    def _check_truck(self):
        """Override: refuse what overloads the truck of a trip, where the company refuses it."""
        res = super()._check_truck()
        if loads := self.picking_id.filtered("batch_id"):
            # sudo: the trip's truck, whoever changes an order
            loads.sudo().batch_id._check_overload()
        return res
