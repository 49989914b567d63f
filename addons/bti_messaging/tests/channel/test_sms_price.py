from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..common import MessagingCase


class TestSmsPrice(MessagingCase):
    def _price(self, user):
        company = user.company_id
        Channel = self.env["bti.channel"].with_user(user)
        return Channel.with_context(allowed_company_ids=company.ids).get_sms_price()

    def test_every_employee_reads_the_price_of_his_company(self):
        self._create_kannel(cost_per_part=3.5, max_parts=4)
        expected = {
            "cost_per_part": 3.5,
            "currency_id": self.company_a.currency_id.id,
            "max_parts": 4,
        }
        for user in (self.employee_a, self.agent_a, self.manager_a):
            with self.subTest(user.login):
                self.assertEqual(self._price(user), expected)
        self.assertEqual(self._price(self.agent_b)["cost_per_part"], 0.0)

    def test_without_active_channel_there_is_no_price_and_no_limit(self):
        self.trial_a.state = "paused"
        price = self._price(self.employee_a)
        self.assertEqual((price["cost_per_part"], price["max_parts"]), (0.0, 0))

    def test_a_company_that_sends_otherwise_has_none(self):
        self.company_a.sms_provider = "iap"
        self.assertIs(self._price(self.employee_a), False)

    def test_portal_users_do_not_read_it(self):
        portal = new_test_user(
            self.env,
            login="portal_a",
            groups="base.group_portal",
            company_id=self.company_a.id,
            company_ids=[(6, 0, self.company_a.ids)],
        )
        with self.assertRaises(AccessError):
            self._price(portal)
