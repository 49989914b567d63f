from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..transport.common import TransportCommon


@tagged("-at_install", "post_install")
class TestDestinationPlaces(TransportCommon):
    """Which place an order means, how far it is, and which of the client's sites that is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.none = cls.env["res.city"]
        cls.no_state = cls.env["res.country.state"]
        cls._set_distance(cls.far_city, 210)

    def _new_site(self, name="Site", **values):
        return self.env["res.partner"].create(
            {"name": name, "parent_id": self.client_partner.id, "type": "delivery", **values}
        )

    def test_place_and_distance_of_each_kind_of_destination(self):
        """The commune before the wilaya; one left over from another wilaya is not one."""
        self.hill.zipcode, self.client_partner.zip = "91555", "91000"
        morocco = self.env.ref("base.ma")
        abroad = self.env["res.country.state"].create(
            {"name": "Abroad", "code": "T95", "country_id": morocco.id}
        )
        near, far, dz = self.near, self.far, self.country.id
        for state, city, place, distance in (
            (self.no_state, self.none, (dz, near.id, self.city.id, "91000"), 30),
            (near, self.none, (dz, near.id, 0, "91000"), 30),
            (near, self.city, (dz, near.id, self.city.id, "91000"), 30),
            (near, self.hill, (dz, near.id, self.hill.id, "91555"), 55),
            (self.no_state, self.hill, (dz, near.id, self.hill.id, "91555"), 55),
            (far, self.none, (dz, far.id, 0, ""), 200),
            (far, self.far_city, (dz, far.id, self.far_city.id, ""), 210),
            (far, self.hill, (dz, far.id, 0, ""), 200),
            (self.nowhere, self.none, (dz, self.nowhere.id, 0, ""), 0),
            (abroad, self.none, (morocco.id, abroad.id, 0, ""), 0),
        ):
            with self.subTest(state=state.name, city=city.name):
                order = self._pallets(destination_state_id=state.id, destination_city_id=city.id)
                self.assertEqual(tuple(order._get_transport_destination()), place)
                self.assertEqual(order._get_transport_distance(), distance)
                self.assertEqual(order.transport_distance, distance)
        order.delivery_mode = "ex_works"
        self.assertEqual(order.transport_distance, 0, "nobody drives there for us")

    def test_distances_are_those_of_the_company_that_delivers(self):
        self._set_distance(self.near, 300, self.other_company)
        self.client_partner.with_company(self.other_company).distance_km = 7
        order = self._pallets()
        self.assertEqual(order.transport_distance, 30)
        theirs = self.env["sale.order"].create(
            {
                "partner_id": self.client_partner.id,
                "company_id": self.other_company.id,
                "delivery_mode": "delivered",
            }
        )
        self.assertEqual(theirs.transport_distance, 7)
        theirs.destination_city_id = False
        self.assertEqual(theirs.transport_distance, 7, "still the delivery address")
        self.client_partner.with_company(self.other_company).distance_km = 0
        theirs.invalidate_recordset()
        self.assertEqual(theirs.transport_distance, 300)

    def test_texts_of_the_place(self):
        for state, city, short, full in (
            (self.near, self.city, "Near Town", "Near Town, Near"),
            (self.far, self.none, "Far", "Far"),
            (self.far, self.hill, "Far", "Far"),
            (self.no_state, self.hill, "Near Hill", "Near Hill, Near"),
        ):
            with self.subTest(full):
                order = self._pallets(destination_state_id=state.id, destination_city_id=city.id)
                self.assertEqual(order._format_destination(), short)
                self.assertEqual(order._get_destination_text(), full)
        stranger = self.env["res.partner"].create({"name": "New client"})
        order = self._pallets(partner_id=stranger.id)
        self.assertEqual((order._format_destination(), order._get_destination_text()), ("", ""))

    def test_the_conflict_in_full_and_gone_with_the_order(self):
        order = self._pallets(destination_state_id=self.far.id, destination_city_id=False)
        text = "The price is for Far, the delivery address is in Near Town."
        self.assertEqual(order.destination_conflict, text)
        with self.assertRaises(UserError) as caught:
            order.action_confirm()
        self.assertEqual(
            str(caught.exception),
            f"{order.name} says two places. {text} Choose one of them beside the destination.",
        )
        self.client_partner.city_id = False
        order.invalidate_recordset()
        self.assertIn("the delivery address is in Near.", order.destination_conflict)
        order._action_cancel()
        self.assertFalse(order.destination_conflict)

    def test_several_orders_are_confirmed_or_none(self):
        good = self._pallets(1)
        bad = self._pallets(1, destination_state_id=self.far.id, destination_city_id=False)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            (good | bad).action_confirm()
        self.assertEqual((good | bad).mapped("state"), ["draft", "draft"])
        (good | bad).action_destination_from_address()
        (good | bad).action_confirm()
        self.assertEqual((good | bad).mapped("state"), ["sale", "sale"])

    def test_a_confirmed_order_says_in_full_why_it_stays(self):
        order = self._pallets(1)
        order.action_confirm()
        for values in (
            {"destination_state_id": self.far.id, "destination_city_id": False},
            {"destination_city_id": self.hill.id},
        ):
            with (
                self.subTest(**values),
                self.assertRaises(ValidationError) as caught,
                self.env.cr.savepoint(),
            ):
                order.write(values)
                self.env.flush_all()
        self.assertEqual(
            str(caught.exception),
            f"{order.name} is confirmed for another place: change its delivery address, the"
            " destination follows.",
        )
        order.destination_city_id = False  # less is said, nothing else
        self.assertEqual(order.state, "sale")

    def test_which_of_his_sites_it_is(self):
        far = {"state_id": self.far.id, "city_id": self.far_city.id}
        contact = self._new_site("Foreman", type="other", **far)
        find = self.client_partner._find_site
        self.assertEqual(find(self.company, self.far, self.far_city), contact)
        older = self._new_site("Older", street="Lot 5", **far)
        self._new_site("Newer", street="Lot 6", **far)
        archived = self._new_site("Gone", street="Lot 7", **far)
        archived.active = False
        self._new_site("Theirs", street="Lot 8", company_id=self.other_company.id, **far)
        wilaya_only = self._new_site("Wilaya", state_id=self.far.id)
        nobody = self.env["res.partner"]
        for city, street, expected in (
            (self.far_city, None, older),  # a delivery address before others, the first of them
            (self.far_city, "lot 5 ", older),
            (self.far_city, "LOT 5", older),
            (self.far_city, "Lot 7", nobody),
            (self.far_city, "Lot 8", nobody),
            (self.far_city, "Lot 9", nobody),
            (self.far_city, "", contact),  # the one that has no street
            (self.none, None, wilaya_only),
            (self.hill, None, nobody),
        ):
            with self.subTest(city=city.name, street=street):
                self.assertEqual(find(self.company, self.far, city, street), expected)
                self.assertEqual(
                    older._find_site(self.company, self.far, city, street),
                    expected,
                    "asked of one of his sites",
                )
        self.assertFalse(find(self.company, self.near, self.far_city))
        none_of_them = self.env["res.company"]
        self.assertEqual(find(none_of_them, self.far, self.far_city, "Lot 5"), older)

    def test_a_new_site_is_the_company_s_and_named_after_its_place(self):
        self.far_city.zipcode = "92001"
        self.client_partner.lang = "en_US"
        order = self._pallets(
            destination_state_id=self.far.id, destination_city_id=self.far_city.id
        )
        order.with_user(self.rep).action_deliver_to_destination()
        site = order.partner_shipping_id
        self.assertRecordValues(
            site,
            [
                {
                    "name": "Site Far Town",
                    "parent_id": self.client_partner.id,
                    "company_id": self.company.id,
                    "type": "delivery",
                    "city": "Far Town",
                    "zip": "92001",
                    "state_id": self.far.id,
                    "country_id": self.country.id,
                    "phone": self.client_partner.phone,
                }
            ],
        )
        order.with_user(self.rep).action_deliver_to_destination()
        self.assertEqual(order.partner_shipping_id, site, "the same at the second click")
        self.assertEqual(len(self.client_partner.child_ids), 1)

    def test_a_commune_goes_with_its_wilaya_in_the_form(self):
        with Form(self._pallets()) as form:
            for state, city in (
                (self.near, self.city),
                (self.far, self.none),
                (self.near, self.none),
            ):
                form.destination_state_id = state
                self.assertEqual(form.destination_city_id, city)
            form.destination_city_id = self.hill
            form.destination_state_id = self.no_state
            self.assertEqual(form.destination_city_id, self.hill, "it says its wilaya itself")

    def test_only_what_is_in_the_yard_is_redirected(self):
        self._add_stock(self.b8, 100 * 253)
        self.env["bti.sale.rule"].search([]).active = False
        order = self._pallets(10)
        order.action_confirm()
        gone = order.sudo().picking_ids
        gone.move_ids.quantity = 4 * 253
        gone.move_ids.picked = True
        gone.with_context(skip_backorder=True).button_validate()
        waiting = order.sudo().picking_ids - gone
        other = self._pallets(3)
        other.action_confirm()
        site = self._new_site(state_id=self.far.id, country_id=self.country.id)
        order.with_user(self.rep).partner_shipping_id = site
        self.assertEqual(waiting.partner_id, site)
        self.assertEqual(gone.partner_id, self.client_partner)
        self.assertEqual(other.sudo().picking_ids.partner_id, self.client_partner)
        offer = self._pallets(1)
        offer.partner_shipping_id = site
        self.assertFalse(offer.sudo().picking_ids)
        self.assertEqual(offer.destination_state_id, self.far)
