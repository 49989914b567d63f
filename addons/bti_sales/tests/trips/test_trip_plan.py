from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestTripPlan(DeliveryCommon):
    """What the dispatcher is told while trips are planned."""

    def _new_dated_trip(self, date, truck=None, loads=None, **values):
        loads = loads if loads is not None else self._new_delivery((self.b8, 253))
        return self._new_trip(loads, truck=truck, scheduled_date=date, **values)

    def _read(self, trip, user=None):
        return trip.with_user(user or self.dispatcher).read(["conflict_text"])[0]["conflict_text"]

    def test_truck_and_driver_are_on_one_trip_at_a_time(self):
        base = fields.Datetime.to_datetime("2031-05-06 08:30:00")
        first = self._new_dated_trip(base)
        cases = [
            # hours later, truck, driver, who is busy
            (0, self.truck, self.driver, ["01234-116-15", "Mourad"]),
            (3.5, self.truck, self.driver, ["01234-116-15", "Mourad"]),
            (-3.5, self.truck, self.driver, ["01234-116-15", "Mourad"]),
            (4, self.truck, self.driver, []),
            (-4, self.truck, self.driver, []),
            (1, self.truck, self.other_driver, ["01234-116-15"]),
            (1, self.other_truck, self.driver, ["Mourad"]),
            (1, self.other_truck, self.other_driver, []),
        ]
        for hours, truck, driver, busy in cases:
            with self.subTest(hours=hours, truck=truck.license_plate, driver=driver.name):
                trip = self._new_dated_trip(
                    base + timedelta(hours=hours), truck=truck, driver_id=driver.partner_id.id
                )
                text = self._read(trip) or ""
                lines = text.splitlines()
                self.assertEqual(len(lines), len(busy))
                for line, name in zip(lines, busy, strict=True):
                    self.assertIn(name, line)
                    self.assertIn(first.name, line)
                trip.picking_ids.action_cancel()
        self.assertFalse(self._read(first))

    def test_length_of_a_trip_is_a_setting(self):
        first = self._new_dated_trip("2031-05-06 08:30:00")
        second = self._new_dated_trip("2031-05-06 10:00:00")
        self.assertIn(first.name, self._read(second))
        self.company.trip_hours = 1
        self.env.invalidate_all()
        self.assertFalse(self._read(second))

    def test_truck_on_the_road_is_away_until_it_has_delivered(self):
        with freeze_time("2031-05-06 17:00:00"):
            first = self._new_dated_trip("2031-05-06 08:30:00")
            first._move_to_stage(self.stages["left"])
            second = self._new_dated_trip("2031-05-06 16:30:00")
            self.assertIn(first.name, self._read(second))
            first._move_to_stage(self.stages["delivered"])
            self.env.invalidate_all()
            self.assertFalse(self._read(second))

    def test_shared_truck_of_another_company(self):
        """That the truck is busy is told, the other company's trip is not named."""
        self.truck.company_id = False
        first = self._new_dated_trip("2031-05-06 08:30:00")
        stranger = self._new_user(
            "stranger_test", "bti_sales.group_dispatcher", company=self.other_company
        )
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.other_company.id)], limit=1
        ) or self.env["stock.warehouse"].create(
            {"name": "Other", "code": "OTH", "company_id": self.other_company.id}
        )
        trip = self.env["stock.picking.batch"].create(
            {
                "company_id": self.other_company.id,
                "picking_type_id": warehouse.out_type_id.id,
                "vehicle_id": self.truck.id,
                "scheduled_date": "2031-05-06 09:00:00",
            }
        )
        text = self._read(trip, stranger)
        self.assertIn("01234-116-15", text)
        self.assertNotIn(first.name, text)

    def test_reading_many_trips_asks_once(self):
        trips = self.env["stock.picking.batch"]
        for _index in range(8):
            trips |= self._new_dated_trip("2031-05-06 08:30:00")
        counts = []
        for some in (trips, trips[:1], trips):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.with_user(self.dispatcher).read(["conflict_text"])
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[2], counts[1])

    def test_missing_goods_are_told_at_planning(self):
        self._new_delivery((self.b8, 49000))
        short = self._new_delivery((self.b8, 2530))
        trip = self._new_trip(short)
        form = Form(trip.with_user(self.dispatcher))
        self.assertIn("B8 test: 1530 missing of 2530", form.shortage_text)
        self.assertIn("1530 missing", Form(short.with_user(self.dispatcher)).shortage_text)
        plan = self._open_plan(short)
        self.assertIn("1530 missing", plan.warning)
        self._add_stock(self.b8, 1530)
        self.env.invalidate_all()
        self.assertFalse(Form(trip.with_user(self.dispatcher)).shortage_text)

    def test_trip_keeps_its_hour(self):
        early, late = self._new_delivery((self.b8, 253)), self._new_delivery((self.b8, 253))
        early.scheduled_date = "2031-05-06 08:00:00"
        late.scheduled_date = "2031-05-09 08:00:00"
        trip = self._new_trip(early | late).with_user(self.dispatcher)
        hour = fields.Datetime.to_datetime("2031-05-06 08:00:00")
        self.assertEqual(trip.scheduled_date, hour)
        trip.write({"picking_ids": [Command.unlink(early.id)]})
        self.assertEqual(trip.scheduled_date, hour)
        third = self._new_delivery((self.b8, 253))
        third.scheduled_date = "2031-05-01 08:00:00"
        third.with_user(self.dispatcher).batch_id = trip
        self.assertEqual(trip.scheduled_date, hour)
        third.with_user(self.dispatcher).batch_id = False
        # the day of its only load is changed: the trip goes then
        late.with_user(self.dispatcher).scheduled_date = "2031-05-10 08:00:00"
        self.assertEqual(trip.scheduled_date, late.scheduled_date)

    def _open_plan(self, delivery):
        action = delivery.with_user(self.dispatcher).action_plan_loads()
        wizard = self.env[action["res_model"]].with_user(self.dispatcher)
        return Form(wizard.with_context(**action["context"]))

    def test_yard_plans_what_the_papers_promise(self):
        kinds = self.env["fleet.vehicle.model.category"]
        kinds.search([]).used_for_delivery = False
        self.truck_kind.used_for_delivery = True
        small = kinds.create({"name": "Rigid test", "weight_capacity": 10000, "pallet_places": 10})
        cases = [
            # named on the order, largest of the site
            (False, False),
            (False, small),
            (self.truck_kind, False),
            (small, False),
        ]
        for named, largest in cases:
            with self.subTest(named=named and named.name, largest=largest and largest.name):
                self.site.largest_truck_category_id = largest
                self.company.truck_category_id = False
                delivery = self._new_delivery(
                    (self.b8, 5060), (self.b12, 1480), truck_category_id=named and named.id
                )
                order = delivery.sale_id
                promised = [
                    (load.truck.key, load.pieces, order._format_planned_load(load))
                    for load in order._get_planned_loads()
                ]
                # the office's usual truck is no reason for another plan than the promised one
                self.company.truck_category_id = self.truck_kind
                plan = self._open_plan(delivery).save()
                self.assertEqual(
                    [(line.truck_category_id, line.pieces) for line in plan.line_ids],
                    [(kind, pieces) for kind, pieces, _text in promised],
                )
                for line, (_kind, _pieces, text) in zip(plan.line_ids, promised, strict=True):
                    self.assertEqual(
                        line.summary.replace(" test ", " test: ").split(", "), text.split(" · ")
                    )

    def test_plan_warns_of_a_truck_too_large_and_of_a_busy_one(self):
        small = self.env["fleet.vehicle.model.category"].create(
            {"name": "Rigid test", "weight_capacity": 10000, "pallet_places": 10}
        )
        delivery = self._new_delivery((self.b8, 5060))
        busy = self._new_dated_trip(delivery.scheduled_date)
        self.site.largest_truck_category_id = small
        plan = self._open_plan(delivery)
        self.assertIn("The site takes “Rigid test” at most", plan.warning)
        with plan.line_ids.edit(0) as line:
            line.vehicle_id = self.truck
        self.assertIn(busy.name, plan.warning)
        with plan.line_ids.edit(0) as line:
            line.vehicle_id = self.other_truck
        self.assertNotIn(busy.name, plan.warning)
        with plan.line_ids.edit(1) as line:
            line.vehicle_id = self.other_truck
        self.assertIn("0999-117-15 is chosen for two", plan.warning)
