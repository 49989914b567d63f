from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import BricksCommon
from .sale_rule_common import SaleRuleCommon
from .test_order_portal import PIXEL


@tagged("-at_install", "post_install")
class TestSaleRulePortal(SaleRuleCommon, BricksCommon, HttpCase):
    """The client signs: his signature is kept, whatever the rules of the house say."""

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

    def _sign(self):
        order = self._new_order(
            (self.b8, 20, self.b8.pallet_uom_id), require_signature=True, require_payment=False
        )
        order.action_quotation_sent()
        self.authenticate("client_test", "client_test")
        answer = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept", {"name": "Karim Test", "signature": PIXEL}
        )
        self.assertTrue(answer.get("force_refresh"), answer)
        order.invalidate_recordset()
        self.assertEqual(order.signed_by, "Karim Test")
        return order, self.url_open(f"/my/orders/{order.id}?message=sign_ok").text

    def test_a_warning_does_not_stop_the_client(self):
        self._new_rule(policy="warn")
        order, page = self._sign()
        self.assertEqual(order.state, "sale")
        self.assertIn("has been confirmed", page)
        self.assertEqual(order.sudo().rule_hit_ids.state, "read")

    def test_a_blocked_order_waits_and_the_rep_is_told(self):
        self._new_rule(policy="block", message="Secret of the house")
        order, page = self._sign()
        self.assertEqual((order.state, order.rule_state), ("sent", "held"))
        self.assertIn("We have your signature", page)
        self.assertNotIn("Secret of the house", page)
        activity = order.sudo().activity_ids
        self.assertEqual(activity.user_id, self.rep)
        self.assertIn("Secret of the house", activity.note)

    def test_an_approved_order_is_confirmed_at_once(self):
        self._new_rule(policy="ask")
        order, page = self._sign()
        self.assertEqual((order.state, order.rule_state), ("sent", "asked"))
        self.assertIn("We have your signature", page)
        activities = order.sudo().activity_ids
        self.assertIn(self.manager, activities.user_id)
        order.with_user(self.manager)._decide_rules("approved", "Fine")
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.sudo().picking_ids)
        self.assertFalse(order.sudo().activity_ids & activities)
