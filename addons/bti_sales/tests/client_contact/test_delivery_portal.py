from odoo.tests import HttpCase, new_test_user, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestDeliveryPortal(HttpCase, DeliveryCommon):
    """A client finds his deliveries on his own pages, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, "portal_deliveries", "base.group_portal", lang="en_US",
            password="portal_deliveries",
        )  # fmt: skip
        cls.portal.partner_id.parent_id = False
        cls.mine = cls._delivery_of(cls.portal.partner_id)
        cls.foreign = cls._new_delivery()
        cls.cancelled = cls._delivery_of(cls.portal.partner_id)
        cls.cancelled.action_cancel()

    @classmethod
    def _delivery_of(cls, partner):
        order = cls._new_order((cls.b8, 2530, None), partner_id=partner.id, user_id=cls.rep.id)
        order.partner_shipping_id = partner
        order.action_confirm()
        return order.sudo().picking_ids

    def test_own_deliveries(self):
        self.authenticate("portal_deliveries", "portal_deliveries")
        page = self.url_open("/my/deliveries")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.mine.name, page.text)
        self.assertIn("/t/", page.text)
        for hidden in (self.foreign, self.cancelled):
            self.assertNotIn(f">{hidden.name}<", page.text)
        self.assertNotIn("Delivery note\n", page.text)
        self.mine._move_to_stage(self.stages["left"])
        self.assertIn(f"/my/picking/pdf/{self.mine.id}", self.url_open("/my/deliveries").text)

    def test_home_counts_them(self):
        self.authenticate("portal_deliveries", "portal_deliveries")
        self.assertIn("/my/deliveries", self.url_open("/my").text)
        self.assertEqual(
            self.make_jsonrpc_request("/my/counters", {"counters": ["delivery_count"]}),
            {"delivery_count": 1},
        )

    def test_employee_has_none_of_a_client(self):
        new_test_user(self.env, "employee_portal", "base.group_user", password="employee_portal")
        self.authenticate("employee_portal", "employee_portal")
        page = self.url_open("/my/deliveries")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(self.mine.name, page.text)

    def test_nobody_without_login(self):
        self.authenticate(None, None)
        page = self.url_open("/my/deliveries", allow_redirects=False)
        self.assertEqual(page.status_code, 303)
