from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..campaign_common import CampaignCase


class TestCampaignControl(CampaignCase):
    """A hand on a campaign that is on its way: pause, resume, stop, rate, hours, budget."""

    def _waiting(self, channel=None):
        return self.env["bti.message"].search(
            self.env["bti.message"]._get_queue_domain(channel or self.kannel_a)
        )

    # === STATES === #

    def test_campaign_is_done_when_its_last_message_is_sent(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        first, last = self.messages(campaign)
        first._update_state("sending")
        first._update_state("sent")
        self.run_campaigns()
        self.assertEqual(campaign.state, "sending")
        last._update_state("sending")
        last._update_state("sent")
        self.run_campaigns()
        self.assertEqual(campaign.state, "done")
        self.assertTrue(campaign.sent_date)

    def test_message_that_leaves_the_queue_last_wakes_the_campaign(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        first, last = self.messages(campaign)
        triggers = self.env["ir.cron.trigger"]
        own = [("cron_id", "=", self.cron.id)]
        triggers.search(own).unlink()
        first._update_state("sending")
        first._update_state("sent")
        self.assertFalse(triggers.search(own))
        last._update_state("sending")
        last._update_state("sent")
        self.assertTrue(triggers.search(own))

    def test_trial_channel_carries_a_campaign_to_its_end(self):
        self.kannel_a.active = False  # a trial never stands in for a channel that is only paused
        self._create_clients(3)
        campaign = self._create_campaign()
        self.launch(campaign)
        self.run_channel(self.trial_a)
        self.run_campaigns()
        self.assertEqual(campaign.state, "done")
        self.assertEqual(set(self.traces(campaign).mapped("trace_status")), {"pending"})

    def test_scheduled_campaign_waits_for_its_time(self):
        self._create_clients(1)
        campaign = self._create_campaign(
            schedule_type="scheduled", schedule_date=fields.Datetime.now() + timedelta(hours=2)
        )
        self.launch(campaign)
        self.assertFalse(self.messages(campaign))
        with freeze_time(fields.Datetime.now() + timedelta(hours=3)):
            self.run_campaigns()
        self.assertEqual(len(self.messages(campaign)), 1)

    # === PAUSE, RESUME, STOP === #

    def test_pause_holds_what_waits_and_resume_lets_it_go(self):
        self._create_clients(3)
        campaign = self._create_campaign()
        other = self._create_message(self.kannel_a)
        self.launch(campaign)
        self.assertEqual(len(self._waiting()), 4)
        campaign.action_sms_pause()
        self.assertEqual(self._waiting(), other)
        self.assertEqual(campaign.sms_pause_reason, "user")
        campaign.action_sms_resume()
        self.assertEqual(len(self._waiting()), 4)

    def test_pause_in_the_middle_of_the_preparation_holds_it(self):
        self._create_clients(6)
        campaign = self._create_campaign()
        campaign.action_put_in_queue()
        run_class = type(self.env["bti.campaign.run"])
        insert = run_class._insert

        def insert_and_pause(run, *args):
            insert(run, *args)
            campaign.action_sms_pause()
            campaign.flush_recordset()  # what the commit of the user's request does

        with self.slices_of(2):
            self.patch(run_class, "_insert", insert_and_pause)
            self.run_campaigns()
            self.assertEqual(len(self.messages(campaign)), 2)
            self.patch(run_class, "_insert", insert)
            campaign.action_sms_resume()
            self.run_campaigns()
        self.assertEqual(len(self.messages(campaign)), 6)

    def test_conflict_with_somebody_costs_one_slice_only(self):
        self._create_clients(4)
        campaign = self._create_campaign()
        campaign.action_put_in_queue()
        run_class = type(self.env["bti.campaign.run"])
        prepare, conflicts = run_class._prepare_slice, []

        def prepare_or_conflict(run, *args):
            if run.cursor and not conflicts:
                conflicts.append(run.cursor)
                raise SerializationFailure("could not serialize access")
            return prepare(run, *args)

        self.patch(run_class, "_prepare_slice", prepare_or_conflict)
        calls = self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.cron.id)])
        with self.slices_of(2):
            self.run_campaigns()
            self.assertTrue(conflicts)
            self.assertEqual(len(self.messages(campaign)), 2)
            self.assertFalse(campaign.sms_paused)
            self.assertGreater(
                self.env["ir.cron.trigger"].search_count([("cron_id", "=", self.cron.id)]),
                calls,
                "called again at once",
            )
            self.run_campaigns()
        self.assertEqual(len(self.messages(campaign)), 4)

    def test_conflict_of_one_campaign_leaves_the_others_their_turn(self):
        self._create_clients(2)
        first, second = self._create_campaign(), self._create_campaign()
        (first | second).action_put_in_queue()
        run_class = type(self.env["bti.campaign.run"])
        prepare, conflicts = run_class._prepare_slice, []

        def prepare_or_conflict(run, mailing, *args):
            if mailing == first and not conflicts:
                conflicts.append(mailing)
                raise SerializationFailure("could not serialize access")
            return prepare(run, mailing, *args)

        self.patch(run_class, "_prepare_slice", prepare_or_conflict)
        self.run_campaigns()
        self.assertEqual([len(self.messages(one)) for one in (first, second)], [0, 2])
        self.run_campaigns()
        self.assertEqual([len(self.messages(one)) for one in (first, second)], [2, 2])

    def test_stop_cancels_what_waits_and_prepares_nothing_more(self):
        self._create_clients(4)
        campaign = self._create_campaign()
        self.launch(campaign)
        sent = self.messages(campaign)[0]
        sent._update_state("sending")
        sent._update_state("sent")
        campaign.action_sms_stop()
        self.assertFalse(self._waiting())
        self._create_clients(1, first=50)
        self.run_campaigns()
        messages = self.messages(campaign)
        self.assertEqual(messages.mapped("state"), ["sent", *["canceled"] * 3])
        self.assertEqual(set(messages[1:].mapped("failure_type")), {"stopped"})
        self.assertEqual(
            self.traces(campaign).mapped("failure_type"), [False, *["sms_stopped"] * 3]
        )
        self.assertEqual(campaign.state, "done")

    def test_only_a_campaign_on_its_way_can_be_paused(self):
        campaign = self._create_campaign()
        for action in ("action_sms_pause", "action_sms_resume", "action_sms_stop"):
            with self.subTest(action=action), self.assertRaises(UserError):
                getattr(campaign, action)()

    def test_failed_messages_are_sent_again_but_not_the_hopeless(self):
        self._create_clients(3)
        campaign = self._create_campaign()
        self.launch(campaign)
        sent, passing, hopeless = self.messages(campaign)
        for message in (sent, passing, hopeless):
            message._update_state("sending")
        sent._update_state("sent")
        passing._update_state("failed", failure_type="undelivered")
        hopeless._update_state("failed", failure_type="number_invalid")
        self.run_campaigns()
        self.assertEqual(campaign.state, "done")
        campaign.action_retry_failed()
        self.run_campaigns()
        self.assertEqual(len(passing.retry_ids), 1)
        self.assertFalse(hopeless.retry_ids)
        self.assertEqual(campaign.state, "sending")
        again = passing.retry_ids
        again._update_state("sending")
        again._update_state("delivered")
        trace = self.traces(campaign).filtered(lambda trace: trace.res_id == passing.res_id)
        self.assertEqual(trace.trace_status, "sent")
        self.run_campaigns()
        self.assertEqual(campaign.state, "done")

    def test_sending_again_stays_within_the_budget(self):
        self._create_clients(4)
        campaign = self._create_campaign(sms_budget=12.5)
        self.launch(campaign)
        messages = self.messages(campaign)
        messages._update_state("sending")
        # one was refused and cost nothing, the others are paid for
        messages[0]._update_state("failed", failure_type="refused", cost=0.0)
        messages[1:]._update_state("failed", failure_type="undelivered")
        self.run_campaigns()
        campaign.action_retry_failed()
        self.run_campaigns()
        self.assertEqual(
            [len(message.retry_ids) for message in messages],
            [1, 1, 0, 0],
            "its own money, the 2.50 that were left, and no more",
        )
        self.assertEqual((campaign.sms_pause_reason, campaign.state), ("budget", "sending"))
        self.assertLessEqual(sum((messages | messages.retry_ids).mapped("cost")), 12.5)
        campaign.sms_budget = 17.5
        campaign.action_sms_resume()
        self.run_campaigns()
        self.assertEqual([len(message.retry_ids) for message in messages], [1, 1, 1, 1])
        self.assertFalse(campaign.sms_retrying or campaign.sms_paused)

    def test_failed_messages_are_copied_once_though_the_copies_fail_too(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        messages = self.messages(campaign)
        messages._update_state("sending")
        messages._update_state("failed", failure_type="error")
        self.env["bti.channel"].search([("company_id", "=", self.company_a.id)]).state = "draft"
        campaign.action_retry_failed()
        self.run_campaigns()
        self.run_campaigns()
        copies = self.messages(campaign) - messages
        self.assertEqual(copies.mapped("failure_type"), ["no_channel"] * 2)
        self.assertEqual(campaign.state, "done")

    # === NOBODY GETS ROUND A HAND ON IT === #

    def test_archived_campaign_sends_nothing(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        campaign.action_sms_pause()
        campaign.action_archive()
        self.assertFalse(self._waiting())
        campaign.action_sms_resume()
        self.assertFalse(self._waiting())
        campaign.action_unarchive()
        self.assertEqual(len(self._waiting()), 2)

    def test_campaign_is_not_deleted_while_its_messages_wait(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        self.launch(campaign)
        campaign.action_sms_pause()
        with self.assertRaises(UserError):
            campaign.unlink()
        campaign.action_sms_stop()
        self.run_campaigns()
        campaign.unlink()
        self.assertFalse(self._waiting())

    def test_cores_queue_does_not_end_a_paused_campaign(self):
        clients = self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        campaign.action_sms_pause()
        clients.category_id = False  # its filter finds nobody any more
        with self.enter_registry_test_mode():
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(campaign.state, "sending")
        self.assertFalse(self._waiting())

    def test_campaign_that_cores_queue_touched_first_is_counted_and_chosen(self):
        self._create_clients(10)
        campaign = self._create_campaign(ab_testing_enabled=True, ab_testing_pc=30)
        campaign.action_put_in_queue()
        campaign.state = "sending"  # what core's queue does
        self.run_campaigns()
        self.assertEqual(len(self.messages(campaign)), 3)
        self.assertEqual(campaign._get_runs().total, 3)

    def test_messages_held_by_their_campaign_are_no_trouble_of_the_channel(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        campaign.action_sms_pause()
        self.messages(campaign).next_try_at = fields.Datetime.now() - timedelta(hours=2)
        self.kannel_a.invalidate_recordset()
        self.assertEqual((self.kannel_a.queue_minutes, self.kannel_a.quiet_count), (0, 2))

    # === A REFUSAL HOLDS AT ONCE === #

    def test_who_refuses_gets_nothing_of_what_waits(self):
        clients = self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        expected = self._create_message(self.kannel_a, number=clients[0].phone)
        refused, other = self.messages(campaign)
        self.env["bti.consent"]._record(
            self.company_b, "sms", refused.number, "withdrawn", "keyword", proof="STOP"
        )
        self.assertEqual(refused.state, "outgoing", "he said it to another company")
        self.env["bti.consent"]._record(
            self.company_a, "sms", refused.number, "withdrawn", "keyword", proof="STOP"
        )
        self.assertEqual((refused.state, refused.failure_type), ("canceled", "opted_out"))
        self.assertEqual((other | expected).mapped("state"), ["outgoing", "outgoing"])
        self.assertEqual(self.traces(campaign)[0].failure_type, "sms_optout")
        other._update_state("failed", failure_type="error")
        self.env["bti.consent"]._record(
            self.company_a, "sms", other.number, "withdrawn", "keyword", proof="STOP"
        )
        self.assertFalse((refused | other)._retry(), "not even when somebody sends it again")

    # === RATE AND HOURS === #

    def test_rate_spreads_the_messages_over_minutes(self):
        self._create_clients(5)
        campaign = self._create_campaign(sms_rate=2)
        with self.slices_of(2):
            self.launch(campaign)
        self.assertEqual(len(self._waiting()), 2)
        # an obstacle on the channel that is gone does not release what the rate holds
        self.env["bti.message"]._retry_now(self.kannel_a)
        self.assertEqual(len(self._waiting()), 2)
        with freeze_time(fields.Datetime.now() + timedelta(seconds=61)):
            self.assertEqual(len(self._waiting()), 4)

    def test_further_run_keeps_the_rate_too(self):
        """Who is new gets the next places, counted from now: the first run's minutes are over."""
        self._create_clients(5)
        campaign = self._create_campaign(sms_rate=2)
        self.launch(campaign)
        later = fields.Datetime.now() + timedelta(minutes=10)
        with freeze_time(later):
            self._create_clients(4, first=10)
            self.launch(campaign)
            minutes = [
                round((release - later).total_seconds() / 60)
                for release in self.messages(campaign).sorted("id")[5:].mapped("release_at")
            ]
            # the last place of the first run's third minute, then two a minute
            self.assertEqual(minutes, [0, 1, 1, 2])

    def test_resumed_campaign_keeps_its_rate(self):
        self._create_clients(4)
        campaign = self._create_campaign(sms_rate=1)
        self.launch(campaign)
        campaign.action_sms_pause()
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            campaign.action_sms_resume()
            self.assertEqual(len(self._waiting()), 1)

    def test_messages_wait_for_the_hours_of_their_campaign(self):
        self._create_clients(1)
        self.company_a.messaging_tz = "Africa/Algiers"
        self.marketer_a.tz = "Asia/Tokyo"  # the clock is the company's
        cases = [
            # (from, to, UTC time, sent)
            (9, 18, "2026-11-25 08:30:00", True),
            (9, 18, "2026-11-25 07:30:00", False),
            (9, 18, "2026-11-25 17:30:00", False),
            (20, 6, "2026-11-25 21:00:00", True),
            (20, 6, "2026-11-25 12:00:00", False),
            (9, 9, "2026-11-25 03:00:00", True),
        ]
        campaign = self._create_campaign()
        with freeze_time("2026-11-25 02:00:00"):
            self.launch(campaign)
        for begin, end, now, sent in cases:
            campaign.write({"sms_window_from": begin, "sms_window_to": end})
            with self.subTest(begin=begin, end=end, now=now), freeze_time(now):
                self.assertEqual(bool(self._waiting()), sent)

    # === BUDGET === #

    def test_budget_is_never_exceeded_and_the_responsible_is_told(self):
        self._create_clients(10)
        campaign = self._create_campaign(sms_budget=11)  # 2.50 each
        with self.slices_of(3):
            self.launch(campaign)
        self.assertEqual(len(self.messages(campaign)), 4)
        self.assertEqual(campaign.sms_pause_reason, "budget")
        self.assertIn("budget", campaign.activity_ids.mapped("summary")[0])
        self.assertFalse(self._waiting())
        campaign.sms_budget = 100
        campaign.action_sms_resume()
        self.run_campaigns()
        self.assertEqual(len(self.messages(campaign)), 10)

    def test_budget_of_a_campaign_counts_all_its_mailings(self):
        self._create_clients(4)
        both = self.env["utm.campaign"].create(
            {
                "name": "Bricks",
                "sms_budget": 15,
                "sms_currency_id": self.company_a.currency_id.id,
            }
        )
        first = self._create_campaign(campaign_id=both.id)
        self.launch(first)
        second = self._create_campaign(campaign_id=both.id)
        self.launch(second)
        self.assertEqual(len(self.messages(first)), 4)
        self.assertEqual(len(self.messages(second)), 2)
        self.assertEqual(second.sms_pause_reason, "budget")

    # === PROGRESS === #

    def test_progress_counts_every_recipient_once(self):
        self._create_clients(4)
        self._create_clients(1, phone=False)
        campaign = self._create_campaign()
        self.launch(campaign)
        delivered, sent, failed, _waiting = self.messages(campaign)
        for message in (delivered, sent, failed):
            message._update_state("sending")
        delivered._update_state("delivered")
        sent._update_state("sent")
        failed._update_state("failed", failure_type="expired")
        progress = campaign.get_sms_progress()
        expected = {
            "state": "sending",
            "total": 5,
            "prepared": 5,
            "delivered": 1,
            "sent": 1,
            "failed": 1,
            "canceled": 1,
            "waiting": 1,
        }
        self.assertEqual({key: progress[key] for key in expected}, expected)

    # === RIGHTS === #

    def test_marketing_person_runs_a_campaign_alone(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        campaign.action_put_in_queue()
        self.run_campaigns()
        campaign.action_sms_pause()
        campaign.action_sms_resume()
        self.assertEqual(campaign.get_sms_progress()["waiting"], 1)
        campaign.action_sms_stop()

    def test_other_company_neither_sees_nor_stops_a_campaign(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        self.launch(campaign)
        other = campaign.with_user(self.marketer_b).with_context(
            allowed_company_ids=self.company_b.ids
        )
        self.assertFalse(other.search([("id", "=", campaign.id)]))
        self.assertFalse(
            self.env["mailing.trace"]
            .with_user(self.marketer_b)
            .with_context(allowed_company_ids=self.company_b.ids)
            .search([("mass_mailing_id", "=", campaign.id)])
        )
        for action in ("action_sms_pause", "action_sms_stop", "get_sms_progress"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(other, action)()

    def test_employee_without_marketing_rights_cannot_send(self):
        campaign = self._create_campaign()
        with self.assertRaises(AccessError):
            campaign.with_user(self.employee_a).action_put_in_queue()
