from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tools import mute_logger

from ...gateways.base import InboundRequest
from ...models.monitoring import confirmation as bti_message_confirmation
from ...models.outbox.sending import Outcome
from ..common import MessagingCase

LOGGER = "odoo.addons.bti_messaging.models.monitoring.confirmation"


class TestConfirmation(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel(confirmation_minutes=60)

    def _sent(self, minutes, **vals):
        message = self._create_message(self.channel, **vals)
        message._update_state("sending")
        message._update_state("sent", date=fields.Datetime.now() - timedelta(minutes=minutes))
        return message

    def _report(self, message, kind):
        query = self.report_query(self.channel, message.sms_uuid, kind)
        self.channel._receive(InboundRequest("GET", query))
        self.run_channel(self.channel)

    def _watch(self):
        with mute_logger("odoo.addons.base.models.ir_cron", LOGGER):
            with self.enter_registry_test_mode():
                self.env.ref("bti_messaging.ir_cron_watch_channels").method_direct_trigger()
        self.env.invalidate_all()

    def test_what_the_operator_never_confirms_becomes_unknown(self):
        lost, found = self._sent(90), self._sent(80)
        self._report(found, "8")
        self._watch()
        self.assertEqual((lost.state, found.state), ("unknown", "sent"))
        self.assertEqual(lost.failure_reason, "never confirmed by the operator")
        self.assertTrue(lost.date_sent)
        self.assertEqual(self.channel.unknown_count, 1)
        # said once
        since = lost.date_state
        self._watch()
        self.assertEqual((lost.state, lost.date_state), ("unknown", since))

    def test_what_is_confirmed_stays_so_whatever_is_kept_of_the_reports(self):
        self.channel.write({"inbox_retention_days": 1, "confirmation_minutes": 24 * 60})
        confirmed, last = self._sent(25 * 60), self._sent(1)
        for message in (confirmed, last):
            self._report(message, "8")
        events = self.env["bti.event"].search([("message_id", "=", confirmed.id)])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE bti_event SET create_date = create_date - interval '25 hours' WHERE id IN %s",
            [tuple(events.ids)],
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("base.autovacuum_job").method_direct_trigger()
        self._watch()
        self.assertEqual(confirmed.state, "sent")
        # nobody asks any more: the report may go
        self.env.cr.execute("UPDATE bti_event SET create_date = now() - interval '9 days'")
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("base.autovacuum_job").method_direct_trigger()
        self.assertFalse(events.exists())

    def test_a_late_report_settles_it_for_good(self):
        for kind, state in (("8", "sent"), ("1", "delivered"), ("2", "failed")):
            with self.subTest(kind):
                lost = self._sent(90)
                self._report(self._sent(80), "8")
                self._watch()
                self.assertEqual(lost.state, "unknown")
                self._report(lost, kind)
                self._watch()
                self.assertEqual(lost.state, state)

    def test_who_is_left_alone(self):
        cases = {
            "too recent": self._sent(50),
            "later than the last one confirmed": self._sent(70),
            "of another time": self._sent(60 * 24 * 3),
            "simulated": self._sent(90),
            "not sent": self._create_message(self.channel),
            "of another channel": self._create_message(self.trial_a),
        }
        cases["simulated"].simulated = True
        cases["of another channel"]._update_state(
            "sent", date=fields.Datetime.now() - timedelta(minutes=90)
        )
        states = {name: message.state for name, message in cases.items()}
        self._report(self._sent(80), "8")
        self._watch()
        for name, message in cases.items():
            with self.subTest(name):
                self.assertEqual(message.state, states[name])

    def test_without_any_report_the_reports_are_missing_not_the_messages(self):
        lost = self._sent(90)
        self._watch()
        self.assertEqual(lost.state, "sent")

    def test_zero_minutes_watch_nothing(self):
        self.channel.confirmation_minutes = 0
        lost = self._sent(90)
        self._report(self._sent(80), "8")
        self._watch()
        self.assertEqual(lost.state, "sent")

    def test_a_report_that_comes_in_this_moment_wins(self):
        lost = self._sent(90)
        self._report(self._sent(80), "8")
        with patch.object(
            type(self.Message), "try_lock_for_update", side_effect=SerializationFailure
        ):
            self._watch()
        self.assertEqual(lost.state, "sent")
        self._watch()
        self.assertEqual(lost.state, "unknown")

    def test_a_faster_report_is_not_undone_by_a_missing_answer(self):
        message = self._create_message(self.channel)
        message._update_state("sending")
        message._update_state("sent")
        outcome = Outcome("unknown")
        message._apply([outcome])
        self.assertEqual(message.state, "sent")

    def test_many_are_looked_at_in_turns(self):
        lost = self.Message.union(*(self._sent(90) for _number in range(5)))
        self._report(self._sent(80), "8")
        with patch.object(bti_message_confirmation, "DOUBT_LIMIT", 3):
            self._watch()
            self.assertEqual(lost.mapped("state").count("unknown"), 3)
            self._watch()
        self.assertEqual(set(lost.mapped("state")), {"unknown"})

    def test_what_is_doubted_can_be_sent_again(self):
        lost = self._sent(90)
        self._report(self._sent(80), "8")
        self._watch()
        action = lost.with_user(self.agent_a).action_retry()
        self.assertFalse(lost.retry_ids)
        question = self.env[action["res_model"]].browse(action["res_id"])
        question.with_user(self.agent_a).action_send_all()
        self.assertEqual(lost.retry_ids.state, "outgoing")
