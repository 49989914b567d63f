from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import BricksCommon

# a 1 x 1 pixel: what the signature pad sends, without its prefix
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


@tagged("-at_install", "post_install")
class TestOrderPortal(BricksCommon, HttpCase):
    """The client sees what will be on the trucks, signs, and the order is confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_user = new_test_user(
            cls.env,
            "client_test",
            groups="base.group_portal",
            partner_id=cls.client_partner.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
        )
        cls.order = cls._new_order(
            (cls.b8, 20, cls.b8.pallet_uom_id), (cls.hourdis, 700, None), require_signature=True
        )
        cls.order.action_quotation_sent()

    def test_client_sees_pallets_and_trucks(self):
        self.authenticate("client_test", "client_test")
        page = self.url_open(f"/my/orders/{self.order.id}").text
        for expected in ("Full pallets", "5,060", "253 per pallet", "Semi-trailer test"):
            self.assertIn(expected, page)
        listing = self.url_open("/my/quotes").text
        self.assertIn(self.order.name, listing)

    def test_client_signs_and_the_order_is_confirmed(self):
        self.authenticate("client_test", "client_test")
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {"name": "Karim Test", "signature": PIXEL},
        )
        self.assertTrue(answer.get("force_refresh"))
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.signed_by, "Karim Test")
        self.assertTrue(self.order.sudo().picking_ids)
        orders = self.url_open("/my/orders").text
        self.assertIn("Trucks", orders)

    def test_a_stranger_sees_and_signs_nothing(self):
        new_test_user(self.env, "stranger_test", groups="base.group_portal")
        self.authenticate("stranger_test", "stranger_test")
        page = self.url_open(f"/my/orders/{self.order.id}")
        self.assertNotIn(self.order.name, page.text)
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept", {"name": "Nobody", "signature": PIXEL}
        )
        self.assertIn("error", answer)
        self.assertEqual(self.order.state, "sent")
        for token in ("wrong", ""):
            page = self.url_open(f"/my/orders/{self.order.id}?access_token={token}")
            self.assertNotIn("5,060", page.text)
