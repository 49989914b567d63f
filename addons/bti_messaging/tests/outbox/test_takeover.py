from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields

from ...gateways.base import UnknownOutcome
from ...gateways.sms.kannel import KannelGateway
from ...models.outbox import takeover as bti_message_takeover
from ..common import MOBILE, OTHER_MOBILE, MessagingCase

CHANNEL_LOG = "odoo.addons.bti_messaging.models.channel.job"


class TestTakeover(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel(sequence=1)
        cls.second = cls._create_kannel(sequence=2, name="Second", cost_per_part=4)

    def _break_down(self, tries=3, channel=None):
        """Let the channel find out that its provider is not there."""
        channel = channel or self.channel
        for _number in range(tries):
            channel.blocked_until = False
            self.Message.search([("channel_id", "=", channel.id)]).next_try_at = "2020-01-01"
            self.run_channel(channel, CHANNEL_LOG)

    def test_what_waits_goes_through_another_channel_once(self):
        messages = self._create_message(self.channel) | self._create_message(
            self.channel, number=OTHER_MOBILE, body="ب" * 100
        )
        self._break_down(tries=2)
        self.assertEqual(messages.channel_id, self.channel, "a short trouble is waited for")
        self._break_down(tries=1)
        self.assertEqual(messages.channel_id, self.second)
        self.assertEqual(messages.mapped("cost"), [4.0, 8.0])
        with self.fake_kannel(self.second) as kannel:
            self.run_channel(self.second)
            self.run_channel(self.channel, CHANNEL_LOG)
        self.assertEqual(len(kannel.requests), 2)
        self.assertEqual(messages.mapped("state"), ["sent", "sent"])

    def test_a_refused_password_counts_at_once(self):
        message = self._create_message(self.channel)
        with self.fake_kannel(self.channel) as kannel:
            kannel.default = (403, "Authorization failed for sendsms")
            self.run_channel(self.channel, CHANNEL_LOG)
        self.assertEqual(message.channel_id, self.second)

    def test_what_stays_with_its_channel(self):
        cases = {
            "chosen by somebody": {"is_pinned": True},
            "perhaps accepted": {"in_doubt": True},
        }
        for title, vals in cases.items():
            with self.subTest(title):
                message = self._create_message(self.channel, **vals)
                self._break_down()
                self.assertEqual((message.channel_id, message.state), (self.channel, "outgoing"))

    def test_nothing_moves_when_nobody_can_or_may_take_over(self):
        cases = [
            {"second": {"state": "paused"}},
            {"second": {"problem": "unreachable"}},
            {"channel": {"takeover": False}},
        ]
        for vals in cases:
            with self.subTest(vals):
                self.second.write({"state": "active", "problem": False})
                self.channel.write({"takeover": True, "problem": False, "problem_count": 0})
                self.second.write(vals.get("second", {}))
                self.channel.write(vals.get("channel", {}))
                message = self._create_message(self.channel)
                self._break_down()
                self.assertEqual((message.channel_id, message.state), (self.channel, "outgoing"))

    def test_those_that_nobody_else_may_carry_do_not_hide_the_others(self):
        self.second.purposes = "transactional"
        stays = self._create_message(self.channel, purpose="marketing")
        goes = self._create_message(self.channel)
        with patch.object(bti_message_takeover, "TAKEOVER_BATCH", 1):
            self._break_down()
        self.assertEqual((stays | goes).mapped("channel_id"), self.channel | self.second)
        self.assertEqual(goes.channel_id, self.second)

    def test_text_too_long_for_the_other_channel_stays(self):
        self.second.max_parts = 1
        long = self._create_message(self.channel, body="a" * 200)
        short = self._create_message(self.channel)
        self._break_down()
        self.assertEqual((long.channel_id, short.channel_id), (self.channel, self.second))

    def test_conflict_with_somebody_ends_the_takeover_until_the_next_run(self):
        message = self._create_message(self.channel)
        self._break_down(tries=2)
        with patch.object(
            type(self.Message), "_move_to_others", side_effect=psycopg2.errors.SerializationFailure
        ):
            self._break_down(tries=1)
        self.assertEqual(message.channel_id, self.channel)
        self.run_channel(self.channel, CHANNEL_LOG)
        self.assertEqual(message.channel_id, self.second)

    def test_offer_that_names_a_number_stays_with_that_number(self):
        cases = [
            # text, purpose; sender of the other channel; whether it takes over
            ("No more SMS: STOP to 3000", "marketing", "4000", False),
            ("No more SMS: STOP to 3000", "marketing", "BTI", False),
            ("No more SMS: STOP to 3000", "marketing", "3000", True),
            ("No more SMS: http://x/sms/1/abc", "marketing", "4000", True),
            ("13000 bricks", "marketing", "4000", True),
            ("Answer to 3000", "transactional", "4000", True),
        ]
        for body, purpose, sender, moves in cases:
            with self.subTest(body=body, purpose=purpose, sender=sender):
                self.second.external_id = sender
                self.channel.write({"problem": False, "problem_count": 0})
                message = self._create_message(self.channel, body=body, purpose=purpose)
                self._break_down()
                self.assertEqual(message.channel_id, self.second if moves else self.channel)
                message.action_cancel()

    def test_offer_that_names_a_number_is_sent_again_from_that_number_alone(self):
        message = self._create_message(
            self.channel, body="No more SMS: STOP to 3000", purpose="marketing"
        )
        message._update_state("sending")
        message._update_state("failed", failure_type="undelivered")
        self.second.external_id = "4000"
        self.channel.action_pause()
        waits = message._retry()
        self.assertEqual((waits.channel_id, waits.state), (self.channel, "outgoing"))
        waits.action_cancel()
        self.channel.action_archive()
        fails = message._retry()
        self.assertEqual((fails.state, fails.failure_type), ("failed", "no_channel"))
        self.second.external_id = "3000"
        self.assertEqual(message._retry().channel_id, self.second)

    def test_never_to_another_company(self):
        self.second.state = "paused"
        self._create_kannel(self.company_b)
        message = self._create_message(self.channel)
        self.trial_a.state = "paused"
        self._break_down()
        self.assertEqual(message.channel_id, self.channel)

    def test_a_provider_that_knows_references_is_asked_again(self):
        message = self._create_message(self.channel)

        def send(gateway, outgoing):
            raise UnknownOutcome("no answer")

        with (
            patch.object(KannelGateway, "idempotent", True),
            patch.object(KannelGateway, "send", send),
        ):
            self.run_channel(self.channel)
            self.assertEqual((message.state, message.in_doubt), ("outgoing", True))
        with self.fake_kannel(self.channel):
            self.make_due(message)
            self.run_channel(self.channel)
        self.assertEqual((message.state, message.in_doubt), ("sent", False))

    def test_interrupted_messages_are_in_doubt_or_asked_again(self):
        for idempotent, state in ((False, "unknown"), (True, "sent")):
            with self.subTest(idempotent=idempotent):
                message = self._create_message(self.channel)
                message.state = "sending"
                with (
                    patch.object(KannelGateway, "idempotent", idempotent),
                    self.fake_kannel(self.channel),
                ):
                    self.run_channel(
                        self.channel, "odoo.addons.bti_messaging.models.outbox.sending"
                    )
                self.assertEqual(message.state, state)

    def test_no_more_than_the_provider_takes(self):
        self.channel.write({"rate_limit": 3, "rate_period": 30})
        messages = self.Message.create(
            [
                {"channel_id": self.channel.id, "number": MOBILE, "body": str(number)}
                for number in range(5)
            ]
        )
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel)
            self.run_channel(self.channel)
            self.assertEqual(len(kannel.requests), 3)
            later = self.env["ir.cron.trigger"].search(
                [
                    ("cron_id", "=", self.channel.ir_cron_id.id),
                    ("call_at", ">", fields.Datetime.now() + timedelta(minutes=28)),
                ]
            )
            self.assertTrue(later, "called again when the next one may go")
            messages.filtered("date_tried").date_tried = fields.Datetime.now() - timedelta(hours=1)
            self.run_channel(self.channel)
        self.assertEqual(set(messages.mapped("state")), {"sent"})

    def test_a_chosen_channel_is_kept(self):
        sms = self.env["sms.sms"].create(
            {"number": MOBILE, "body": "x", "bti_channel_id": self.second.id}
        )
        sms.with_company(self.company_a).send()
        message = self.Message.search([("sms_uuid", "=", sms.uuid)])
        self.assertEqual((message.channel_id, message.is_pinned), (self.second, True))
