from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tools import SQL, mute_logger

from ...gateways import http
from ...gateways.sms.kannel import KannelGateway
from ...gateways.sms.log import LogGateway
from ...models.outbox.sending import Outcome
from ...tools.backoff import CREDENTIALS_DELAY, MAX_DELAY, get_delay
from ..common import FIXED_LINE, MOBILE, OTHER_MOBILE, MessagingCase

CHANNEL_LOG = "odoo.addons.bti_messaging.models.channel.job"
MESSAGE_LOG = "odoo.addons.bti_messaging.models.outbox.sending"
RECOVERY_LOG = "odoo.addons.bti_messaging.models.outbox.recovery"
CHATTER_LOG = "odoo.addons.bti_messaging.models.odoo.bti_message"


class TestOutbox(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()

    # === WRITING === #

    def test_wake_up_answered_meanwhile_leaves_the_transaction_usable(self):
        cr = self.env.cr
        execute = cr.execute

        def conflict(query, *args, **kwargs):
            if "FOR KEY SHARE" not in str(getattr(query, "code", query)):
                return execute(query, *args, **kwargs)
            with self.assertRaises(psycopg2.errors.DivisionByZero):
                execute("SELECT 1 / 0", log_exceptions=False)
            raise psycopg2.errors.SerializationFailure

        self.forget_triggers(self.channel)
        with patch.object(cr, "execute", conflict):
            self.channel._wake(brief=True)
        message = self._create_message(self.channel)
        self.env.flush_all()
        self.assertEqual(message.state, "outgoing")
        self.assertEqual(self.triggers(self.channel), 1)

    def test_a_call_that_nobody_heard_is_made_again(self):
        self.forget_triggers(self.channel)
        self.channel._wake(brief=True)
        self.channel._wake(brief=True)
        self.assertEqual(self.triggers(self.channel), 1)
        # made before a restart: no scheduler was listening
        self.env.cr.execute(
            "UPDATE ir_cron_trigger SET create_date = create_date - interval '1 minute',"
            " call_at = call_at - interval '1 minute' WHERE cron_id = %s",
            [self.channel.ir_cron_id.id],
        )
        self.channel._wake(brief=True)
        self.channel._wake(brief=True)
        self.assertEqual(self.triggers(self.channel), 2)

    def test_a_new_message_knows_its_size_and_cost_and_wakes_the_job(self):
        self.forget_triggers(self.channel)
        message = self._create_message(self.channel, body="ب" * 100)
        self.assertEqual(
            (message.encoding, message.parts, message.cost, message.company_id),
            ("ucs2", 2, 5.0, self.company_a),
        )
        self.assertEqual(self.triggers(self.channel), 1)

    def test_what_cannot_go_fails_at_once_with_its_reason(self):
        self.channel.max_parts = 2
        cases = [
            ({"body": "a" * 307}, "too_long"),
            ({"number": False}, "number_missing"),
            ({"channel_id": False}, "no_channel"),
        ]
        for vals, reason in cases:
            with self.subTest(reason):
                message = self.Message.create(
                    {
                        "channel_id": self.channel.id,
                        "number": MOBILE,
                        "body": "x",
                        **vals,
                    }
                )
                self.assertEqual((message.state, message.failure_type), ("failed", reason))
                self.assertEqual(message.cost, 0)

    def test_same_reference_cannot_be_queued_twice(self):
        self._create_message(self.channel, sms_uuid="same")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self._create_message(self.channel, sms_uuid="same")

    def test_indexes_and_constraints_exist(self):
        self.env.cr.execute("SELECT indexname FROM pg_indexes WHERE tablename LIKE 'bti\\_%'")
        names = {name for [name] in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "bti_message_queue_idx",
                "bti_message_sms_uuid_uniq",
                "bti_message_state_idx",
                "bti_event_key_uniq",
                "bti_event_todo_idx",
                "bti_inbox_todo_idx",
                "bti_channel_webhook_key_uniq",
            },
            names,
        )

    def test_the_queue_is_read_in_the_order_of_its_index(self):
        query = self.Message._search(
            self.Message._get_queue_domain(self.channel), order="next_try_at, id", limit=100
        )
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(line for [line] in self.env.cr.fetchall())
        self.assertIn("bti_message_queue_idx", plan)
        self.assertNotIn("Sort", plan)

    # === SENDING === #

    def test_accepted_messages_are_sent_once_in_order(self):
        one = self._create_message(self.channel, body="one")
        two = self._create_message(self.channel, body="two", number=OTHER_MOBILE)
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel)
            self.run_channel(self.channel)
        self.assertEqual([request["text"] for request in kannel.requests], ["one", "two"])
        for message in one | two:
            self.assertEqual((message.state, message.tries), ("sent", 1))
            self.assertTrue(message.date_sent)
            self.assertFalse(message.simulated)

    def test_trial_channel_sends_nothing_and_says_so(self):
        message = self._create_message(self.trial_a)
        self.run_channel(self.trial_a)
        self.assertEqual((message.state, message.display_state), ("sent", "simulated"))

    def test_paused_channel_keeps_its_queue(self):
        message = self._create_message(self.channel)
        self.channel.action_pause()
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel)
            self.assertFalse(kannel.requests)
            self.channel.action_activate()
            self.run_channel(self.channel)
        self.assertEqual(message.state, "sent")

    def test_stopped_kannel_messages_wait_and_go_out_once(self):
        messages = self._create_message(self.channel) | self._create_message(self.channel)
        with self.fake_kannel(self.channel):
            pass  # stopped again: its port is closed
        self.run_channel(self.channel, CHANNEL_LOG)
        self.assertEqual(messages.mapped("state"), ["outgoing", "outgoing"])
        self.assertEqual(messages.mapped("tries"), [1, 0], "the first one finds out for all")
        self.assertEqual(self.channel.problem, "unreachable")
        self.assertEqual(self.channel.health, "warning")
        first_wait = self.channel.blocked_until - fields.Datetime.now()
        self.assertLessEqual(first_wait, timedelta(seconds=10))
        self.run_channel(self.channel)
        self.assertEqual(messages.mapped("tries"), [1, 0], "not before its time")
        self.make_due(messages)
        self.run_channel(self.channel)
        self.assertEqual(self.channel.problem_count, 2)
        with self.fake_kannel(self.channel) as kannel:
            self.make_due(messages)
            self.run_channel(self.channel)
            self.run_channel(self.channel)
        self.assertEqual(len(kannel.requests), 2)
        self.assertEqual(messages.mapped("state"), ["sent", "sent"])
        self.assertFalse(self.channel.problem or self.channel.blocked_until)
        self.assertFalse(any(messages.mapped("failure_reason")))

    def test_next_try_is_scheduled(self):
        self._create_message(self.channel)
        before = self.env["ir.cron.trigger"].search([("cron_id", "=", self.channel.ir_cron_id.id)])
        self.run_channel(self.channel, CHANNEL_LOG)
        after = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.channel.ir_cron_id.id), ("id", "not in", before.ids)]
        )
        self.assertIn(self.channel.blocked_until, after.mapped("call_at"))

    def test_a_proxy_that_lost_the_provider_doubles_nothing_and_holds_up_the_others(self):
        """Whether the provider had the first message, nobody knows; the others are not risked."""
        messages = self._create_message(self.channel) | self._create_message(self.channel)
        with self.fake_kannel(self.channel) as kannel:
            kannel.answers = [(502, "<html>Bad Gateway</html>")]
            self.run_channel(self.channel, CHANNEL_LOG)
            self.assertEqual(messages.mapped("state"), ["unknown", "outgoing"])
            self.assertIn("502", messages[0].failure_reason)
            self.assertEqual(self.channel.problem, "unreachable")
            self.make_due(messages)
            self.run_channel(self.channel)
            self.assertEqual(len(kannel.requests), 2)
        self.assertEqual(messages.mapped("state"), ["unknown", "sent"])
        self.assertFalse(self.channel.problem)

    def test_busy_provider_is_left_alone_for_a_while(self):
        messages = self._create_message(self.channel) | self._create_message(self.channel)
        with self.fake_kannel(self.channel) as kannel:
            kannel.default = (503, "Temporal failure, try again later.")
            self.run_channel(self.channel, CHANNEL_LOG)
            self.assertEqual(len(kannel.requests), 1)
        self.assertEqual(self.channel.problem, "busy")
        self.assertEqual(messages.mapped("state"), ["outgoing", "outgoing"])

    def test_wrong_password_waits_for_the_administrator(self):
        message = self._create_message(self.channel)
        with self.fake_kannel(self.channel) as kannel:
            kannel.default = (403, "Authorization failed for sendsms")
            self.run_channel(self.channel, CHANNEL_LOG)
            self.run_channel(self.channel)
            self.assertEqual(len(kannel.requests), 1)
            self.assertEqual((message.state, self.channel.health), ("outgoing", "error"))
            wait = self.channel.blocked_until - fields.Datetime.now()
            self.assertGreater(wait, timedelta(seconds=CREDENTIALS_DELAY / 2))
            self.assertIn("Authorization failed", self.channel.message_ids[0].body)
            kannel.default = (202, "0: Accepted for delivery")
            self.channel.action_try_again()
            self.run_channel(self.channel)
        self.assertEqual((message.state, self.channel.health), ("sent", "ok"))

    def test_refused_message_fails_for_good_and_costs_nothing(self):
        message = self._create_message(self.channel)
        with self.fake_kannel(self.channel) as kannel:
            kannel.answers = [(400, "Missing receiver number, rejected")]
            self.run_channel(self.channel)
            self.run_channel(self.channel)
        self.assertEqual(len(kannel.requests), 1)
        self.assertEqual(
            (message.state, message.failure_type, message.cost), ("failed", "number_invalid", 0)
        )

    def test_fixed_line_is_refused_before_any_call(self):
        message = self._create_message(self.channel, number=FIXED_LINE)
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel)
        self.assertFalse(kannel.requests)
        self.assertEqual((message.state, message.failure_type), ("failed", "not_mobile"))

    def test_lost_answer_is_never_sent_again(self):
        message = self._create_message(self.channel)
        with self.fake_kannel(self.channel) as kannel:
            kannel.answers = [None]
            self.run_channel(self.channel)
            self.run_channel(self.channel)
            self.assertEqual(len(kannel.requests), 1)
        self.assertEqual(message.state, "unknown")
        self.assertEqual(self.channel.unknown_count, 1)

    def test_message_interrupted_while_sending_is_never_sent_again(self):
        message = self._create_message(self.channel)
        message._update_state("sending")
        with self.fake_kannel(self.channel) as kannel:
            self.run_channel(self.channel, RECOVERY_LOG)
            self.assertFalse(kannel.requests)
        self.assertEqual(message.state, "unknown")

    def test_claim_is_committed_before_the_provider_is_called(self):
        self._create_message(self.channel)
        commits = []
        IrCron = type(self.env["ir.cron"])
        original = IrCron._commit_progress

        def commit_progress(cron, *args, **kwargs):
            commits.append(
                cron.env["bti.message"]
                .search([("channel_id", "=", self.channel.id)])
                .mapped("state")
            )
            return original(cron, *args, **kwargs)

        def send(gateway, message):
            self.assertEqual(commits[-1], ["sending"])
            return LogGateway.send(gateway, message)

        with (
            patch.object(IrCron, "_commit_progress", commit_progress),
            patch.object(KannelGateway, "send", send),
        ):
            self.run_channel(self.channel)
        self.assertEqual(commits[-1], ["sent"])

    def test_poisonous_message_fails_alone(self):
        messages = self._create_message(self.channel, body="poison") | self._create_message(
            self.channel
        )
        original = KannelGateway.check

        def check(gateway, message):
            if message.content.text == "poison":
                raise ZeroDivisionError("poison")
            return original(gateway, message)

        with self.fake_kannel(self.channel), patch.object(KannelGateway, "check", check):
            self.run_channel(self.channel, MESSAGE_LOG)
        self.assertEqual(messages.mapped("state"), ["failed", "sent"])
        self.assertIn("ZeroDivisionError", messages[0].failure_reason)

    def test_trouble_after_the_answer_is_an_unknown_outcome(self):
        """The provider has the message, whatever goes wrong with us then."""
        messages = self._create_message(self.channel) | self._create_message(self.channel)
        original, refs = KannelGateway._check_answer, []

        def check_answer(answer):
            refs.append(answer)
            if len(refs) == 1:
                raise ZeroDivisionError("after the answer")
            return original(answer)

        with (
            self.fake_kannel(self.channel) as kannel,
            patch.object(KannelGateway, "_check_answer", staticmethod(check_answer)),
        ):
            self.run_channel(self.channel, MESSAGE_LOG)
            self.run_channel(self.channel, MESSAGE_LOG)
            self.assertEqual(len(kannel.requests), 2)
        self.assertEqual(messages.mapped("state"), ["unknown", "sent"])
        self.assertIn("ZeroDivisionError", messages[0].failure_reason)

    def test_trouble_in_a_chatter_does_not_undo_a_sending(self):
        message = self._create_message(self.channel, partner_id=self.client_a.id)
        Message = type(self.Message)
        with (
            self.fake_kannel(self.channel),
            patch.object(Message, "_log_on_partners", side_effect=ValueError("chatter")),
        ):
            self.run_channel(self.channel, CHATTER_LOG)
        self.assertEqual(message.state, "sent")

    def test_a_distant_gateway_takes_several_at_a_time_each_once(self):
        numbers = [f"+213550{number:06}" for number in range(40)]
        messages = self.Message.create(
            [{"channel_id": self.channel.id, "number": number, "body": "x"} for number in numbers]
        )
        with (
            patch.object(http, "is_this_machine", return_value=False),
            self.fake_kannel(self.channel) as kannel,
        ):
            self.assertGreater(self.channel._get_gateway().parallel, 1)
            self.run_channel(self.channel)
        self.assertEqual(sorted(request["to"] for request in kannel.requests), numbers)
        self.assertEqual(set(messages.mapped("state")), {"sent"})

    def test_record_survives_a_concurrent_change(self):
        message = self._create_message(self.channel)
        Message = type(self.Message)
        original, calls = Message._apply, []

        def apply(record, outcomes):
            calls.append(outcomes)
            if len(calls) < 3:
                raise psycopg2.errors.SerializationFailure
            return original(record, outcomes)

        with self.fake_kannel(self.channel) as kannel, patch.object(Message, "_apply", apply):
            self.run_channel(self.channel)
        self.assertEqual(len(kannel.requests), 1)
        self.assertEqual(message.state, "sent")

    def test_rows_that_somebody_is_at_work_on_are_looked_at_soon(self):
        message = self._create_message(self.channel)
        self.forget_triggers(self.channel)
        original = type(self.Message).try_lock_for_update
        with (
            self.fake_kannel(self.channel) as kannel,
            patch.object(
                type(self.Message),
                "try_lock_for_update",
                lambda records, **kwargs: original(records.browse(), **kwargs),
            ),
        ):
            self.run_channel(self.channel)
            self.assertFalse(kannel.requests)
        self.assertEqual((message.state, message.tries), ("outgoing", 0))
        self.assertTrue(self.triggers(self.channel))

    def test_report_that_overtakes_the_answer_wins(self):
        message = self._create_message(self.channel)
        Message = type(self.Message)

        def try_to_send(record, gateway):
            # the report is handled while the provider has not answered yet
            record._update_state("delivered")
            return [Outcome("sent", {"provider_ref": "late", "simulated": False})]

        with patch.object(Message, "_try_to_send", try_to_send):
            self.run_channel(self.channel)
        self.assertEqual((message.state, message.provider_ref), ("delivered", "late"))

    def test_delays_grow_and_stay_short(self):
        for tries in range(1, 30):
            delay = get_delay(tries).total_seconds()
            wanted = min(10 * 2 ** (tries - 1), MAX_DELAY)
            self.assertLessEqual(delay, wanted)
            self.assertGreaterEqual(delay, wanted * 0.8)

    # === CHATTER OF THE CLIENT === #

    def test_client_chatter_tells_that_a_message_went_out(self):
        self._create_message(self.channel, partner_id=self.client_a.id, body="Livré <b>")
        self._create_message(self.trial_a, partner_id=self.client_a.id, body="Essai")
        with self.fake_kannel(self.channel):
            self.run_channel(self.channel)
        self.run_channel(self.trial_a)
        trial, real = (
            next(body for body in self.client_a.message_ids.mapped("body") if text in body)
            for text in ("Essai", "Livr")
        )
        self.assertIn("SMS sent to", real)
        self.assertIn("Livré &lt;b&gt;", real)
        self.assertIn('data-oe-model="bti.message"', real)
        self.assertIn("Not really sent", trial)

    def test_message_to_an_address_shows_on_the_client_s_file(self):
        site = self.env["res.partner"].create(
            {"name": "Site", "type": "delivery", "parent_id": self.client_a.id}
        )
        self._create_message(self.trial_a, partner_id=site.id, body="Camion parti")
        self.run_channel(self.trial_a)
        for partner, words in ((site, "messages of Brickworks A"), (self.client_a, "Camion parti")):
            notes = [body for body in partner.message_ids.mapped("body") if words in body]
            self.assertEqual(len(notes), 1, partner.name)
        # another company reads an address that belongs to none
        self.assertNotIn("Camion parti", "".join(site.message_ids.mapped("body")))
