from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from ..campaign_common import CampaignCase
from ..common import FIXED_LINE, MOBILE


class TestCampaignFigures(CampaignCase):
    """What a campaign will cost, and what came of it."""

    def _send(self, campaign, state="sent", **vals):
        messages = self.messages(campaign)
        messages._update_state("sending")
        messages._update_state(state, **vals)
        return messages

    # === BEFORE === #

    def test_estimate_counts_every_kind_of_recipient(self):
        self._create_clients(3)
        self._create_clients(2, phone=False)
        self._create_clients(1, phone=FIXED_LINE)
        self._create_clients(1, first=9)
        self.env["phone.blacklist"].create({"number": "+213550000009"})
        campaign = self._create_campaign(body="a" * 161)
        figures = campaign._get_estimate()
        expected = {
            "total": 7,
            "valid": 3,
            "missing": 2,
            "wrong": 1,
            "refused": 1,
            "sms": 6,
            "parts": 2,
            "unicode": False,
            "cost": 15.0,
            "exact": True,
            "error": "",
        }
        self.assertEqual({key: figures[key] for key in expected}, expected)
        self.assertEqual(figures["by_channel"], [(self.kannel_a, 3, 15.0)])

    def test_estimate_is_what_the_campaign_then_costs(self):
        self._create_clients(4)
        campaign = self._create_campaign(
            body="Prêt, https://example.com/bricks", sms_allow_unsubscribe=True
        )
        figures = campaign._get_estimate()
        self.assertTrue(figures["unicode"])
        self.launch(campaign)
        messages = self.messages(campaign)
        self.assertEqual(sum(messages.mapped("parts")), figures["sms"])
        self.assertEqual(sum(messages.mapped("cost")), figures["cost"])

    def test_estimate_of_many_looks_at_a_sample(self):
        self._create_clients(60)
        self._create_clients(60, phone=False)
        campaign = self._create_campaign()
        figures = campaign._get_estimate(sample=20)
        self.assertEqual((figures["total"], figures["sampled"]), (120, 20))
        self.assertFalse(figures["exact"])
        self.assertEqual((figures["valid"], figures["missing"]), (60, 60))

    def test_estimate_leaves_nothing_behind(self):
        self._create_clients(1)
        campaign = self._create_campaign(body="https://example.com/nothing")
        campaign._get_estimate()
        self.assertFalse(
            self.env["link.tracker"].search([("url", "=", "https://example.com/nothing")])
        )
        self.assertFalse(self.messages(campaign) or self.traces(campaign))

    def test_estimate_says_what_is_wrong_with_the_text(self):
        self._create_clients(1)
        campaign = self._create_campaign(
            self.env.user, company_id=self.company_a.id, body="{{ object.name.missing() }}"
        )
        figures = campaign._get_estimate()
        self.assertTrue(figures["error"])
        self.assertIn("alert-danger", campaign.sms_estimate)

    def test_estimate_gives_no_rights_to_who_only_writes_a_text(self):
        self._create_clients(1)
        self.env.ref("base.group_user").implied_ids -= self.env.ref(
            "mail.group_mail_template_editor"
        )
        reads = f"object.env['bti.channel'].browse({self.kannel_a.id}).access_token"
        campaign = self._create_campaign()
        self.assertFalse(self.marketer_a.has_group("mail.group_mail_template_editor"))
        draft = campaign.new({"body_plaintext": "{{ int(" + reads + ") }}"}, origin=campaign)
        error = draft._get_estimate()["error"]
        self.assertIn("editors of templates", error)
        self.assertNotIn("s3cret-pass", error)

    def test_form_shows_the_estimate_while_the_text_is_written(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        self.assertIn("o_bti_estimate", campaign.sms_estimate)
        self.assertNotIn("unicode", campaign.sms_estimate)
        unsaved = campaign.new(origin=campaign)
        unsaved.body_plaintext = "مرحبا"
        self.assertIn("unicode", unsaved.sms_estimate)

    def test_dialog_sends_now_or_later(self):
        self._create_clients(1)
        for when in ("now", "later"):
            with self.subTest(when=when):
                campaign = self._create_campaign()
                confirm = (
                    self.env["bti.campaign.confirm"]
                    .with_env(campaign.env)
                    .create({"mailing_id": campaign.id, "when": when})
                )
                self.assertTrue(confirm.is_possible)
                self.assertFalse(confirm.is_over_budget)
                if when == "later":
                    with self.assertRaises(UserError):
                        confirm.action_confirm()
                    confirm.schedule_date = fields.Datetime.now() + timedelta(days=1)
                confirm.action_confirm()
                self.assertEqual(campaign.state, "in_queue")
                self.assertEqual(bool(campaign.schedule_date), when == "later")

    def test_campaign_without_text_or_channel_is_not_launched(self):
        with self.assertRaises(UserError):
            self._create_campaign(body=" ").action_put_in_queue()
        (self.kannel_a | self.trial_a).state = "paused"
        with self.assertRaises(UserError):
            self._create_campaign().action_put_in_queue()

    def test_test_button_sends_once_through_the_channel(self):
        self._create_clients(1)
        campaign = self._create_campaign(body="Bonjour {{ object.name }}")
        test = (
            self.env["mailing.sms.test"]
            .with_env(campaign.env)
            .create({"mailing_id": campaign.id, "numbers": f"0550 12 34 56\n{FIXED_LINE}\nabc"})
        )
        test.action_send_sms()
        messages = self.env["bti.message"].search(
            [("res_model", "=", "mailing.mailing"), ("res_id", "=", campaign.id)]
        )
        self.assertEqual(messages.number, MOBILE)
        self.assertEqual(messages.body, "Bonjour Client 0")
        self.assertEqual(messages.channel_id, self.kannel_a)
        self.assertFalse(self.messages(campaign))
        self.assertFalse(self.env["sms.sms"].sudo().search([("number", "=", MOBILE)]))
        note = campaign.message_ids[0].body
        self.assertIn("Kannel", note)
        self.assertIn("abc", note)

    # === AFTER === #

    def test_late_repeated_and_reversed_reports_move_traces_forward_only(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        self.launch(campaign)
        message, trace = self.messages(campaign), self.traces(campaign)
        message._update_state("sending")
        message._update_state("delivered")
        sent_on = trace.sent_datetime
        for state in ("sent", "delivered", "failed", "delivered"):
            message._update_state(state)
            self.assertEqual(trace.trace_status, "sent")
        trace.set_opened()
        message._update_traces()
        self.assertEqual(trace.trace_status, "open")
        self.assertEqual(trace.sent_datetime, sent_on)

    def test_traces_keep_our_own_reasons(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        self.launch(campaign)
        self._send(campaign, "failed", failure_type="not_mobile", failure_reason="fixed")
        trace = self.traces(campaign)
        self.assertEqual((trace.trace_status, trace.failure_type), ("error", "sms_not_mobile"))
        self.assertEqual(trace.failure_reason, "fixed")

    def test_reports_of_many_messages_take_few_queries(self):
        self._create_clients(60)
        campaign = self._create_campaign()
        self.launch(campaign)
        messages = self.messages(campaign)
        messages._update_state("sending")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            messages._update_state("sent")
            self.env.flush_all()

    def test_cost_is_that_of_what_was_sent(self):
        self._create_clients(3)
        campaign = self._create_campaign()
        self.launch(campaign)
        sent, failed, waiting = self.messages(campaign)
        (sent | failed)._update_state("sending")
        sent._update_state("sent")
        failed._update_state("failed", failure_type="refused", cost=0.0)
        self.assertEqual(waiting.state, "outgoing")
        self.assertEqual(campaign.sms_cost, 2.5)
        self.assertEqual(campaign.sms_parts, 1)

    def test_answer_counts_for_the_last_campaign_that_reached_the_number(self):
        self._create_clients(1)
        first, second = self._create_campaign(), self._create_campaign()
        for campaign in (first, second):
            self.launch(campaign)
            self._send(campaign)
        now = fields.Datetime.now() + timedelta(hours=1)
        Trace = self.env["mailing.trace"]
        found = Trace._bti_set_replied("+213550000000", self.company_a, now)
        self.assertEqual(found, self.traces(second))
        self.assertEqual(found.trace_status, "reply")
        self.assertEqual((first.sms_answered, second.sms_answered), (0, 1))
        self.assertFalse(Trace._bti_set_replied("+213550000000", self.company_a, now))

    def test_answer_to_another_company_or_too_late_does_not_count(self):
        self._create_clients(1)
        campaign = self._create_campaign()
        self.launch(campaign)
        self._send(campaign)
        now = fields.Datetime.now()
        Trace = self.env["mailing.trace"]
        cases = [
            ("+213550000000", self.company_b, now + timedelta(hours=1)),
            ("+213550000000", self.company_a, now + timedelta(days=8)),
            ("+213550000099", self.company_a, now + timedelta(hours=1)),
        ]
        for number, company, date in cases:
            with self.subTest(number=number, company=company.name, date=date):
                self.assertFalse(Trace._bti_set_replied(number, company, date))
        self.company_a.sms_answer_days = 10
        self.assertTrue(
            Trace._bti_set_replied("+213550000000", self.company_a, now + timedelta(days=8))
        )

    def test_who_is_blacklisted_after_a_campaign_counts_as_opted_out(self):
        self._create_clients(2)
        campaign = self._create_campaign()
        self.launch(campaign)
        self._send(campaign)
        self.env["phone.blacklist"].create({"number": "+213550000001"})
        self.assertEqual(campaign.sms_opted_out, 1)
        again = self._create_campaign()
        self.launch(again)
        self.assertEqual(self.messages(again).mapped("number"), ["+213550000000"])

    def test_text_is_noted_on_the_recipients_when_archives_are_kept(self):
        clients = self._create_clients(2)
        campaign = self._create_campaign(keep_archives=True)
        self.launch(campaign)
        notes = [("model", "=", "res.partner"), ("res_id", "in", clients.ids)]
        notes += [("message_type", "=", "sms")]
        self.assertFalse(self.env["mail.message"].search(notes))
        self._send(campaign)
        self.assertEqual(len(self.env["mail.message"].search(notes)), 2)
