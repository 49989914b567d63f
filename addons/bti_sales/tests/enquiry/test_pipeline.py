from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .test_quote_needs import QuoteNeedsCommon


@tagged("post_install", "-at_install")
class TestPipeline(QuoteNeedsCommon):
    """An enquiry goes forward with its quotation, and is worth what it may bring."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep.lang = "en_US"
        cls.quoted = cls.env["crm.stage"].search([("is_quoted", "=", True)])
        cls.client_partner.property_product_pricelist = False

    def new_quoted(self):
        """:return: an enquiry of 2,530 bricks, and its quotation"""
        lead = self._new_lead({"product_id": self.b8.id, "pieces": 2530}, type="opportunity")
        lead.action_quote_needs()
        return lead, lead.order_ids

    def test_enquiry_follows_its_quotation(self):
        lead, order = self.new_quoted()
        self.assertEqual(len(self.quoted), 1)
        self.assertLess(lead.stage_id.sequence, self.quoted.sequence)
        order.action_quotation_sent()
        self.assertEqual(lead.stage_id, self.quoted)
        order.action_confirm()
        self.assertTrue(lead.stage_id.is_won)

    def test_nothing_goes_back(self):
        lead, order = self.new_quoted()
        lead.action_set_won()
        order.action_quotation_sent()
        self.assertTrue(lead.stage_id.is_won)

    def test_who_orders_was_not_lost(self):
        lead, order = self.new_quoted()
        lead.action_set_lost()
        order.action_confirm()
        self.assertTrue(lead.active)
        self.assertTrue(lead.stage_id.is_won)

    def test_salesperson_is_asked_when_nothing_is_left(self):
        lead, order = self.new_quoted()
        second = order.copy({"opportunity_id": lead.id})
        order._action_cancel()
        self.assertFalse(lead.activity_ids, "another quotation is open")
        second._action_cancel()
        [activity] = lead.activity_ids
        self.assertEqual(activity.user_id, self.rep)
        self.assertIn(second.name, activity.summary)

    def test_worth_of_an_enquiry(self):
        price = self.b8.lst_price
        lead = self._new_lead({"product_id": self.b8.id, "pieces": 2530}, type="opportunity")
        self.assertEqual(lead.expected_revenue, 2530 * price)
        lead.expected_revenue = 5  # the rep knows better
        self.assertEqual(lead.expected_revenue, 5)
        lead.need_ids.pieces = 5060
        self.assertEqual(lead.expected_revenue, 5060 * price)
        lead.action_quote_needs()
        order = lead.order_ids
        order.order_line.price_unit /= 2
        self.assertEqual(lead.expected_revenue, order.amount_untaxed)
        second = order.copy({"opportunity_id": lead.id})
        self.assertEqual(lead.expected_revenue, 2 * order.amount_untaxed)
        second.action_confirm()
        self.assertEqual(lead.expected_revenue, second.amount_untaxed)

    def test_losing_what_was_ordered_asks(self):
        lead, order = self.new_quoted()
        order.action_confirm()
        with self.assertRaises(ValidationError):  # Odoo's own: won is not lost
            lead.action_set_lost()
        lead.stage_id = self.quoted
        form = Form(
            self.env["crm.lead.lost"].with_user(self.rep).with_context(default_lead_ids=lead.ids)
        )
        wizard = form.save()
        self.assertEqual(wizard.ordered, order.name)
        with self.assertRaises(UserError):
            wizard.action_lost_reason_apply()
        wizard.is_sure = True
        wizard.action_lost_reason_apply()
        self.assertFalse(lead.active)
