from odoo.fields import Command

from .common import BricksCommon


class TransportCommon(BricksCommon):
    """Two wilayas and three communes of a test country, zones with price tables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what is in the database must not answer for the zones below
        cls.env["delivery.carrier"].search(
            [("ex_works", "=", False), ("by_agreement", "=", False)]
        ).active = False
        cls.country = cls.env.ref("base.dz")
        State = cls.env["res.country.state"]
        cls.near, cls.far, cls.nowhere = State.create(
            [
                {"name": name, "code": code, "country_id": cls.country.id}
                for name, code in (("Near", "T91"), ("Far", "T92"), ("Nowhere", "T93"))
            ]
        )
        cls.city, cls.hill, cls.far_city = cls.env["res.city"].create(
            [
                {"name": name, "state_id": state.id, "country_id": cls.country.id}
                for name, state in (
                    ("Near Town", cls.near),
                    ("Near Hill", cls.near),
                    ("Far Town", cls.far),
                )
            ]
        )
        cls._set_distance(cls.near, 30)
        cls._set_distance(cls.far, 200)
        cls._set_distance(cls.hill, 55)
        cls.client_partner.write({"state_id": cls.near.id, "city_id": cls.city.id})
        cls.product = cls.env["product.product"].create(
            {"name": "Transport test", "type": "service", "taxes_id": [Command.clear()]}
        )

    @classmethod
    def _set_distance(cls, place, distance, company=None):
        place.with_company(company or cls.company).distance_km = distance

    @classmethod
    def _new_zone(cls, name, *rules, **values):
        """A zone with rules ``(variable, operator, limit, base, price, factor[, minimum])``."""
        return cls.env["delivery.carrier"].create(
            {
                "name": name,
                "product_id": cls.product.id,
                "delivery_type": "base_on_rule",
                "price_rule_ids": [
                    cls._rule_command(number, rule) for number, rule in enumerate(rules)
                ],
                **values,
            }
        )

    @classmethod
    def _rule_command(cls, number, rule):
        names = (
            "variable",
            "operator",
            "max_value",
            "list_base_price",
            "list_price",
            "variable_factor",
            "minimum_per_truck",
        )
        return Command.create({"sequence": number, **dict(zip(names, rule, strict=False))})

    @classmethod
    def _per_truck(cls, name, price, **values):
        return cls._new_zone(name, ("trucks", ">=", 0, 0, price, "trucks"), **values)

    def _pallets(self, count=20, **values):
        """A delivered order of pallets of B8: 1 664.5 kg each, 15 on a truck of 25 t."""
        values.setdefault("delivery_mode", "delivered")
        return self._new_order((self.b8, count, self.b8.product_tmpl_id.pallet_uom_id), **values)


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
