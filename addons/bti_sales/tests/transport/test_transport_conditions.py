from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TransportCommon


@tagged("-at_install", "post_install")
class TestTransportConditions(TransportCommon):
    """Zones with conditions beyond the place, and what the screen says when they do not hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.no_city = cls.env["res.city"]

    def _assert_both(self, order, zone, price, message=None):
        """The price while typing and that of Odoo's window are one, or none.

        :param price: ``None`` when there is none, for the reason in ``message``
        """
        order.invalidate_recordset()
        quote = order._get_transport_price()
        if price is None:
            self.assertEqual((quote["success"], quote["price"]), (False, 0))
            self.assertEqual(quote["message"], message)
            self.assertEqual(order.transport_message, message)
            return
        self.assertEqual((quote["carrier"], quote["price"]), (zone, price))
        self.assertEqual(order.transport_price, price)
        window = self.env["choose.delivery.carrier"].create(
            {"order_id": order.id, "carrier_id": zone.id}
        )
        self.assertIn(zone, window.available_carrier_ids)
        self.assertAlmostEqual(zone.rate_shipment(order)["price"], price, 2)

    def test_the_largest_weight(self):
        """Two pallets weigh 3 329 kg with their boards."""
        zone = self._per_truck("Light", 9000)
        order = self._pallets(2)
        for largest, price in ((0, 9000), (3329, 9000), (3328.9, None), (3330, 9000)):
            with self.subTest(largest=largest):
                zone.max_weight = largest
                self._assert_both(order, zone, price, "Light does not take such a weight.")

    def test_tags_volume_and_post_codes(self):
        none = "No transport price for Near: enter one by hand."
        crane, fragile = self.env["product.tag"].create([{"name": "Crane"}, {"name": "Fragile"}])
        self.b8.volume = 0.01
        prefix, other = self.env["delivery.zip.prefix"].create([{"name": "91"}, {"name": "92"}])
        self.client_partner.zip = "91200"
        zone = self._per_truck("Zone", 9000)
        order = self._pallets(2)
        cases = (
            ({"must_have_tag_ids": crane}, None),
            ({"must_have_tag_ids": fragile}, 9000),
            ({"excluded_tag_ids": crane}, 9000),
            ({"excluded_tag_ids": fragile}, None),
            ({"max_volume": 5}, None),  # 506 pieces are 5.06 m³
            ({"max_volume": 5.1}, 9000),
            ({"zip_prefix_ids": prefix}, 9000),
            ({"zip_prefix_ids": prefix | other}, 9000),
            ({"zip_prefix_ids": other}, None),
        )
        self.b8.product_tag_ids = fragile
        for values, price in cases:
            with self.subTest(values=values):
                values = {
                    name: value if name == "max_volume" else [Command.set(value.ids)]
                    for name, value in values.items()
                }
                zone.write(values)
                self._assert_both(order, zone, price, none)
                zone.write(
                    {name: 0 if name == "max_volume" else [Command.clear()] for name in values}
                )

    def test_post_code_of_the_place_that_is_priced(self):
        """That of the address when the goods go there, else that of the commune."""
        prefixes = self.env["delivery.zip.prefix"].create([{"name": "91"}, {"name": "92"}])
        zone = self._per_truck("By post code", 9000)
        self.client_partner.zip = "91200"
        self.hill.zipcode, self.far_city.zipcode = "92100", "91900"
        for state, city, prefix, found in (
            (self.near, self.city, "91", True),
            (self.near, self.no_city, "91", True),
            (self.near, self.hill, "91", False),
            (self.near, self.hill, "92", True),
            (self.far, self.far_city, "91", True),
            (self.far, self.no_city, "91", False),
        ):
            with self.subTest(state=state.name, city=city.name, prefix=prefix):
                zone.zip_prefix_ids = prefixes.filtered(lambda p, name=prefix: p.name == name)
                order = self._pallets(destination_state_id=state.id, destination_city_id=city.id)
                self.assertEqual(order.transport_success, found)

    def test_amount_volume_and_weight_by_volume(self):
        """20 pallets of B8 at 40: 202 400, 5 060 pieces of 0.01 m³, 33 290 kg."""
        self.b8.volume = 0.01
        zone = self._new_zone("Figures")
        order = self._pallets()
        for rule, expected in (
            (("price", ">=", 202_400, 0, 0.1, "price"), 20_240),
            (("price", ">", 202_400, 1, 0, "price"), None),
            (("volume", "<=", 51, 0, 100, "volume"), 5060),
            (("volume", "<", 50, 1, 0, "volume"), None),
            (("wv", ">", 0, 0, 0.01, "wv"), round(33_290 * 50.6 / 100, 2)),
        ):
            with self.subTest(rule=rule):
                zone.price_rule_ids = [Command.clear(), self._rule_command(0, rule)]
                self._assert_both(
                    order, zone, expected, "Figures has no price for such a load or distance."
                )

    def test_transport_is_no_part_of_the_amount_that_it_is_worked_out_from(self):
        zone = self._new_zone("Ten per cent", ("price", ">=", 0, 0, 0.1, "price"))
        order = self._pallets()
        for _again in range(3):
            order.action_set_transport()
            self.assertEqual(order.order_line.filtered("is_delivery").price_subtotal, 20_240)
        self._assert_both(order, zone, 20_240)

    def test_margins_and_amounts_in_another_currency(self):
        """A zone of a company is written in its currency: half of it is the order's."""
        pricelist = self._create_foreign_pricelist()
        self.product.company_id = self.company
        order = self._pallets(pricelist_id=pricelist.id)
        order.order_line.price_unit = 10_000  # 200 000 of theirs are 400 000 of ours
        for rule, values, expected in (
            (("trucks", ">", 0, 0, 9000, "trucks"), {}, 9000),
            (("trucks", ">", 0, 0, 9000, "trucks"), {"margin": 0.1, "fixed_margin": 100}, 9950),
            (("price", ">=", 400_000, 0, 0.1, "price"), {}, 20_000),
            (("price", ">", 400_000, 1, 0, "price"), {}, None),
        ):
            with self.subTest(rule=rule, **values):
                zone = self._new_zone("Zone", rule, **values)
                self._assert_both(
                    order, zone, expected, "Zone has no price for such a load or distance."
                )
                zone.active = False

    def test_what_the_screen_says_of_a_place_without_a_price(self):
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        nobody = self.env["res.partner"].create({"name": "New client", "phone": "0550000000"})
        abroad = self.env["res.partner"].create(
            {"name": "Abroad", "country_id": self.env.ref("base.ma").id}
        )
        choose = "Choose the destination wilaya to see the transport price."
        for partner, state, message in (
            (nobody, False, choose),
            (abroad, False, "No transport price for Morocco: enter one by hand."),
            (nobody, self.far, "No transport price for Far: enter one by hand."),
            (nobody, self.near, "Near · 2 trucks · 30 km"),
        ):
            with self.subTest(partner=partner.name, state=state and state.name):
                order = self._pallets(
                    partner_id=partner.id, destination_state_id=state and state.id
                )
                self.assertEqual(order.transport_message, message)
                self.assertEqual(order.transport_success, "trucks" in message)

    def test_which_figure_is_missing(self):
        distance = self._new_zone("Bands", ("distance", "<=", 50, 0, 9000, "trucks"))
        truck_km = self._new_zone("Kilometres", ("pallets", ">", 0, 0, 100, "truck_km"))
        order = self._pallets(destination_state_id=self.nowhere.id, destination_city_id=False)
        unknown = (
            "The distance to Nowhere is not known: ask the sales manager for it, or enter a price"
            " by hand."
        )
        kind = (
            "Choose a kind of truck that can take the load: the transport is priced by the truck."
        )
        self._assert_both(order, distance, None, unknown)
        distance.active = False
        self._assert_both(order, truck_km, None, unknown)
        self._set_distance(self.nowhere, 40)
        self._assert_both(order, truck_km, 8000)
        self.truck_kind.weight_capacity = 1
        order.invalidate_recordset()
        order.order_line.invalidate_recordset()
        self._assert_both(order, truck_km, None, kind)
        self.assertEqual(truck_km.rate_shipment(order)["error_message"], kind)

    def test_nothing_on_the_order_yet(self):
        self._per_truck("Near", 9000)
        order = self._new_order(delivery_mode="delivered")
        self.assertEqual((order.transport_success, order.transport_message), (False, ""))
        with self.assertRaisesRegex(UserError, "^There is nothing to transport on this order.$"):
            order.action_set_transport()
        order.delivery_mode = "ex_works"
        self.assertEqual(order.transport_message, "Ex-works: the client's own truck.")
        order.action_set_transport()
        self.assertFalse(order.order_line)

    def test_a_method_chosen_by_hand_is_the_only_one(self):
        self._per_truck("Near", 9000, state_ids=self.near.ids)
        self.product.list_price = 321
        anywhere = self.env["delivery.carrier"].create(
            {"name": "Free", "product_id": self.product.id, "delivery_type": "fixed"}
        )
        far = self._per_truck("Far", 20_000, state_ids=self.far.ids)
        order = self._pallets()
        for carrier, expected in (
            (self.env["delivery.carrier"], (18_000, "Near · 2 trucks · 30 km")),
            (anywhere, (321, "Free · 2 trucks · 30 km")),
            (far, (0, "No transport price for Near: enter one by hand.")),
        ):
            with self.subTest(carrier=carrier.name):
                order.transport_carrier_id = carrier
                self.assertEqual((order.transport_price, order.transport_message), expected)
                self.assertEqual(order.transport_success, carrier != far)

    def test_an_agreed_price_takes_the_place_of_the_table(self):
        zone = self._per_truck("Near", 9000, state_ids=self.near.ids)
        for state, price, carrier, message in (
            (self.near, 12_345, zone, "Agreed price · 2 trucks · 30 km"),
            (self.far, 25_000, None, "Agreed price · 2 trucks · 200 km"),
            (self.nowhere, 1, None, "Agreed price · 2 trucks"),
        ):
            with self.subTest(state=state.name):
                order = self._pallets(
                    destination_state_id=state.id,
                    destination_city_id=False,
                    transport_agreed_price=price,
                )
                quote = order._get_transport_price()
                self.assertEqual((quote["price"], quote["message"]), (price, message))
                if carrier:
                    self.assertEqual(quote["carrier"], carrier)
                else:
                    self.assertTrue(quote["carrier"].by_agreement)
                order.action_set_transport()
                self.assertEqual(order.order_line.filtered("is_delivery").price_subtotal, price)
        self.assertFalse(order.copy().transport_agreed_price, "agreed for that order")

    def test_a_method_is_one_kind_or_the_other(self):
        zone = self._per_truck("Near", 9000)
        zone.ex_works = True
        with self.assertRaisesRegex(
            ValidationError, "^Near is either ex-works or by agreement, not both.$"
        ):
            zone.by_agreement = True
        self.assertFalse(self._pallets().transport_success, "the client's own truck has no price")

    def test_methods_for_a_load_are_those_for_its_order(self):
        near = self._per_truck("Near", 9000, state_ids=self.near.ids)
        far = self._per_truck("Far", 20_000, state_ids=self.far.ids)
        heavy = self._per_truck("Light", 1, max_weight=1000)
        order = self._pallets()
        order.action_confirm()
        picking = order.sudo().picking_ids
        own = self.env["delivery.carrier"].search([("ex_works", "=", True)], limit=1)
        found = (near | far | heavy | own).available_carriers(picking.partner_id, picking)
        self.assertEqual(found, near | own)
        elsewhere = self.client_partner.copy({"state_id": self.far.id, "city_id": False})
        picking.partner_id = elsewhere  # redirected by hand: its own address counts
        self.assertEqual((near | far).available_carriers(elsewhere, picking), far)
