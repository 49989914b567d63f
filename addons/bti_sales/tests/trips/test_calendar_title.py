from odoo.tests import tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestCalendarTitle(DeliveryCommon):
    """A calendar has one line: who gets what, on which truck, and no reference."""

    def test_delivery(self):
        delivery = self._new_delivery((self.b8, 2530)).with_context(lang="en_US")
        client, load = self.client_partner.name, delivery.load_summary
        self.assertEqual(delivery.calendar_title, f"{client} · {load}")
        self._new_trip(delivery)
        self.assertEqual(delivery.calendar_title, f"{client} · 01234-116-15 · {load}")
        self.assertEqual(delivery.with_user(self.driver).calendar_title, delivery.calendar_title)

    def test_trip(self):
        loads = self._new_delivery((self.b8, 2530)) | self._new_delivery((self.b12, 1500))
        trip = self._new_trip(loads).with_context(lang="en_US")
        self.assertEqual(
            trip.calendar_title,
            " · ".join(["01234-116-15", self.client_partner.name, *loads.mapped("load_summary")]),
        )
        empty = self.env["stock.picking.batch"].create(
            {"company_id": self.company.id, "picking_type_id": loads[0].picking_type_id.id}
        )
        self.assertEqual(empty.calendar_title, empty.name)

    def test_order(self):
        order = self._new_order((self.b8, 2530, None)).with_context(lang="en_US")
        self.assertEqual(
            order.calendar_title, f"{self.client_partner.name} · {order.load_total_summary}"
        )
        empty = order.copy({"order_line": []}).with_context(lang="en_US")
        self.assertEqual(empty.calendar_title, self.client_partner.name)

    def test_calendars_show_it(self):
        for model, xmlid in (
            ("stock.picking", "bti_sales.delivery_view_calendar"),
            ("stock.picking", "stock.stock_picking_calendar"),
            ("stock.picking.batch", "stock_picking_batch.stock_picking_batch_calendar"),
            ("sale.order", "sale.view_sale_order_calendar"),
        ):
            with self.subTest(xmlid):
                view = self.env[model].get_view(self.env.ref(xmlid).id, "calendar")
                self.assertIn('create_name_field="calendar_title"', view["arch"])


@tagged("post_install", "-at_install")
class TestPlate(DeliveryCommon):
    """The plate is the truck's name."""

    def test_name(self):
        truck = self.truck.with_user(self.dispatcher)
        self.assertEqual(truck.display_name, "01234-116-15")
        self.assertIn(
            (truck.id, "01234-116-15"), truck.name_search("1234-116"), "found by a part of it"
        )
        truck.sudo().license_plate = "05555-520-15"
        self.assertEqual(truck.display_name, "05555-520-15")

    def test_no_plate_yet(self):
        self.truck.license_plate = False
        self.assertIn("Truck", self.truck.display_name)

    def test_group_by_truck_and_driver(self):
        delivery = self._new_delivery()
        trip = self._new_trip(delivery)
        picking = self.env["stock.picking"].with_user(self.dispatcher)
        expectations = {"trip_vehicle_id": self.truck, "trip_driver_id": trip.driver_id}
        for field, expected in expectations.items():
            with self.subTest(field):
                groups = picking.formatted_read_group(
                    [("id", "=", delivery.id)], [field], ["__count"]
                )
                self.assertEqual(groups[0][field][0], expected.id)


@tagged("post_install", "-at_install")
class TestLoadPicker(DeliveryCommon):
    def test_only_free_loads_are_offered(self):
        """The window offers loads by the view's domain: none that another truck takes."""
        free, own, taken = self._new_delivery(), self._new_delivery(), self._new_delivery()
        trip, _other = self._new_trip(own), self._new_trip(taken, truck=self.other_truck)
        trip = trip.with_user(self.dispatcher)
        form = self.env.ref("stock_picking_batch.stock_picking_batch_form")
        arch = trip.get_view(form.id)["arch"]
        self.assertIn("('batch_id', 'in', [False, id])", arch)
        offered = self.env["stock.picking"].search(
            [("id", "in", trip.allowed_picking_ids.ids), ("batch_id", "in", [False, trip.id])]
        )
        self.assertTrue(free | own <= offered)
        self.assertFalse(taken & offered)

    def test_columns(self):
        view = self.env["stock.picking"].get_view(
            self.env.ref("bti_sales.load_view_list").id, "list"
        )
        for name in ("partner_city", "load_summary", "total_load_weight", "scheduled_date"):
            self.assertIn(f'name="{name}"', view["arch"])
