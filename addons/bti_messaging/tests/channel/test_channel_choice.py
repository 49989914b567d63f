from odoo import fields
from odoo.tests import Form, warmup

from ...gateways.base import OutgoingMessage
from ..common import MOBILE, OTHER_MOBILE, MessagingCase

FOREIGN = "+33612345678"


class TestChannelChoice(MessagingCase):
    """Company A has two real channels, "First" (2.5) and "Second" (2.0), and the trial."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["bti.operator"].search([]).action_archive()
        cls.mobilis, cls.ooredoo = cls.env["bti.operator"].create(
            [
                {"name": name, "country_id": cls.country.id, "prefixes": prefix}
                for name, prefix in [("M", "6"), ("O", "5")]
            ]
        )
        cls.first = cls._create_kannel(name="First", sequence=1)
        cls.second = cls._create_kannel(name="Second", sequence=2, cost_per_part=2.0)
        cls.none = cls.env["bti.channel"]

    def _choose(self, number=MOBILE, purpose="transactional", company=None, exclude=None):
        [channel] = self.env["bti.channel"]._choose_channels(
            company or self.company_a, "sms", [(number, purpose)], exclude=exclude
        )
        return channel

    def _set_problem(self, channel, hours=1):
        channel.problem = "unreachable"
        channel.blocked_until = fields.Datetime.add(fields.Datetime.now(), hours=hours)

    def test_first_that_can_carry_the_message(self):
        self.assertEqual(self._choose(), self.first)
        self.assertEqual(self._choose(company=self.company_b), self.trial_b)

    def test_each_obstacle_passes_a_channel_over(self):
        future = fields.Datetime.add(fields.Datetime.now(), hours=1)
        obstacles = {
            "problem": {"problem": "credentials", "blocked_until": future},
            "paused": {"state": "paused"},
            "draft": {"state": "draft"},
            "archived": {"active": False},
            "other purpose": {"purposes": "marketing"},
            "other operator": {"operator_ids": [(6, 0, self.mobilis.ids)]},
        }
        for name, vals in obstacles.items():
            with self.subTest(name), self.cr.savepoint() as savepoint:
                self.first.write(vals)
                self.assertEqual(self._choose(), self.second)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_channel_is_tried_again_when_its_time_has_come(self):
        self._set_problem(self.first, hours=-1)
        self.assertEqual(self._choose(), self.first)

    def test_message_waits_with_the_first_when_none_can_carry_it(self):
        self._set_problem(self.first)
        self._set_problem(self.second)
        self.assertEqual(self._choose(), self.first)
        self.first.state = "paused"
        self.assertEqual(self._choose(), self.second)
        self.second.state = "paused"
        self.assertEqual(self._choose(), self.first)

    def test_trial_steps_in_for_no_real_channel_before_it(self):
        (self.first | self.second).action_pause()
        self.assertEqual(self._choose(), self.first)
        (self.first | self.second).write({"state": "draft"})
        self.assertEqual(self._choose(), self.trial_a)
        # unless somebody has put it first
        (self.first | self.second).write({"state": "active"})
        self.trial_a.sequence = 0
        self.assertEqual(self._choose(), self.trial_a)

    def test_operators_are_a_wish_and_purposes_a_limit(self):
        self.first.operator_ids = self.mobilis
        self.second.operator_ids = self.ooredoo
        self.assertEqual(self._choose(OTHER_MOBILE), self.first)
        self.assertEqual(self._choose(MOBILE), self.second)
        # nobody is meant for it, and prefixes are a guess
        self.assertEqual(self._choose(FOREIGN), self.first)
        # a channel that is meant for it and will be able again is better than another's
        self._set_problem(self.second)
        self.assertEqual(self._choose(MOBILE), self.second)
        (self.first | self.second).write({"purposes": "transactional"})
        self.assertEqual(self._choose(MOBILE, "marketing"), self.none)

    def test_lowest_cost(self):
        self.company_a.messaging_choice = "cost"
        self.assertEqual(self._choose(MOBILE), self.second)
        self.env["bti.channel.price"].create(
            {
                "channel_id": self.first.id,
                "operator_id": self.mobilis.id,
                "cost_per_part": 1.0,
            }
        )
        self.assertEqual(self._choose(OTHER_MOBILE), self.first)
        self.assertEqual(self._choose(MOBILE), self.second)
        self.second.cost_per_part = 2.5
        self.assertEqual(self._choose(MOBILE), self.first)

    def test_nobody_moves_from_a_channel_that_is_down_to_another_that_is_down(self):
        self.assertEqual(self._choose(exclude=self.first), self.second)
        self._set_problem(self.second)
        self.assertEqual(self._choose(exclude=self.first), self.none)
        self.assertEqual(self._choose(exclude=self.none), self.first)

    def test_channel_whose_own_budget_is_used_up_is_spared(self):
        budget = self.env["bti.budget"].create(
            {
                "name": "First",
                "company_id": self.company_a.id,
                "channel_id": self.first.id,
                "amount": 5.0,
            }
        )
        marketing = {"purpose": "marketing"}
        self._create_message(self.first, **marketing)
        self.assertEqual(self._choose(purpose="marketing"), self.first)
        # still queued, yet it counts
        self._create_message(self.first, **marketing)
        self.assertEqual(self._choose(purpose="marketing"), self.second)
        self.assertEqual(self._choose(), self.first)
        budget.amount = 50.0
        self.assertEqual(self._choose(purpose="marketing"), self.first)
        budget.write({"amount": 5.0, "on_used_up": "alert"})
        self.assertEqual(self._choose(purpose="marketing"), self.first)

    @warmup
    def test_choice_for_many_costs_as_many_queries_as_for_one(self):
        self.env["bti.budget"].create(
            {"name": "F", "company_id": self.company_a.id, "channel_id": self.first.id, "amount": 5}
        )
        wishes = [
            (f"+213{5 + number % 3}501{number:05}", ("transactional", "marketing")[number % 2])
            for number in range(1000)
        ]
        choose = self.env["bti.channel"]._choose_channels
        choose(self.company_a, "sms", wishes[:1])  # prefixes and prices are read once
        self.env.flush_all()
        self.env.invalidate_all()
        # channels (search, operators), company, currency, budgets, two sums
        with self.assertQueryCount(8):
            chosen = choose(self.company_a, "sms", wishes)
        self.assertEqual(len(chosen), 1000)
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            choose(self.company_a, "sms", wishes[:1])

    def test_sms_of_odoo_are_spread_over_the_channels(self):
        self.first.operator_ids = self.mobilis
        queued = self.Message._queue_sms(
            self.company_a,
            [
                {"sms_uuid": "a" * 32, "number": MOBILE, "body": "x"},
                {"sms_uuid": "b" * 32, "number": OTHER_MOBILE, "body": "x"},
            ],
        )
        self.assertEqual(queued["a" * 32].channel_id, self.second)
        self.assertEqual(queued["b" * 32].channel_id, self.first)

    def test_message_sent_again_leaves_a_paused_channel(self):
        message = self._create_message(self.first)
        message._update_state("failed")
        self.first.action_pause()
        self.assertEqual(message._retry().channel_id, self.second)

    # === SENDER === #

    def test_sender_follows_the_purpose_up_to_the_provider(self):
        self.first.marketing_external_id = "BTI PROMO"
        with self.fake_kannel(self.first) as fake:
            expected = self._create_message(self.first)
            marketing = self._create_message(self.first, OTHER_MOBILE, purpose="marketing")
            self.assertIsInstance(marketing._prepare_outgoing(), OutgoingMessage)
            self.run_channel(self.first)
            self.assertEqual(set((expected | marketing).mapped("state")), {"sent"})
            senders = {request["to"]: request["from"] for request in fake.requests}
        self.assertEqual(senders, {MOBILE: "3000", OTHER_MOBILE: "BTI PROMO"})

    # === THE QUESTION === #

    def test_wizard_tells_the_channel_and_why(self):
        self.first.state = "paused"
        self.second.marketing_external_id = "PROMO"
        wizard = Form(self.env["bti.channel.choice"].with_user(self.agent_a))
        wizard.number = "0550 12 34 56"
        wizard.purpose = "marketing"
        wizard.body = "a" * 161
        self.assertEqual(wizard.channel_id, self.second)
        self.assertEqual(wizard.operator_id, self.ooredoo)
        self.assertEqual((wizard.e164, wizard.parts, wizard.cost), (MOBILE, 2, 4.0))
        self.assertEqual(wizard.sender, "PROMO")
        for text in ("belongs to O", "First", "It is paused", "It is a trial", "in their order"):
            self.assertIn(text, wizard.explanation)
        wizard.number = "nobody"
        self.assertIn("not a phone number", wizard.explanation)
        (self.first | self.second).write({"purposes": "transactional"})
        wizard.number = "0550 12 34 57"
        self.assertFalse(wizard.channel_id)
        self.assertIn("it would fail", wizard.explanation)
