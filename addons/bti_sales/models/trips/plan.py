from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime


class StockPickingBatch(models.Model):
    """What is told while a trip is planned: truck or driver busy, goods that are not there."""

    _inherit = "stock.picking.batch"

    conflict_text = fields.Text("Busy at that time", compute="_compute_conflict_text")
    shortage_text = fields.Text("Goods that are missing", compute="_compute_shortage_text")
    calendar_title = fields.Char(
        "Title in the calendar",
        compute="_compute_calendar_title",
        compute_sudo=True,
        help="Which truck takes what to whom, for a calendar that has room for one line.",
    )

    # === COMPUTE METHODS === #

    @api.depends("picking_ids", "picking_ids.scheduled_date")
    def _compute_scheduled_date(self):
        """Override: a trip keeps its hour when loads come and go; the first ones give it."""
        dated = self.filtered("scheduled_date")
        for trip in dated:
            trip.scheduled_date = trip.scheduled_date
        return super(StockPickingBatch, self - dated)._compute_scheduled_date()

    @api.depends("vehicle_id", "driver_id", "scheduled_date", "end_date", "state", "stage_id")
    @api.depends_context("lang", "tz")
    def _compute_conflict_text(self):
        self.conflict_text = False
        planned = self.filtered(
            lambda trip: (
                trip.state in ("draft", "in_progress")
                and trip.scheduled_date
                and not (trip.stage_id and trip.stage_id._is_beyond("left"))
            )
        )
        others = planned._search_open_trips(planned.vehicle_id, planned.driver_id)
        for trip in planned:
            trip.conflict_text = "\n".join(
                trip._get_conflicts(trip.vehicle_id, trip.driver_id, trip.scheduled_date, others)
            )

    @api.depends("picking_ids.shortage_text")
    @api.depends_context("lang")
    def _compute_shortage_text(self):
        for trip in self:
            trip.shortage_text = "\n".join(
                load.shortage_text for load in trip._get_loads() if load.shortage_text
            )

    @api.depends(
        "name",
        "truck_plate",
        "picking_ids.load_summary",
        "picking_ids.partner_id.commercial_partner_id.name",
    )
    @api.depends_context("lang")
    def _compute_calendar_title(self):
        for trip in self:
            loads = trip._get_loads()
            clients = dict.fromkeys(loads.partner_id.commercial_partner_id.mapped("name"))
            parts = [trip.truck_plate, *clients, *(load.load_summary for load in loads)]
            trip.calendar_title = " · ".join(part for part in parts if part) or trip.name

    # === BUSINESS METHODS === #

    @api.model
    def _search_open_trips(self, vehicles, drivers):
        """Trips of some trucks or drivers that are planned or on the road.

        :param vehicles: ``fleet.vehicle``
        :param drivers: ``res.partner``
        """
        if not vehicles and not drivers:
            return self.browse()
        who = Domain("vehicle_id", "in", vehicles.ids) | Domain("driver_id", "in", drivers.ids)
        # sudo: a truck that several companies share is busy whoever sent it
        return self.sudo().search(
            Domain("state", "in", ("draft", "in_progress"))
            & Domain("scheduled_date", "!=", False)
            & Domain("is_wave", "=", False)
            & who
        )

    def _get_conflicts(self, vehicle, driver, date, others=None):
        """Say which other trips a truck or driver has at some hour.

        :param vehicle: ``fleet.vehicle``, may be empty
        :param driver: ``res.partner``, may be empty
        :param datetime date: begin of the trip in question, which is ``self`` or not made yet
        :param others: trips to look at; those of truck and driver by default
        :return: one text per truck or driver and other trip, in the user's words
        :rtype: list[str]
        """
        if not date:
            return []
        if others is None:
            others = self._search_open_trips(vehicle, driver)
        company = self.company_id or self.env.company
        end = max(self.end_date or date, date + timedelta(hours=company.sudo().trip_hours))
        texts = []
        for other in others.sorted("scheduled_date"):
            start, other_end = other._get_busy_time()
            if other.id in self._origin.ids or start >= end or date >= other_end:
                continue
            date_text = format_datetime(self.env, start, dt_format="short")
            for record in (vehicle, driver):
                if not record or record not in (other.vehicle_id, other.driver_id):
                    continue
                # sudo: as above
                name = record == vehicle and vehicle.sudo().license_plate
                name = name or record.sudo().display_name
                texts.append(
                    self.env._(
                        "%(name)s is on trip %(trip)s already (%(date)s).",
                        name=name,
                        trip=other.name,
                        date=date_text,
                    )
                    if other.company_id in self.env.companies
                    # a shared truck: the trip itself is no business of this user
                    else self.env._(
                        "%(name)s is on a trip of another company already (%(date)s).",
                        name=name,
                        date=date_text,
                    )
                )
        return texts

    def _get_busy_time(self):
        """From when to when this trip takes truck and driver; until now while it is on the road.

        :rtype: tuple[datetime, datetime]
        """
        self.ensure_one()
        start = self.scheduled_date
        end = max(self.end_date or start, start + timedelta(hours=self.company_id.trip_hours))
        if self.stage_id and self.stage_id._is_beyond("left"):
            end = max(end, fields.Datetime.now())
        return start, end


class StockPicking(models.Model):
    _inherit = "stock.picking"

    shortage_text = fields.Char("Goods that are missing", compute="_compute_shortage_text")

    # === COMPUTE METHODS === #

    @api.depends(
        "state", "stage_id", "move_ids.state", "move_ids.quantity", "move_ids.product_uom_qty"
    )
    @api.depends_context("lang")
    def _compute_shortage_text(self):
        self.shortage_text = False
        planned = self.filtered(
            lambda load: (
                load.stage_id
                and load.state in ("draft", "waiting", "confirmed", "assigned")
                and not load.stage_id._is_beyond("left")
            )
        )
        for load in planned:
            if load._lacks_goods():
                load.shortage_text = load._get_shortage_text()

    # === BUSINESS METHODS === #

    def _lacks_goods(self):
        """Tell whether something of this load is neither reserved nor free in its yard.

        :rtype: bool
        """
        self.ensure_one()
        for move in self.move_ids:
            missing = move.product_uom_qty - move.quantity
            if move.state in ("done", "cancel") or move.product_uom.compare(missing, 0) <= 0:
                continue
            product = move.product_id.with_context(location=move.location_id.id)
            pieces = move.product_uom._compute_quantity(missing, product.uom_id)
            if product.is_storable and product.uom_id.compare(product.free_qty, pieces) < 0:
                return True
        return False

    # === CRUD METHODS === #

    def write(self, vals):
        """Override: a trip of one load goes when its load is due."""
        res = super().write(vals)
        if vals.get("scheduled_date"):
            for trip in self.batch_id:
                loads = trip._get_loads()
                if loads and loads <= self and trip.scheduled_date != loads[:1].scheduled_date:
                    trip.scheduled_date = min(loads.mapped("scheduled_date"))
        return res
