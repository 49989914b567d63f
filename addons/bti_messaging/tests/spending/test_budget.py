from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, warmup
from odoo.tools import mute_logger

from ...models.spending import release as bti_budget_release
from ..common import MessagingCase

NOW = "2026-11-25 12:00:00"


class TestBudget(MessagingCase):
    """One part costs 10 on the trial channel of company A."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.trial_a
        cls.channel.cost_per_part = 10.0
        cls.Budget = cls.env["bti.budget"]

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOW))

    def _create_budget(self, amount, **vals):
        return self.Budget.create(
            {
                "name": "SMS of the month",
                "company_id": self.company_a.id,
                "amount": amount,
                "on_used_up": "stop_all",
                "user_id": self.manager_a.id,
                **vals,
            }
        )

    def _create(self, count, channel=None, **vals):
        return self.Message.browse().concat(
            *(self._create_message(channel or self.channel, **vals) for _number in range(count))
        )

    def _figures(self, budget):
        budget.invalidate_recordset()
        return budget.spent, budget.waiting

    # === FIGURES === #

    def test_figures_count_what_is_queued_and_what_was_sent(self):
        budget = self._create_budget(100.0, on_used_up="alert")
        other = self._create_budget(100.0, on_used_up="alert", purpose="marketing")
        self._create(2)
        self._create(1, purpose="marketing")._update_state("sent")
        self._create(1).action_cancel()
        self._create(1, channel=self.trial_b)
        self.assertEqual(self._figures(budget), (30.0, 0.0))
        self.assertEqual(self._figures(other), (10.0, 0.0))
        self.assertEqual((budget.left, budget.percent, budget.status), (70.0, 30.0, "ok"))
        self._create(5)
        budget.invalidate_recordset()
        self.assertEqual(budget.status, "alert")
        self._create(2)
        budget.invalidate_recordset()
        self.assertEqual((budget.left, budget.status), (0.0, "used_up"))

    def test_month_is_that_of_the_company(self):
        budget = self._create_budget(100.0, on_used_up="alert")
        with freeze_time("2026-10-31 22:30:00"):
            self._create(1)
        with freeze_time("2026-10-31 23:30:00"):  # the first of November in Algiers
            self._create(2)
        budget.invalidate_recordset()
        self.assertEqual((budget.spent, budget.last_month), (20.0, 10.0))

    @warmup
    def test_figures_of_many_budgets_cost_as_many_queries_as_of_one(self):
        budgets = self.Budget.browse().concat(
            *(self._create_budget(100.0, on_used_up="alert") for _number in range(5))
        )
        self._create(2)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            budgets.mapped("percent")

    # === STOP === #

    def test_a_burst_cannot_overspend(self):
        budget = self._create_budget(35.0)
        messages = self._create(6)
        self.assertEqual(set(messages.mapped("budget_held")), {True})
        self.run_channel(self.channel)
        self.assertEqual(messages.mapped("state"), ["sent"] * 3 + ["outgoing"] * 3)
        self.assertEqual(self._figures(budget), (30.0, 30.0))
        self.assertIn("budget", messages[3].waiting_reason)
        for _number in range(3):
            self.run_channel(self.channel)
        self.assertEqual(self._figures(budget), (30.0, 30.0))

    def test_several_channels_share_a_budget(self):
        second = self.trial_a.copy({"name": "Second", "state": "active", "cost_per_part": 20.0})
        budget = self._create_budget(50.0)
        one, two = self._create(4), self._create(4, channel=second)
        self.run_channel(self.channel)
        self.run_channel(second)
        self.assertEqual(one.mapped("state").count("sent"), 4)
        self.assertEqual(two.mapped("state").count("sent"), 0)
        self.assertEqual(self._figures(budget), (40.0, 80.0))

    def test_held_messages_go_when_the_amount_is_raised(self):
        budget = self._create_budget(10.0)
        messages = self._create(3)
        self.run_channel(self.channel)
        before = self.triggers(self.channel)
        budget.amount = 30.0
        self.assertGreater(self.triggers(self.channel), before)
        self.run_channel(self.channel)
        self.assertEqual(set(messages.mapped("state")), {"sent"})

    def test_held_messages_go_when_the_budget_is_gone(self):
        for way in ("unlink", "action_archive"):
            with self.subTest(way):
                budget = self._create_budget(0.0)
                message = self._create(1)
                self.run_channel(self.channel)
                self.assertEqual(message.state, "outgoing")
                getattr(budget, way)()
                self.run_channel(self.channel)
                self.assertEqual(message.state, "sent")

    def test_held_messages_go_when_the_next_month_begins(self):
        budget = self._create_budget(20.0)
        messages = self._create(3)
        self.run_channel(self.channel)
        wakes = self.env["ir.cron.trigger"].search([("cron_id", "=", self.channel.ir_cron_id.id)])
        self.assertIn(datetime(2026, 11, 30, 23), wakes.mapped("call_at"))
        with freeze_time("2026-11-30 23:00:05"):
            self.run_channel(self.channel)
            self.assertEqual(set(messages.mapped("state")), {"sent"})
            self.assertEqual(messages[2].charged_on, date(2026, 12, 1))
            budget.invalidate_recordset()
            self.assertEqual((budget.spent, budget.last_month), (10.0, 20.0))

    def test_marketing_stops_and_expected_messages_go_on(self):
        budget = self._create_budget(20.0, on_used_up="stop_marketing")
        marketing = self._create(3, purpose="marketing")
        expected = self._create(1)
        self.assertFalse(expected.budget_held)
        self.run_channel(self.channel)
        # what clients expect is paid first
        self.assertEqual(marketing.mapped("state"), ["sent", "outgoing", "outgoing"])
        self.assertEqual(expected.state, "sent")
        more = self._create(4)
        self.run_channel(self.channel)
        self.assertEqual(set(more.mapped("state")), {"sent"})
        self.assertEqual(self._figures(budget), (60.0, 20.0))

    def test_dear_message_lets_smaller_ones_pass(self):
        self._create_budget(25.0)
        dear = self._create(1, body="a" * 400)
        cheap = self._create(2)
        self.run_channel(self.channel)
        self.assertEqual(dear.state, "outgoing")
        self.assertEqual(set(cheap.mapped("state")), {"sent"})

    def test_free_messages_always_go(self):
        self._create_budget(0.0)
        self.channel.cost_per_part = 0.0
        message = self._create(1)
        self.run_channel(self.channel)
        self.assertEqual(message.state, "sent")

    def test_paused_channel_takes_nothing_from_the_budget(self):
        budget = self._create_budget(20.0)
        self._create(2)
        self.channel.action_pause()
        self.run_channel(self.channel)
        self.assertEqual(self._figures(budget), (0.0, 20.0))

    def test_failed_and_canceled_messages_give_their_money_back(self):
        budget = self._create_budget(20.0)
        messages = self._create(3)
        self.Budget._release_serialised(self.channel)
        self.assertEqual(self._figures(budget), (20.0, 10.0))
        messages[0].action_cancel()
        self.run_channel(self.channel)
        self.assertEqual(messages.mapped("state"), ["canceled", "sent", "sent"])
        self.assertEqual(self._figures(budget), (20.0, 0.0))

    def test_new_budget_holds_what_is_already_queued(self):
        messages = self._create(3)
        other = self._create(1, channel=self.trial_b)
        self.assertFalse(any(messages.mapped("budget_held")))
        budget = self._create_budget(10.0)
        self.run_channel(self.channel)
        self.assertEqual(messages.mapped("state").count("sent"), 1)
        self.assertEqual(messages.mapped("budget_held").count(True), 2)
        self.assertEqual(self._figures(budget), (10.0, 20.0))
        self.assertFalse(other.budget_held)

    # === CHANGES === #

    def test_user_who_changes_a_budget_does_not_wait_for_the_queue(self):
        messages = self._create(3)
        before = messages.read(["budget_held", "budget_round", "charged_on"])
        budget = self._create_budget(10.0)
        budget.amount = 20.0
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(messages.read(["budget_held", "budget_round", "charged_on"]), before)
        self.assertFalse(
            self.Message.search(self.Message._get_queue_domain(self.channel)),
            "yet nothing goes before the job has looked at it again",
        )

    def test_budgets_that_stop_nothing_leave_the_queue_alone(self):
        messages = self._create(1)
        budget = self._create_budget(10.0, on_used_up="alert")
        budget.amount = 0.0
        budget.user_id = self.env.user
        self.assertEqual(
            self.Message.search(self.Message._get_queue_domain(self.channel)), messages
        )

    def test_job_looks_again_in_batches_and_goes_on_after_an_interruption(self):
        messages = self._create(5) | self._create(2, purpose="marketing")
        self._create_budget(20.0)
        with patch.object(bti_budget_release, "RELEASE_LIMIT", 2):
            with (
                patch.object(type(self.Message), "write", side_effect=ZeroDivisionError),
                self.assertRaises(ZeroDivisionError),
            ):
                self.Budget._look_again(self.channel)
            self.assertFalse(self.Message.search(self.Message._get_queue_domain(self.channel)))
            for _number in range(4):
                self.run_channel(self.channel)
        self.assertEqual(messages.mapped("state").count("sent"), 2)
        self.assertEqual(messages.mapped("budget_held").count(True), 5)

    def test_change_in_the_middle_of_a_run_holds_for_its_next_messages(self):
        messages = self._create(4)
        Message = type(self.Message)
        original, batches = Message._try_to_send, []

        def try_to_send(records, gateway):
            if not batches:
                self._create_budget(20.0).env.flush_all()
            batches.append(records)
            return original(records, gateway)

        with patch.object(Message, "_try_to_send", try_to_send):
            self.run_channel(self.channel)
            self.assertEqual(messages.mapped("state").count("sent"), 1)
            self.run_channel(self.channel)
        self.assertEqual(messages.mapped("state").count("sent"), 2, "one before, one after")

    def test_message_written_without_seeing_the_change_does_not_slip_through(self):
        budget = self._create_budget(10.0)
        late = self._create(2)
        # as a transaction writes it that began before the budget was there
        late.write(
            {
                "budget_held": False,
                "budget_round": self.channel.budget_round - 1,
                "charged_on": date(2026, 11, 25),
            }
        )
        self.run_channel(self.channel)
        self.assertEqual(late.mapped("state").count("sent"), 1)
        self.assertEqual(self._figures(budget), (10.0, 10.0))

    def test_process_that_has_not_heard_of_the_change_yet_sees_it_all_the_same(self):
        self.assertFalse(self._create(1).budget_held)
        with patch.object(type(self.env.registry), "clear_cache", lambda *args: None):
            self._create_budget(10.0)
        self.assertTrue(self._create(1).budget_held)

    def test_money_given_back_by_one_channel_is_for_the_others(self):
        second = self.trial_a.copy({"name": "Second", "state": "active"})
        queued = self._create(2)
        waiting = self._create(1, channel=second)
        self._create_budget(10.0)
        self.run_channel(second)
        self.assertEqual(waiting.state, "outgoing", "the other one's queue is still charged")
        self.forget_triggers(second)
        self.channel.action_pause()
        self.run_channel(self.channel)
        self.assertTrue(self.triggers(second))
        self.run_channel(second)
        self.assertEqual((waiting.state, *queued.mapped("state")), ("sent", *["outgoing"] * 2))

    def test_all_budgets_of_a_message_must_have_room(self):
        company = self._create_budget(100.0)
        own = self._create_budget(20.0, channel_id=self.channel.id, purpose="marketing")
        messages = self._create(3, purpose="marketing")
        expected = self._create(1)
        self.run_channel(self.channel)
        self.assertEqual(messages.mapped("state").count("sent"), 2)
        self.assertEqual(expected.state, "sent")
        self.assertEqual(self._figures(company), (30.0, 10.0))
        self.assertEqual(self._figures(own), (20.0, 10.0))

    def test_message_that_moves_is_held_by_the_budget_of_its_new_channel(self):
        second = self.trial_a.copy({"name": "Second", "state": "active"})
        self._create_budget(5.0, channel_id=second.id)
        message = self._create(1)
        self.assertFalse(message.budget_held)
        message.channel_id = second
        self.assertTrue(message.budget_held)

    def test_another_job_that_spends_at_the_same_time_makes_this_one_wait(self):
        self._create_budget(100.0)
        message = self._create(1)
        original = type(self.Budget).try_lock_for_update
        self.patch(
            type(self.Budget),
            "try_lock_for_update",
            lambda records, **kwargs: (
                records.browse() if records._name == "bti.budget" else original(records, **kwargs)
            ),
        )
        self.Budget._release_serialised(self.channel)
        self.assertTrue(message.budget_held)
        self.assertTrue(self.triggers(self.channel))

    # === BAD INPUT === #

    def test_senseless_budgets_are_refused_with_the_reason(self):
        with self.assertRaisesRegex(ValidationError, "would stop nothing"), self.cr.savepoint():
            self._create_budget(1.0, purpose="transactional", on_used_up="stop_marketing")
        for vals in ({"amount": -1.0}, {"alert_percent": 0}, {"alert_percent": 101}):
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self._create_budget(**{"amount": 1.0, **vals})

    # === ALERTS === #

    def test_each_threshold_is_told_once_a_month(self):
        budget = self._create_budget(100.0, on_used_up="alert")
        self._create(7)
        self.Budget._cron_check_alerts()
        self.assertFalse(budget.alert_ids)
        self._create(1)
        for _number in range(2):
            self.Budget._cron_check_alerts()
        self.assertEqual(budget.alert_ids.mapped("threshold"), [80])
        [activity] = budget.activity_ids
        self.assertEqual(activity.user_id, self.manager_a)
        self.assertIn("80", activity.summary)
        self.assertEqual(self.notified(budget), self.manager_a.partner_id)
        self._create(2)
        self.Budget._cron_check_alerts()
        self.assertEqual(set(budget.alert_ids.mapped("threshold")), {80, 100})
        budget.amount = 110.0
        self.Budget._cron_check_alerts()
        self.assertEqual(len(budget.alert_ids), 2)
        with freeze_time("2026-12-05 12:00:00"):
            self._create(12)
            self.Budget._cron_check_alerts()
            self.assertEqual(len(budget.alert_ids), 4)

    def test_database_lets_no_alert_be_given_twice(self):
        budget = self._create_budget(100.0)
        vals = {"budget_id": budget.id, "month": date(2026, 11, 1), "threshold": 80}
        self.env["bti.budget.alert"].create(vals)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.env["bti.budget.alert"].create(vals)

    def test_alert_comes_with_what_is_held_too(self):
        budget = self._create_budget(20.0)
        self._create(5)
        cron = self.env.ref("bti_messaging.ir_cron_watch_channels")
        trigger = [("cron_id", "=", cron.id)]
        before = self.env["ir.cron.trigger"].search_count(trigger)
        self.run_channel(self.channel)
        self.assertGreater(self.env["ir.cron.trigger"].search_count(trigger), before)
        self.Budget._cron_check_alerts()
        self.assertEqual(set(budget.alert_ids.mapped("threshold")), {80, 100})

    def test_alert_speaks_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        reader = new_test_user(
            self.env,
            login="reader",
            groups="bti_messaging.group_messaging_manager",
            lang="fr_FR",
            company_id=self.company_a.id,
            company_ids=[(6, 0, self.company_a.ids)],
        )
        budget = self._create_budget(10.0, user_id=reader.id)
        seen = []
        budget._bti_alert(reader, lambda record: (seen.append(record.env.lang) or "s", "t"))
        self.assertEqual(seen, ["fr_FR"])

    def test_nobody_is_told_about_what_he_may_not_read(self):
        budget = self._create_budget(10.0)
        self.assertFalse(
            budget._bti_alert(self.employee_a | self.manager_b, lambda record: ("s", "t"))
        )
        self.assertIn("s t", budget.message_ids[0].body)
