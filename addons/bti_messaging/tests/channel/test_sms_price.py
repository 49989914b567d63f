from datetime import timedelta
from uuid import uuid4

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..common import MOBILE, OTHER_MOBILE, MessagingCase


class TestSmsPrice(MessagingCase):
    def _price(self, user, *args, **kwargs):
        company = user.company_id
        Channel = self.env["bti.channel"].with_user(user)
        return Channel.with_context(allowed_company_ids=company.ids).get_sms_price(*args, **kwargs)

    def _paid(self, number):
        """:return: what one SMS to the number costs when it is written"""
        entry = {"sms_uuid": uuid4().hex, "number": number, "body": "Bonjour"}
        [message] = self.Message._queue_sms(self.company_a, [entry]).values()
        return message.cost

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

    def test_without_channel_there_is_no_price_and_no_limit(self):
        self.trial_a.state = "draft"
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

    def test_the_counter_shows_what_is_paid(self):
        """The price of the number, on the channel that carries its messages now."""
        first = self._create_kannel(name="First", sequence=1, cost_per_part=3.0, max_parts=4)
        second = self._create_kannel(name="Second", sequence=2, cost_per_part=2.0, max_parts=3)
        self.env["bti.operator"].search([]).action_archive()
        operator = self.env["bti.operator"].create(
            {"name": "O", "country_id": self.country.id, "prefixes": "5"}
        )
        for channel, cost in ((first, 1.25), (second, 5.5)):
            self.env["bti.channel.price"].create(
                {"channel_id": channel.id, "operator_id": operator.id, "cost_per_part": cost}
            )
        in_an_hour = fields.Datetime.now() + timedelta(hours=1)
        in_trouble = {"problem": "unreachable", "blocked_until": in_an_hour}
        cases = {
            "the operator has a price of its own": ({}, "0550 12 34 56", 1.25, 4),
            "another operator": ({}, OTHER_MOBILE, 3.0, 4),
            "nobody knows to whom": ({}, "", 3.0, 4),
            "the first cannot send": (in_trouble, MOBILE, 5.5, 3),
            "the first is paused": ({"state": "paused"}, OTHER_MOBILE, 2.0, 3),
            "the first carries offers only": ({"purposes": "marketing"}, MOBILE, 5.5, 3),
            "the first is for another operator": (
                {"operator_ids": [(6, 0, operator.ids)]},
                OTHER_MOBILE,
                2.0,
                3,
            ),
        }
        for name, (vals, number, cost, max_parts) in cases.items():
            paid_number = MOBILE if number.startswith("0") else number
            with self.subTest(name), self.cr.savepoint() as savepoint:
                first.write(vals)
                price = self._price(self.employee_a, number)
                self.assertEqual((price["cost_per_part"], price["max_parts"]), (cost, max_parts))
                self.assertEqual(self._paid(paid_number or OTHER_MOBILE), cost)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_counter_passes_over_a_channel_whose_budget_is_used_up(self):
        first = self._create_kannel(name="First", sequence=1, cost_per_part=3.0)
        self._create_kannel(name="Second", sequence=2, cost_per_part=2.0)
        self.env["bti.budget"].create(
            {
                "name": "Small",
                "company_id": self.company_a.id,
                "channel_id": first.id,
                "amount": 3.0,
                "on_used_up": "stop_all",
            }
        )
        self._create_message(first)
        self.assertEqual(self._price(self.employee_a, MOBILE)["cost_per_part"], 2.0)
        self.assertEqual(self._paid(MOBILE), 2.0)

    def test_the_counter_of_a_campaign_shows_what_offers_cost(self):
        self._create_kannel(sequence=1, cost_per_part=3.0, purposes="transactional")
        self._create_kannel(sequence=2, cost_per_part=2.0)
        price = self._price(self.employee_a, MOBILE, purpose="marketing")
        self.assertEqual(price["cost_per_part"], 2.0)
        self.assertEqual(self._price(self.employee_a, MOBILE)["cost_per_part"], 3.0)
