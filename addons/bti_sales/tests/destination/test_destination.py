from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..rules.test_order_portal import PIXEL
from ..transport.common import TransportCommon


@tagged("-at_install", "post_install")
class TestDestination(TransportCommon):
    """Address, wilaya, price and papers of an order say one place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._per_truck("Near", 14000, state_ids=cls.near.ids)
        cls._per_truck("Far", 90000, state_ids=cls.far.ids)
        cls._add_stock(cls.b8, 100 * 253)

    def _elsewhere(self, **values):
        """An offer for the client's address whose destination the rep changes to another wilaya."""
        order = self._pallets(10, **values)
        with Form(order) as form:
            form.destination_state_id = self.far
            form.destination_city_id = self.far_city
        order.action_set_transport()
        return order

    def _print(self, order):
        # sudo: the layout reads the company's banks, as in the report controller
        report = self.env["ir.actions.report"].sudo()
        html, _kind = report._render_qweb_html("sale.report_saleorder", order.ids)
        return html.decode()

    def test_conflict_is_told_and_not_confirmed(self):
        order = self._elsewhere()
        self.assertEqual(order.order_line.filtered("is_delivery").price_unit, 90000)
        with self.assertRaisesRegex(UserError, "Far Town.*Near Town"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertIn("Far Town", order.destination_conflict)

    def test_papers_say_the_priced_place(self):
        order = self._elsewhere()
        text = self._print(order)
        self.assertIn("Far Town", text.split("Place of delivery")[1].split("Trucks")[0])
        order.action_destination_from_address()
        text = self._print(order).split("Place of delivery")[1].split("Trucks")[0]
        self.assertNotIn("Far Town", text)
        self.assertIn("Near Town, Near", text)

    def test_deliver_to_the_destination_in_one_click(self):
        order = self._elsewhere()
        order.action_deliver_to_destination()
        site = order.partner_shipping_id
        self.assertEqual((site.state_id, site.city_id), (self.far, self.far_city))
        self.assertEqual(site.parent_id, self.client_partner)
        self.assertEqual(site.type, "delivery")
        self.assertEqual(order.destination_state_id, self.far)
        self.assertFalse(order.destination_conflict)
        order.action_confirm()
        self.assertEqual(order.picking_ids.partner_id, site)
        self.assertEqual(self.client_partner.city_id, self.city, "the client's own address stays")
        # the same site serves the next order
        again = self._elsewhere()
        again.action_deliver_to_destination()
        self.assertEqual(again.partner_shipping_id, site)

    def test_destination_goes_back_to_the_address_in_one_click(self):
        order = self._elsewhere()
        order.action_destination_from_address()
        self.assertEqual(order.destination_city_id, self.city)
        self.assertIn("14,000", order.transport_hint)
        order.action_confirm()
        self.assertEqual(order.picking_ids.partner_id, self.client_partner)

    def test_which_places_are_in_conflict(self):
        none = self.env["res.city"]
        for state, city, conflict in (
            (self.near, self.city, False),
            (self.near, none, False),
            (self.env["res.country.state"], none, False),
            (self.near, self.hill, True),
            (self.far, none, True),
            (self.far, self.far_city, True),
            (self.far, self.city, True),  # a commune left over from another wilaya
        ):
            for mode in ("delivered", "ex_works"):
                with self.subTest(state=state.name, city=city.name, mode=mode):
                    order = self._pallets(
                        destination_state_id=state.id,
                        destination_city_id=city.id,
                        delivery_mode=mode,
                    )
                    self.assertEqual(bool(order.destination_conflict), conflict)
                    if conflict:
                        with self.assertRaises(UserError):
                            order.action_confirm()
                    else:
                        order.action_confirm()
                        self.assertEqual(order.state, "sale")

    def test_address_without_a_wilaya_gets_its_site_when_the_order_is_confirmed(self):
        self.client_partner.write({"state_id": False, "city_id": False, "street": "Lot 5"})
        order = self._pallets(10, destination_state_id=self.far.id)
        self.assertFalse(order.destination_conflict)
        order.action_set_transport()
        order.action_confirm()
        site = order.picking_ids.partner_id
        self.assertEqual(site, order.partner_shipping_id)
        self.assertEqual((site.state_id, site.street), (self.far, "Lot 5"))

    def test_confirmed_order_stays_in_step(self):
        order = self._pallets(10)
        order.action_confirm()
        with self.assertRaisesRegex(ValidationError, "delivery address"):
            order.write({"destination_state_id": self.far.id, "destination_city_id": False})
        site = self.env["res.partner"].create(
            {
                "name": "Second site",
                "type": "delivery",
                "parent_id": self.client_partner.id,
                "state_id": self.far.id,
                "country_id": self.country.id,
            }
        )
        order.partner_shipping_id = site
        self.assertEqual(order.destination_state_id, self.far)
        self.assertEqual(order.picking_ids.partner_id, site, "the load goes there too")

    def test_load_on_its_truck_keeps_its_address(self):
        elsewhere = self.client_partner.copy({"state_id": self.far.id, "city_id": False})
        for kind in ("loading", "left"):
            with self.subTest(kind):
                order = self._pallets(10)
                order.action_confirm()
                picking = order.picking_ids
                picking.sudo().stage_id = self.env.ref(f"bti_sales.stage_{kind}")
                order.partner_shipping_id = elsewhere
                self.assertEqual(picking.partner_id, self.client_partner)

    def test_name_of_the_line_is_the_place_of_the_price(self):
        order = self._pallets(10)
        order.destination_state_id = self.far  # by RPC: the commune of the other wilaya stays
        order.action_set_transport()
        line = order.order_line.filtered("is_delivery")
        self.assertEqual(line.price_unit, 90000)
        self.assertNotIn("Near Town", line.name)

    def test_other_company_s_site_is_not_taken(self):
        order = self._elsewhere()
        theirs = self.env["res.partner"].create(
            {
                "name": "Theirs",
                "type": "delivery",
                "parent_id": self.client_partner.id,
                "company_id": self.other_company.id,
                "state_id": self.far.id,
                "city_id": self.far_city.id,
            }
        )
        order.action_deliver_to_destination()
        self.assertNotEqual(order.partner_shipping_id, theirs)


@tagged("-at_install", "post_install")
class TestDestinationPortal(TransportCommon, HttpCase):
    def test_client_signs_for_the_place_that_he_read(self):
        self._per_truck("Far", 90000, state_ids=self.far.ids)
        self.env["bti.sale.rule"].search([]).active = False
        new_test_user(
            self.env,
            "client_test",
            groups="base.group_portal",
            partner_id=self.client_partner.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
            lang="en_US",
        )
        order = self._pallets(
            10,
            destination_state_id=self.far.id,
            destination_city_id=self.far_city.id,
            require_signature=True,
            require_payment=False,
        )
        order.action_set_transport()
        order.action_quotation_sent()
        self.authenticate("client_test", "client_test")
        page = self.url_open(f"/my/orders/{order.id}").text
        self.assertIn("Far Town, Far", page)
        answer = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept", {"name": "Karim Test", "signature": PIXEL}
        )
        self.assertTrue(answer.get("force_refresh"), answer)
        order.invalidate_recordset()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.partner_id.city_id, self.far_city)
