from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from ...const import EVENT_MAX_TRIES
from ...gateways.base import InboundRequest, InvalidSignature
from ...gateways.sms.kannel import KannelGateway
from ..common import MessagingCase

INBOX_LOG = "odoo.addons.bti_messaging.models.inbox.bti_inbox"
EVENT_LOG = "odoo.addons.bti_messaging.models.inbox.bti_event"
RETRY_LOG = "odoo.addons.bti_messaging.models.inbox.retry"


class TestInbox(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()
        cls.message = cls._create_message(cls.channel)
        cls.message.state = "sent"

    def _receive(self, kind, ref=None, **params):
        query = self.report_query(self.channel, ref or self.message.sms_uuid, kind, **params)
        self.channel._receive(InboundRequest("GET", query=query))

    def _inbox(self):
        return self.env["bti.inbox"].search([("channel_id", "=", self.channel.id)])

    def _events(self):
        return self.env["bti.event"].search([("channel_id", "=", self.channel.id)])

    def test_report_is_stored_first_and_wakes_the_job(self):
        self.forget_triggers(self.channel)
        self._receive("1")
        self.assertEqual(self._inbox().state, "new")
        self.assertEqual(self.message.state, "sent")
        self.assertEqual(self.triggers(self.channel), 1)
        self._receive("8")
        self.assertEqual(self.triggers(self.channel), 1, "one call answers a whole burst")

    def test_report_moves_the_message(self):
        self._receive("1")
        self.run_channel(self.channel)
        self.assertEqual(self.message.state, "delivered")
        self.assertEqual(
            self.message.date_delivered, fields.Datetime.to_datetime("2026-11-18 11:06:40")
        )
        self.assertEqual((self._inbox().state, self._events().state), ("done", "done"))
        self.assertEqual(self._events().message_id, self.message)

    def test_failure_report_gives_the_reason(self):
        self._receive("2", err="stat:EXPIRED")
        self.run_channel(self.channel)
        self.assertEqual(
            (self.message.state, self.message.failure_type, self.message.failure_reason),
            ("failed", "expired", "stat:EXPIRED"),
        )

    def test_repeated_and_reversed_reports_change_nothing(self):
        for kind in ("1", "8", "1", "2", "1"):
            self._receive(kind)
        self.run_channel(self.channel)
        self.assertEqual(self.message.state, "delivered")
        self.assertEqual(len(self._inbox()), 5)
        self.assertEqual(len(self._events()), 3, "one event for each fact")

    def test_replay_after_the_first_was_handled(self):
        self._receive("1")
        self.run_channel(self.channel)
        delivered = self.message.date_delivered
        self._receive("1", ts="1795009999")
        self.run_channel(self.channel)
        self.assertEqual(len(self._events()), 1)
        self.assertEqual(self.message.date_delivered, delivered)

    def test_paused_channel_still_takes_reports(self):
        self.channel.action_pause()
        self._receive("1")
        self.run_channel(self.channel)
        self.assertEqual(self.message.state, "delivered")

    def test_report_for_a_message_not_known_yet_is_tried_again(self):
        self._receive("1", ref="later")
        self.run_channel(self.channel)
        event = self._events()
        self.assertEqual((event.state, event.tries), ("new", 1))
        message = self._create_message(self.channel, sms_uuid="later")
        message.state = "sending"
        event.next_try_at = fields.Datetime.now()
        self.run_channel(self.channel)
        self.assertEqual((message.state, event.state), ("delivered", "done"))

    def test_report_for_an_unknown_message_is_kept(self):
        self._receive("1", ref="nobody")
        self.run_channel(self.channel)
        event = self._events()
        event.write({"tries": EVENT_MAX_TRIES - 1, "next_try_at": fields.Datetime.now()})
        self.run_channel(self.channel, EVENT_LOG)
        self.assertEqual(event.state, "unmatched")
        event.with_user(self.manager_a).action_process_again()
        self.assertEqual(event.state, "new")

    def test_unknown_kind_of_report_is_kept(self):
        self._receive("64")
        self.run_channel(self.channel, EVENT_LOG)
        self.assertEqual(self._events().state, "unmatched")
        self.assertEqual(self._events().payload["type"], "64")

    def test_unreadable_row_does_not_hold_up_the_others(self):
        self._receive("8")
        self._receive("1")
        original = KannelGateway.parse

        def parse(gateway, request):
            if "type=8" in request.query:
                raise ZeroDivisionError("unreadable")
            return original(gateway, request)

        with patch.object(KannelGateway, "parse", parse):
            self.run_channel(self.channel, INBOX_LOG)
        second, first = self._inbox()
        self.assertEqual((first.state, first.tries, second.state), ("new", 1, "done"))
        self.assertIn("ZeroDivisionError", first.error)
        self.assertGreater(first.next_try_at, fields.Datetime.now())
        self.assertEqual(self.message.state, "delivered")

    def test_poisonous_event_does_not_hold_up_the_others(self):
        other = self._create_message(self.channel)
        other.state = "sent"
        self._receive("1")
        self._receive("1", ref=other.sms_uuid)
        Message = type(self.Message)
        original = Message._update_state

        def update_state(message, *args, **kwargs):
            if self.message in message:
                raise ZeroDivisionError("poison")
            return original(message, *args, **kwargs)

        with patch.object(Message, "_update_state", update_state):
            self.run_channel(self.channel, EVENT_LOG)
        self.assertEqual((self.message.state, other.state), ("sent", "delivered"))
        self.assertEqual(self.message.state, "sent")
        poisoned = self._events().filtered(lambda event: event.ref == self.message.sms_uuid)
        self.assertEqual((poisoned.state, poisoned.tries), ("new", 1))

    def test_conflict_leaves_the_batch_to_the_next_run(self):
        """Somebody wrote to one of the rows in this very moment: nothing of the batch was kept."""
        for model in ("bti.inbox", "bti.event"):
            with self.subTest(model):
                message = self._create_message(self.channel)
                message.state = "sent"
                Model = type(self.env[model])
                process, conflicts = Model._process_batch, [psycopg2.errors.SerializationFailure]

                def process_batch(rows, *args, process=process, conflicts=conflicts):
                    process(rows, *args)
                    if conflicts:
                        raise conflicts.pop()

                self._receive("1", ref=message.sms_uuid)
                self.run_and_forget(Model, process_batch)
                self.assertEqual(message.state, "sent")
                self.assertEqual(self.triggers(self.channel), 1, "called again at once")
                waiting = self.env[model].search([("state", "=", "new")])
                self.assertEqual((len(waiting), waiting.tries), (1, 0))
                self.run_channel(self.channel)
                self.assertEqual(message.state, "delivered")

    def run_and_forget(self, Model, process_batch):
        """One run of the channel whose batches are handled so; earlier calls do not count."""
        self.forget_triggers(self.channel)
        with patch.object(Model, "_process_batch", process_batch):
            self.run_channel(self.channel)

    def test_error_that_repeats_unstorable_words_does_not_hold_up_the_others(self):
        other = self._create_message(self.channel)
        other.state = "sent"
        error = ValueError("a\x00b \ud83d")
        self._receive("1")
        original = KannelGateway.parse

        def parse(gateway, request):
            if self.message.sms_uuid in request.query:
                raise error
            return original(gateway, request)

        with patch.object(KannelGateway, "parse", parse):
            self._receive("1", ref=other.sms_uuid)
            self.run_channel(self.channel, INBOX_LOG)
        failed = self._inbox().filtered("error")
        self.assertEqual((failed.state, failed.error), ("new", "ValueError: a\ufffdb \ufffd"))
        self.assertEqual(other.state, "delivered")
        failed.next_try_at = fields.Datetime.now()
        with patch.object(type(self.Message), "_update_state", side_effect=error):
            self.run_channel(self.channel, EVENT_LOG)
        event = self._events().filtered("error")
        self.assertEqual((event.state, event.error), ("new", "ValueError: a\ufffdb \ufffd"))

    def test_nul_in_the_address_is_stored_as_an_escape(self):
        query = self.report_query(self.channel, self.message.sms_uuid, "2", err="a\x00b")
        self.channel._receive(InboundRequest("GET", query=query))
        self.assertIn("err=a%00b", self._inbox().query)
        self.run_channel(self.channel)
        self.assertEqual(self.message.state, "failed")

    def test_managers_try_again_what_was_given_up(self):
        self._receive("1", ref="nobody")
        self.run_channel(self.channel)
        row, event = self._inbox(), self._events()
        row.state = event.state = "failed"
        for record in (row, event):
            with self.subTest(record._name):
                for user in (self.agent_a, self.manager_b, self.employee_a):
                    with (
                        self.assertRaises(AccessError),
                        mute_logger(
                            "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
                        ),
                    ):
                        record.with_user(user).with_context(
                            allowed_company_ids=user.company_id.ids
                        ).action_process_again()
                self.assertEqual(record.state, "failed")
                record.with_user(self.manager_a).action_process_again()
                self.assertEqual((record.state, record.tries), ("new", 0))

    def test_given_up_after_many_tries_and_started_again_by_hand(self):
        self._receive("1")
        row = self._inbox()
        row.tries = EVENT_MAX_TRIES - 1
        with patch.object(KannelGateway, "parse", side_effect=ZeroDivisionError):
            self.run_channel(self.channel, INBOX_LOG, RETRY_LOG)
        self.assertEqual(row.state, "failed")
        row.action_process_again()
        self.run_channel(self.channel)
        self.assertEqual((row.state, self.message.state), ("done", "delivered"))

    def test_nothing_is_stored_without_proof(self):
        for query in ("", "ref=x&type=1", f"ref={self.message.sms_uuid}&sig=0&type=1"):
            with self.subTest(query), self.assertRaises(InvalidSignature):
                self.channel._receive(InboundRequest("GET", query=query))
        self.assertFalse(self._inbox())

    def test_body_is_kept_byte_by_byte(self):
        body = bytes(range(256))
        row = self.env["bti.inbox"].create(
            self.env["bti.inbox"]._prepare_inbox_vals(
                self.channel, InboundRequest("POST", query="a=b", body=body, headers={"x": "y"})
            )
        )
        request = row._get_request()
        self.assertEqual((request.body, request.query, request.headers), (body, "a=b", {"x": "y"}))

    def test_old_rows_are_deleted_when_handled(self):
        self._receive("1")
        self._receive("8")
        with mute_logger(INBOX_LOG):
            self.run_channel(self.channel)
        done, waiting = self._inbox()
        waiting.state = "new"
        failed = self._events()[0].copy({"key": "failed", "state": "failed", "kind": "message"})
        self.env.flush_all()
        old = fields.Datetime.now() - timedelta(days=self.channel.inbox_retention_days + 1)
        for table in ("bti_inbox", "bti_event"):
            self.env.cr.execute(f"UPDATE {table} SET create_date = %s", [old])
        self.env.invalidate_all()
        self.env["bti.inbox"]._gc_inbox()
        self.assertEqual(self._inbox(), waiting)
        self.assertFalse(done.exists())
        self.assertEqual(self._events(), failed, "what could not be handled is not lost")
        self.assertTrue(self.message.exists())
