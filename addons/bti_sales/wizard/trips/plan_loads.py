from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.plural import listed

from ...tools import loading


class PlanLoads(models.TransientModel):
    """Spread one delivery over the trucks that it needs."""

    _name = "bti.plan.loads"
    _inherit = "bti.wizard.mixin"
    _description = "Plan Loads"

    picking_id = fields.Many2one(
        "stock.picking", "Delivery", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="picking_id.company_id")
    partner_id = fields.Many2one(related="picking_id.partner_id", string="Site")
    site_access = fields.Text(related="picking_id.partner_id.site_access")
    truck_category_id = fields.Many2one(
        "fleet.vehicle.model.category",
        "Kind of truck",
        compute="_compute_truck_category_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Leave it empty to plan on the kinds of truck that suit the site.",
    )
    scheduled_date = fields.Datetime(
        "Date",
        compute="_compute_scheduled_date",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    total_pieces = fields.Integer(related="picking_id.total_pieces")
    total_load_weight = fields.Float(related="picking_id.total_load_weight")
    line_ids = fields.One2many(
        "bti.plan.loads.line",
        "plan_id",
        "Loads",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    warning = fields.Text(compute="_compute_warning")

    # === COMPUTE METHODS === #

    @api.depends("picking_id")
    def _compute_truck_category_id(self):
        for plan in self:
            picking = plan.picking_id.sudo()  # sudo: the yard may not read orders
            plan.truck_category_id = (
                picking.sale_id.truck_category_id
                if picking.sale_id
                else picking.company_id.truck_category_id
            )

    @api.depends("picking_id")
    def _compute_scheduled_date(self):
        for plan in self:
            plan.scheduled_date = plan.picking_id.scheduled_date

    @api.depends("picking_id", "truck_category_id")
    def _compute_line_ids(self):
        for plan in self:
            plan.line_ids = [fields.Command.clear()] + [
                fields.Command.create(vals) for vals in plan._prepare_lines_vals()
            ]

    @api.depends(
        "truck_category_id",
        "scheduled_date",
        "line_ids.vehicle_id",
        "line_ids.driver_id",
        "line_ids.batch_id",
    )
    @api.depends_context("lang")
    def _compute_warning(self):
        for plan in self:
            plan.warning = "\n".join(plan._get_warnings())

    # === ACTION METHODS === #

    def action_apply(self):
        """Make one delivery per load, and put those with a truck or a trip on a trip.

        :return: the action that shows the loads
        """
        self.ensure_one()
        loads = self.picking_id._split_into_loads([line._get_content() for line in self.line_ids])
        loads.scheduled_date = self.scheduled_date
        for line, load in zip(self.line_ids, loads, strict=True):
            trip = line.batch_id
            if not trip and (line.vehicle_id or line.driver_id):
                trip = self.env["stock.picking.batch"].create(self._prepare_trip_vals(line))
                line.batch_id = trip  # a second click finds it
            if trip:
                load.batch_id = trip
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_sales.delivery_action")
        return {
            **action,
            "domain": [("id", "in", loads.ids)],
            "views": loads._get_delivery_views(),
            "context": {"create": False},
        }

    # === BUSINESS METHODS === #

    def _get_warnings(self):
        """What speaks against this plan, in the user's words.

        :rtype: list[str]
        """
        self.ensure_one()
        warnings = []
        if not self.line_ids:
            warnings.append(
                self.env._(
                    "Nothing to load, no kind of truck to plan on, or a single pallet is too heavy"
                    " for this kind of truck."
                )
            )
        largest = self.partner_id.largest_truck_category_id
        if self.truck_category_id._is_larger_than(largest):
            warnings.append(
                self.env._(
                    "The site takes “%(largest)s” at most: “%(truck)s” is larger.",
                    largest=largest.name,
                    truck=self.truck_category_id.name,
                )
            )
        if self.picking_id.shortage_text:
            warnings.append(self.picking_id.shortage_text)
        trips = self.env["stock.picking.batch"]
        for line in self.line_ids.filtered(lambda line: not line.batch_id):
            warnings += trips._get_conflicts(line.vehicle_id, line.driver_id, self.scheduled_date)
        for name in ("vehicle_id", "driver_id"):
            new = self.line_ids.filtered(lambda line: not line.batch_id)
            for record in new[name]:
                if len(new.filtered(lambda line, it=record, on=name: line[on] == it)) > 1:
                    warnings.append(
                        self.env._(
                            "%(name)s is chosen for two of these loads at the same hour.",
                            name=(name == "vehicle_id" and record.license_plate)
                            or record.display_name,
                        )
                    )
        return list(dict.fromkeys(warnings))

    def _prepare_lines_vals(self):
        """Values of the lines: the loads that the delivery needs with this kind of truck.

        :rtype: list[dict]
        """
        self.ensure_one()
        trip = self.picking_id.batch_id
        try:
            loads = self.picking_id._get_planned_loads(self.truck_category_id)
        except loading.LoadingError:
            return []
        return [
            {
                "sequence": index,
                "truck_category_id": load.truck.key.id if load.truck.key else False,
                "content": {str(part.item.key.id): part.pieces for part in load.parts},
                "summary": listed(
                    self.env,
                    (
                        f"{part.item.key.product_id.name} "
                        + self.env["sale.order.line"]._format_load(
                            part.full_pallets, part.loose_pieces
                        )
                        for part in load.parts
                    ),
                ),
                "pieces": load.pieces,
                "pallets": sum(part.full_pallets for part in load.parts),
                "places": load.places,
                "weight": load.weight_g / 1000,
                "batch_id": trip.id if index == 1 and trip.state == "draft" else False,
            }
            for index, load in enumerate(loads, start=1)
        ]

    def _prepare_trip_vals(self, line):
        """Values of a new trip for one load.

        :param line: ``bti.plan.loads.line``
        """
        self.ensure_one()
        vals = {
            "company_id": self.company_id.id,
            "picking_type_id": self.picking_id.picking_type_id.id,
            "vehicle_id": line.vehicle_id.id,
            "scheduled_date": self.scheduled_date,
        }
        if line.driver_id:
            vals["driver_id"] = line.driver_id.id
        if not line.vehicle_id.category_id:
            vals["vehicle_category_id"] = line.truck_category_id.id
        return vals


class PlanLoadsLine(models.TransientModel):
    _name = "bti.plan.loads.line"
    _inherit = "bti.wizard.mixin"
    _description = "Planned Load"
    _order = "sequence, id"

    plan_id = fields.Many2one("bti.plan.loads", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id")
    picking_type_id = fields.Many2one(related="plan_id.picking_id.picking_type_id")
    sequence = fields.Integer("No.")
    content = fields.Json(help="Pieces of each move that this load takes.")
    truck_category_id = fields.Many2one("fleet.vehicle.model.category", "Kind of truck")
    summary = fields.Char("Load", readonly=True)
    pieces = fields.Integer(readonly=True)
    pallets = fields.Integer("Full pallets", readonly=True)
    places = fields.Integer("Pallet places", readonly=True)
    weight = fields.Float("Weight (kg)", readonly=True, digits="Stock Weight")
    vehicle_id = fields.Many2one(
        "fleet.vehicle",
        "Truck",
        domain="[('company_id', 'in', [company_id, False])]",
    )
    driver_id = fields.Many2one(
        "res.partner", compute="_compute_driver_id", store=True, readonly=False
    )
    batch_id = fields.Many2one(
        "stock.picking.batch",
        "Onto trip",
        domain="[('state', '=', 'draft'), ('picking_type_id', '=', picking_type_id)]",
        help="Trip that is being made up already; leave empty for a new one.",
    )

    # === COMPUTE METHODS === #

    @api.depends("vehicle_id")
    def _compute_driver_id(self):
        for line in self:
            line.driver_id = line.vehicle_id.driver_id

    # === BUSINESS METHODS === #

    def _get_content(self):
        """What this load takes.

        :return: ``{stock.move: pieces}``
        """
        self.ensure_one()
        moves = self.env["stock.move"]
        return {moves.browse(int(key)): pieces for key, pieces in (self.content or {}).items()}

    @api.constrains("content")
    def _check_content(self):
        for line in self:
            if not line.content:
                raise UserError(self.env._("A load cannot be empty."))
