from ..campaign_common import CampaignCase


class TestBudgetCampaign(CampaignCase):
    """Three recipients at 2.50 a part; the month has room for four parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_clients(3)

    def _budget(self, **vals):
        return self.env["bti.budget"].create(
            {
                "name": "SMS of the month",
                "company_id": self.company_a.id,
                "amount": 10.0,
                "on_used_up": "stop_all",
                "user_id": self.manager_a.id,
                **vals,
            }
        )

    def _figures(self, budget):
        budget.invalidate_recordset()
        return budget.spent, budget.waiting

    def test_paused_campaign_leaves_its_room_to_others(self):
        self._expect_room_after("action_sms_pause")

    def test_archived_campaign_leaves_its_room_to_others(self):
        self._expect_room_after("action_archive")

    def _expect_room_after(self, hold):
        budget = self._budget()
        campaign = self._create_campaign()
        self.launch(campaign)
        self.assertEqual(self._figures(budget), (0.0, 7.5))
        getattr(campaign, hold)()
        self.assertEqual(self._figures(budget), (0.0, 0.0))
        with self.fake_kannel(self.kannel_a) as fake:
            others = [
                self._create_message(self.kannel_a, purpose="marketing") for _number in range(4)
            ]
            self.run_channel(self.kannel_a)
            self.assertEqual(len(fake.requests), 4)
        self.assertEqual({other.state for other in others}, {"sent"})
        self.assertEqual(self._figures(budget), (10.0, 0.0))
        self.assertEqual(set(self.messages(campaign).mapped("state")), {"outgoing"})

    def test_pause_gives_back_what_was_let_go_and_resuming_asks_again(self):
        budget = self._budget()
        campaign = self._create_campaign()
        self.launch(campaign)
        self.run_channel(self.kannel_a)  # nobody answers there: let go, not sent
        self.assertEqual(self._figures(budget), (7.5, 0.0))
        campaign.action_sms_pause()
        self.run_channel(self.kannel_a)
        self.assertEqual(self._figures(budget), (0.0, 0.0))
        with self.fake_kannel(self.kannel_a) as fake:
            self.kannel_a.action_try_again()
            self._create_message(self.kannel_a, purpose="marketing")
            self._create_message(self.kannel_a, purpose="marketing")
            self.run_channel(self.kannel_a)
            self.assertEqual(len(fake.requests), 2)
            campaign.action_sms_resume()
            self.run_channel(self.kannel_a)
            # the budget is never exceeded: one of the three waits for the next month
            self.assertEqual(len(fake.requests), 4)
        self.assertEqual(self._figures(budget), (10.0, 2.5))

    def test_budget_that_only_alerts_counts_no_paused_campaign(self):
        budget = self._budget(on_used_up="alert")
        campaign = self._create_campaign()
        self.launch(campaign)
        self.assertEqual(self._figures(budget), (7.5, 0.0))
        campaign.action_sms_pause()
        self.assertEqual(self._figures(budget), (0.0, 0.0))
        campaign.action_sms_resume()
        self.assertEqual(self._figures(budget), (7.5, 0.0))
