from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from odoo.addons.bti_messaging.tools.plural import listed

from ...tools import counts


class ResCompany(models.Model):
    """How the company runs its trips."""

    _inherit = "res.company"

    trip_overload = fields.Selection(
        [("warn", "Warn"), ("block", "Refuse")],
        default="warn",
        required=True,
        help="What happens when a trip is too heavy for its truck, or has too many pallets.",
        prefetch="trips",
    )
    trip_hours = fields.Float(
        "Hours of a trip",
        default=4.0,
        help="For how long truck and driver are usually busy with a trip: until then another trip"
        " of theirs is warned of.",
        prefetch="trips",
    )


class StockPickingBatch(models.Model):
    """A batch with a vehicle is a trip: one truck, one driver, one load per site."""

    _inherit = "stock.picking.batch"

    stage_id = fields.Many2one(
        "bti.delivery.stage",
        "Delivery stage",
        compute="_compute_stage_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Stage of the load that is least advanced.",
    )
    truck_plate = fields.Char(related="vehicle_id.license_plate")
    next_stage_id = fields.Many2one(
        "bti.delivery.stage", "Next stage", compute="_compute_next_stage_id"
    )
    next_stage_validates = fields.Boolean(
        compute="_compute_next_stage_id", help="The next stage takes the goods out of stock."
    )
    load_count = fields.Integer("Loads", compute="_compute_load")
    total_pieces = fields.Integer("Pieces", compute="_compute_load")
    total_pallets = fields.Integer("Full pallets", compute="_compute_load")
    total_places = fields.Integer(
        "Pallet places taken",
        compute="_compute_load",
        help="Full pallets, and the room that loose pieces take.",
    )
    total_load_weight = fields.Float(
        "Load weight (kg)", compute="_compute_load", digits="Stock Weight"
    )
    vehicle_pallet_places = fields.Integer(
        related="vehicle_category_id.pallet_places", string="Pallet places of the truck"
    )
    load_weight_percentage = fields.Float("Weight used (%)", compute="_compute_load_percentage")
    load_places_percentage = fields.Float("Places used (%)", compute="_compute_load_percentage")
    overload_text = fields.Char(compute="_compute_overload_text")
    commune_summary = fields.Char("Communes", compute="_compute_commune_summary")

    # === COMPUTE METHODS === #

    @api.depends("picking_ids.stage_id.sequence", "picking_ids.state")
    def _compute_stage_id(self):
        for trip in self:
            loads = trip._get_loads()
            trip.stage_id = min(
                loads.stage_id, key=lambda stage: (stage.sequence, stage.id), default=False
            )

    @api.depends("stage_id", "state")
    def _compute_next_stage_id(self):
        for trip in self:
            trip.next_stage_id = (
                trip.stage_id._get_next_stage()
                if trip.stage_id and trip.state != "cancel"
                else False
            )
            trip.next_stage_validates = trip.next_stage_id.validates_transfer

    @api.depends(
        "picking_ids.total_pieces",
        "picking_ids.total_load_weight",
        "picking_ids.total_places",
        "picking_ids.state",
    )
    def _compute_load(self):
        for trip in self:
            loads = trip._get_loads()
            trip.load_count = len(loads)
            trip.total_pieces = sum(loads.mapped("total_pieces"))
            trip.total_pallets = sum(loads.mapped("total_pallets"))
            trip.total_places = sum(loads.mapped("total_places"))
            trip.total_load_weight = sum(loads.mapped("total_load_weight"))

    @api.depends("picking_ids.partner_city", "picking_ids.state")
    @api.depends_context("lang")
    def _compute_commune_summary(self):
        for trip in self:
            cities = [load.partner_city for load in trip._get_loads() if load.partner_city]
            trip.commune_summary = listed(self.env, dict.fromkeys(cities))

    @api.depends(
        "total_load_weight",
        "total_places",
        "vehicle_category_id.weight_capacity",
        "vehicle_category_id.pallet_places",
    )
    def _compute_load_percentage(self):
        for trip in self:
            capacity = trip.vehicle_weight_capacity
            places = trip.vehicle_pallet_places
            trip.load_weight_percentage = 100 * trip.total_load_weight / capacity if capacity else 0
            trip.load_places_percentage = 100 * trip.total_places / places if places else 0

    @api.depends("load_weight_percentage", "load_places_percentage")
    @api.depends_context("lang")
    def _compute_overload_text(self):
        for trip in self:
            trip.overload_text = trip._get_overload_text()

    @api.depends("picking_ids.state")
    def _compute_allowed_picking_ids(self):
        """Let delivered loads stay on a trip that goes on to other sites."""
        res = super()._compute_allowed_picking_ids()
        for trip in self:
            trip.allowed_picking_ids |= trip.picking_ids.filtered(
                lambda picking: picking.state == "done" and picking._is_delivery()
            )
        return res

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        trips = super().create(vals_list)
        trips._check_overload()
        return trips

    def write(self, vals):
        res = super().write(vals)
        if {"vehicle_id", "vehicle_category_id", "picking_ids"} & set(vals):
            self._check_overload()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for trip in self:
            trip._get_loads()._check_can_change_trip(self.browse())

    # === ACTION METHODS === #

    def action_next_stage(self):
        """Move the loads of each trip that are least advanced one stage on.

        As for a delivery, a button names the stage that it offered in the context
        (``target_stage_id``), so that a second click changes nothing.
        """
        target = self.env["bti.delivery.stage"].browse(self.env.context.get("target_stage_id", []))
        for trip in self:
            stage = target or trip.next_stage_id
            if stage:
                trip._move_to_stage(stage)
        return True

    def action_ask_next_stage(self):
        """Move a trip one stage on; what hands goods over is done load by load, each client's own.

        :return: the dialog of the one load that is asked for, the list of several, or True
        """
        self.ensure_one()
        target = self.env["bti.delivery.stage"].browse(self.env.context.get("target_stage_id", []))
        stage = target or self.next_stage_id
        loads = self._get_loads().filtered(lambda load: stage and stage._is_after(load.stage_id))
        asked = loads.filtered(lambda load: load._is_hand_over_asked(stage))
        if not asked:
            return self.action_next_stage()
        if len(loads) == 1:
            return loads._get_hand_over_action(stage)
        return self.action_view_my_loads()

    def action_view_loads(self):
        """Open the loads of this trip."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.delivery_action")
        action["domain"] = [("batch_id", "=", self.id)]
        action["context"] = {"default_batch_id": self.id, "create": False}
        action["display_name"] = self.name
        return action

    def action_view_my_loads(self):
        """Open the loads of this trip on the driver's screen."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.driver_load_action")
        return {
            **action,
            "display_name": self.name,
            "domain": [("batch_id", "=", self.id), ("state", "!=", "cancel")],
            "context": {},
        }

    def action_correct_stage(self):
        """Open the correction of the stage of these trips' loads."""
        loads = self.env["stock.picking"].union(*(trip._get_loads() for trip in self))
        return loads.action_correct_stage()

    # === BUSINESS METHODS === #

    def _get_loads(self):
        """The deliveries of this trip that are not cancelled."""
        self.ensure_one()
        return self.picking_ids.filtered(
            lambda picking: picking.stage_id and picking.state != "cancel"
        )

    def _move_to_stage(self, stage):
        """Move the loads of this trip that are before a stage to it.

        :param stage: ``bti.delivery.stage``
        """
        self.ensure_one()
        loads = self._get_loads().filtered(
            lambda load: (
                stage._is_after(load.stage_id) and not (load._is_refused() and stage._hands_over())
            )
        )
        if loads:
            loads._move_to_stage(stage)

    @api.model
    def _prepare_name(self, picking_type, sequence_code, company_id):
        """Number trips in a sequence of their own."""
        if picking_type.code == "outgoing" and sequence_code == "picking.batch":
            sequence_code = "bti.trip"
        return super()._prepare_name(picking_type, sequence_code, company_id)

    def _get_overload_text(self):
        """Say by how much this trip is too heavy or too full for its truck.

        :return: text, empty when everything fits or the truck's limits are not known
        """
        self.ensure_one()
        parts = []
        capacity = self.vehicle_weight_capacity
        over_weight = self.total_load_weight - capacity
        if capacity and float_compare(over_weight, 0, precision_digits=2) > 0:
            parts.append(
                self.env._(
                    "%(weight)s kg on a payload of %(capacity)s kg: %(over)s kg too heavy",
                    weight=f"{self.total_load_weight:.0f}",
                    capacity=f"{capacity:.0f}",
                    over=f"{over_weight:.0f}",
                )
            )
        places = self.vehicle_pallet_places
        if places and self.total_places > places:
            parts.append(
                self.env._(
                    "%(taken)s for %(places)s: %(over)s too many",
                    taken=counts.pallet_places(self.env, self.total_places),
                    places=places,
                    over=self.total_places - places,
                )
            )
        return "; ".join(parts)

    def _check_overload(self):
        """Refuse overloaded trips in the companies that want them blocked.

        :raise UserError: saying by how much the trip is overloaded
        """
        for trip in self.filtered(lambda trip: trip.company_id.trip_overload == "block"):
            # sudo: capacity of the truck, also for drivers
            text = trip.sudo()._get_overload_text()
            if text and trip.state not in ("done", "cancel"):
                raise UserError(
                    self.env._(
                        "Trip %(name)s is overloaded (%(text)s). Take a load off, or choose a"
                        " larger truck.",
                        name=trip.name,
                        text=text,
                    )
                )
