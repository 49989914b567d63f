from odoo.tests import Form, tagged

from ..common import BricksCommon


@tagged("-at_install", "post_install")
class TestOrderTruck(BricksCommon):
    """Which trucks an order is planned on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Category = cls.env["fleet.vehicle.model.category"]
        Category.search([]).used_for_delivery = False
        cls.truck_kind.used_for_delivery = True
        cls.small_truck = Category.create(
            {"name": "Truck 10 t", "weight_capacity": 10000, "pallet_places": 10}
        )
        cls.unknown_truck = Category.create({"name": "Unknown truck"})
        cls.site = cls.env["res.partner"].create(
            {"name": "Narrow site", "parent_id": cls.client_partner.id, "type": "delivery"}
        )

    def _new_b8_order(self, pallets=20, **values):
        return self._new_order((self.b8, pallets, self.b8.pallet_uom_id), **values)

    def test_the_usual_truck_but_never_larger_than_the_site_takes(self):
        cases = [
            # largest of the site, truck expected
            (False, self.truck_kind),
            (self.truck_kind, self.truck_kind),
            (self.small_truck, self.small_truck),
        ]
        for largest, expected in cases:
            with self.subTest(largest=largest and largest.name):
                self.site.largest_truck_category_id = largest
                order = self._new_b8_order(partner_shipping_id=self.site.id)
                self.assertEqual(order.truck_category_id, expected)
                self.assertFalse(order.load_warning)

    def test_another_address_brings_a_smaller_truck(self):
        self.site.largest_truck_category_id = self.small_truck
        order = self._new_b8_order(partner_shipping_id=self.client_partner.id)
        self.assertEqual((order.truck_category_id, order.truck_count), (self.truck_kind, 2))
        with Form(order) as form:
            form.partner_shipping_id = self.site
            self.assertEqual(form.truck_category_id, self.small_truck)
            self.assertEqual(form.truck_count, 4)  # six pallets of B8 weigh 9,987 kg
        order.truck_category_id = self.truck_kind
        self.assertIn("The site takes", order.load_warning)

    def test_without_a_truck_each_load_takes_the_smallest_kind(self):
        self.company.truck_category_id = False
        order = self._new_b8_order(partner_shipping_id=self.client_partner.id)
        self.assertFalse(order.truck_category_id)
        self.assertEqual(order.truck_count, 2)
        self.assertEqual(order._get_truck_summary(), "1 × Semi-trailer test · 1 × Truck 10 t")
        self.site.largest_truck_category_id = self.small_truck
        order.partner_shipping_id = self.site
        self.assertEqual(order.truck_count, 4)
        self.small_truck.used_for_delivery = False
        self.assertEqual(order._get_truck_summary(), "4 × Truck 10 t")

    def test_a_truck_of_which_nothing_is_known_is_named(self):
        order = self._new_b8_order(truck_category_id=self.unknown_truck.id)
        self.assertEqual(order.truck_count, 0)
        self.assertIn("Neither payload nor pallet places", order.load_warning)
        self.assertFalse(order._get_load_plan_for_document())

    def test_kinds_of_trucks_cost_no_query_while_typing(self):
        self.company.truck_category_id = False
        order = self._new_b8_order()
        order.truck_count, order.load_warning  # noqa: B018 (warms the caches)
        with self.assertQueryCount(0):
            order._get_planned_loads()
            order._get_truck_warning()
