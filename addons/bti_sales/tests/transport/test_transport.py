from odoo.exceptions import UserError
from odoo.fields import Command

from .common import TransportCommon


class TestTransport(TransportCommon):
    def test_closest_zone_wins(self):
        everywhere = self._per_truck("Everywhere", 1)
        country = self._per_truck("Country", 2, country_ids=self.country.ids)
        near = self._per_truck("Near", 3, country_ids=self.country.ids, state_ids=self.near.ids)
        hill = self._per_truck("Hill", 4, city_ids=self.hill.ids)
        mixed = self._per_truck("Far", 5, state_ids=self.far.ids, city_ids=self.city.ids)
        morocco = self.env.ref("base.ma")
        abroad = self.env["res.country.state"].create(
            {"name": "Abroad", "code": "T94", "country_id": morocco.id}
        )
        none = self.env["res.city"]
        for state, city, expected in (
            (self.near, none, near),
            (self.near, self.hill, hill),
            (self.near, self.city, mixed),  # a commune beside a whole wilaya
            (self.far, none, mixed),
            (self.far, self.far_city, mixed),
            (self.far, self.hill, mixed),  # a commune left over from another wilaya
            (self.nowhere, none, country),
            (abroad, none, everywhere),
            (none, self.hill, hill),
        ):
            with self.subTest(state=state.name, city=city.name):
                order = self._pallets(destination_state_id=state.id, destination_city_id=city.id)
                quote = order._get_transport_price()
                self.assertEqual(quote["carrier"], expected)
                self.assertTrue(quote["success"])
                self.assertEqual(quote["price"], 2 * expected.price_rule_ids.list_price)
                self.assertEqual(expected.rate_shipment(order)["price"], quote["price"])
                wizard = self.env["choose.delivery.carrier"].create(
                    {"order_id": order.id, "carrier_id": expected.id}
                )
                self.assertIn(expected, wizard.available_carrier_ids)

    def test_price_table(self):
        zone = self._new_zone("Table")
        tonnes = 20 * (253 * 6.5 + 20) / 1000  # 33.29 t, two trucks, 30 km, 20 pallets
        for rules, expected in (
            ([("trucks", "<=", 2, 0, 9000, "trucks")], 18000),
            (
                [("trucks", "<", 2, 0, 9000, "trucks"), ("trucks", ">", 1, 15000, 0, "trucks")],
                15000,
            ),
            ([("distance", "<=", 29, 1, 0, "trucks"), ("distance", "<=", 30, 2, 0, "trucks")], 2),
            ([("distance", "<=", 50, 1000, 100, "distance")], 4000),
            ([("pallets", ">=", 20, 0, 700, "pallets")], 14000),
            ([("tonnes", ">", 33, 0, 10, "tonne_km")], round(10 * tonnes * 30, 2)),
            ([("tonnes", ">", 33, 0, 1, "tonne_km", 5000)], 10000),
            ([("weight", ">", 33000, 0, 2, "weight")], round(2000 * tonnes, 2)),
            ([("distance", ">", 0, 0, 120, "truck_km")], 7200),
            ([("quantity", "==", 5060, 0, 0.5, "quantity")], 2530),
            ([("price", ">=", 202400, 0, 0.1, "price")], 20240),
            ([("trucks", ">", 2, 0, 9000, "trucks")], None),
            ([], None),
        ):
            with self.subTest(rules=rules):
                zone.price_rule_ids = [
                    Command.clear(),
                    *(self._rule_command(number, rule) for number, rule in enumerate(rules)),
                ]
                order = self._pallets()
                quote, rate = order._get_transport_price(), zone.rate_shipment(order)
                self.assertEqual(quote["success"], expected is not None)
                self.assertEqual(rate["success"], expected is not None)
                self.assertEqual(quote["price"], expected or 0)
                self.assertAlmostEqual(rate["price"], expected or 0, 2)
                if expected is None:
                    self.assertIn("Table has no price", quote["message"])

    def test_minimum_and_margins(self):
        self._new_zone(
            "Margins", ("trucks", ">", 0, 0, 100, "trucks", 150), margin=0.1, fixed_margin=7
        )
        order = self._pallets()
        self.assertEqual(order._get_transport_price()["price"], 337)
        self.assertEqual(order._get_transport_price()["carrier"].rate_shipment(order)["price"], 337)

    def test_supposed_load(self):
        self._new_zone(
            "Supposed",
            ("pallets", "<=", 15, 500, 1, "pallets"),
            ("trucks", "<=", 9, 0, 10000, "trucks"),
        )
        order = self._pallets(10)
        self.assertEqual(order._get_transport_price()["price"], 510)
        for arguments, expected in (
            ({"pallets": 12}, 512),
            ({"pallets": 16, "trucks": 2}, 20000),
            ({"pallets": 16, "trucks": 2, "weight": 30000, "pieces": 4048}, 20000),
        ):
            with self.subTest(**arguments):
                quote = order._get_transport_price(**arguments)
                self.assertEqual(quote["price"], expected)

    def test_distances(self):
        """Delivery address, then commune, then wilaya; another destination has its own."""
        self._new_zone("By distance", ("distance", ">", 0, 0, 10, "distance"))
        none = self.env["res.city"]
        for address, state, city, expected in (
            (0, self.near, none, 30),
            (0, self.near, self.city, 30),
            (0, self.near, self.hill, 55),
            (7, self.near, self.city, 7),
            (7, self.near, self.hill, 55),  # not the delivery address
            (7, self.far, none, 200),
        ):
            with self.subTest(address=address, state=state.name, city=city.name):
                self.client_partner.with_company(self.company).distance_km = address
                order = self._pallets(destination_state_id=state.id, destination_city_id=city.id)
                self.assertEqual(order.transport_distance, expected)
                self.assertEqual(order.transport_price, 10 * expected)
                carrier = order._get_transport_price()["carrier"]
                self.assertEqual(carrier.rate_shipment(order)["price"], 10 * expected)

    def test_unknown_distance_is_no_cheap_price(self):
        zone = self._new_zone("Bands", ("distance", "<=", 50, 0, 9000, "trucks"))
        order = self._pallets(destination_state_id=self.nowhere.id, destination_city_id=False)
        quote = order._get_transport_price()
        self.assertFalse(quote["success"])
        self.assertIn("distance to Nowhere is not known", quote["message"])
        self.assertFalse(zone.rate_shipment(order)["success"])
        self._set_distance(self.nowhere, 40)
        self.assertEqual(order._get_transport_price()["price"], 18000)

    def test_no_price(self):
        zone = self._per_truck("Near", 9000, state_ids=self.near.ids)
        order = self._pallets(destination_state_id=self.far.id, destination_city_id=False)
        self.assertEqual(
            order._get_transport_price()["message"],
            "No transport price for Far: enter one by hand.",
        )
        with self.assertRaisesRegex(UserError, "No transport price for Far"):
            order.action_set_transport()
        order.destination_state_id = self.near
        self.assertEqual(order._get_transport_price()["price"], 18000)
        zone.active = False
        self.assertFalse(order._get_transport_price()["success"])
        zone.active = True
        self.truck_kind.weight_capacity = 1
        self.assertIn("Choose a kind of truck", order._get_transport_price()["message"])

    def test_free_delivery_to_anywhere_is_not_proposed(self):
        self.env["delivery.carrier"].create(
            {"name": "Free", "product_id": self.product.id, "delivery_type": "fixed"}
        )
        self.assertFalse(self._pallets()._get_transport_price()["success"])

    def test_fixed_price_in_a_zone(self):
        self.product.list_price = 12000
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Fixed",
                "product_id": self.product.id,
                "delivery_type": "fixed",
                "state_ids": self.far.ids,
            }
        )
        order = self._pallets(destination_state_id=self.far.id, destination_city_id=False)
        self.assertEqual(order._get_transport_price()["price"], 12000)
        self.assertEqual(order._get_transport_price()["carrier"], carrier)

    def test_next_zone_when_the_closest_has_no_price(self):
        self._new_zone("Small", ("trucks", "<=", 1, 0, 5000, "trucks"), city_ids=self.city.ids)
        self._per_truck("Wilaya", 9000, state_ids=self.near.ids)
        self.assertEqual(self._pallets(10)._get_transport_price()["price"], 5000)
        self.assertEqual(self._pallets(20)._get_transport_price()["price"], 18000)

    def test_two_companies(self):
        """Each company has its own zones and its own distances."""
        other_product = self.env["product.product"].create(
            {"name": "Other", "type": "service", "company_id": self.other_company.id}
        )
        self.product.company_id = self.company
        self._new_zone("Own", ("distance", ">", 0, 0, 1, "distance"))
        other = self._new_zone(
            "Other", ("distance", ">", 0, 0, 100, "distance"), product_id=other_product.id
        )
        self._set_distance(self.near, 80, self.other_company)
        self.assertEqual(other.company_id, self.other_company)
        self.assertEqual(self._pallets()._get_transport_price()["price"], 30)
        theirs = (
            self.env["sale.order"]
            .with_company(self.other_company)
            .create(
                {
                    "partner_id": self.client_partner.id,
                    "company_id": self.other_company.id,
                    "delivery_mode": "delivered",
                    "truck_category_id": self.truck_kind.id,
                    "order_line": [
                        Command.create({"product_id": self.b8.id, "product_uom_qty": 253})
                    ],
                }
            )
        )
        self.assertEqual(theirs._get_transport_price()["price"], 8000)
        self.assertEqual(theirs._get_transport_price()["carrier"], other)

    def test_other_currency(self):
        euro = self.env.ref("base.EUR")
        dollar = self.env.ref("base.USD")
        foreign = euro if self.company.currency_id != euro else dollar
        foreign.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.5 * self.company.currency_id.rate,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id, "company_id": self.company.id}
        )
        self.product.company_id = self.company
        zone = self._per_truck("Zone", 9000)
        order = self._pallets(pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, foreign)
        price = order._get_transport_price()["price"]
        self.assertAlmostEqual(price, zone.rate_shipment(order)["price"], 2)
        self.assertNotEqual(price, 18000)

    def test_agreed_price(self):
        order = self._pallets(destination_state_id=self.far.id, transport_agreed_price=25000)
        order.action_set_transport()
        line = order.order_line.filtered("is_delivery")
        self.assertEqual(line.price_subtotal, 25000)
        self.assertTrue(order.carrier_id.by_agreement)

    def test_rule_names(self):
        zone = self._new_zone(
            "Names",
            ("distance", "<=", 50, 0, 9000, "trucks"),
            ("weight", ">", 2.5, 100, 0, "weight"),
            ("trucks", ">=", 1, 100, 8, "tonne_km", 5000),
        )
        symbol = zone.currency_id.symbol
        names = [
            name.replace(symbol, "").replace("\xa0", "")
            for name in zone.price_rule_ids.mapped("name")
        ]
        self.assertEqual(
            names,
            [
                "Distance (km) <= 50: 9,000.00 × Trucks",
                "Weight > 2.50: 100.00",
                "Trucks >= 1: 100.00 + 8.00 × Tonne-kilometres, at least 5,000.00 a truck",
            ],
        )

    def test_prices_are_read_again_when_what_they_are_made_of_changes(self):
        zone = self._per_truck("Near", 9000, state_ids=self.near.ids)
        Carrier = self.env["delivery.carrier"]
        cases = [
            # record, what changes, whether the prices kept in memory are forgotten
            (zone, {"margin": 0.1}, True),
            (zone.price_rule_ids, {"list_price": 8000}, True),
            (self.product.product_tmpl_id, {"taxes_id": [Command.clear()]}, True),
            (self.product.product_tmpl_id, {"description_sale": "Carried"}, False),
            (self.near, {"distance_km": 31}, True),
            (self.hill, {"zipcode": "99001"}, True),
        ]
        for record, vals, forgotten in cases:
            with self.subTest(record=record, vals=vals):
                before = Carrier._get_transport_methods(self.company.id)
                record.write(vals)
                after = Carrier._get_transport_methods(self.company.id)
                self.assertEqual(after is not before, forgotten)
        zone.unlink()
        names = [method.name for method in Carrier._get_transport_methods(self.company.id)]
        self.assertNotIn("Near", names)
