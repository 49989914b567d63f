from psycopg2.errors import UniqueViolation

from odoo.tools import mute_logger

from ...models.outbox.states import TRANSITIONS
from ..common import MessagingCase

FINAL = ("delivered", "failed", "canceled")


class TestStates(MessagingCase):
    def _message_in(self, state):
        message = self._create_message(self.trial_a)
        message.state = state
        return message

    def test_every_state_is_a_target_and_final_states_stay(self):
        states = set(dict(self.Message._fields["state"].selection))
        # an incoming message is complete when it is stored
        self.assertEqual(set(TRANSITIONS), states - {"received"})
        for target, sources in TRANSITIONS.items():
            self.assertFalse(sources & set(FINAL), target)

    def test_moves_only_along_the_table(self):
        for target, sources in TRANSITIONS.items():
            for state in TRANSITIONS:
                with self.subTest(f"{state} to {target}"):
                    message = self._message_in(state)
                    changed = message._update_state(target)
                    self.assertEqual(bool(changed), state in sources)
                    self.assertEqual(message.state, target if changed else state)

    def test_reports_in_reversed_order_change_nothing(self):
        message = self._message_in("sending")
        message._update_state("delivered")
        delivered = message.date_delivered
        message._update_state("sent")
        message._update_state("delivered")
        message._update_state("failed", failure_type="undelivered")
        self.assertEqual(message.state, "delivered")
        self.assertEqual(message.date_delivered, delivered)
        self.assertFalse(message.failure_type)
        self.assertTrue(message.date_sent)

    def test_an_unknown_outcome_is_moved_on_by_its_report(self):
        for target in ("sent", "delivered", "failed"):
            with self.subTest(target):
                message = self._message_in("unknown")
                message._update_state(target)
                self.assertEqual(message.state, target)

    def test_changes_those_that_may_and_returns_them(self):
        waiting, gone = self._message_in("outgoing"), self._message_in("sent")
        self.assertEqual((waiting | gone)._update_state("canceled"), waiting)

    def test_agent_cancels_only_what_waits(self):
        waiting, gone = self._message_in("outgoing"), self._message_in("sent")
        (waiting | gone).with_user(self.agent_a).action_cancel()
        self.assertEqual((waiting.state, gone.state), ("canceled", "sent"))
        self.assertEqual(waiting.cost, 0)

    def test_retry_makes_a_new_message_and_leaves_the_old_one(self):
        failed = self._message_in("failed")
        failed.failure_type = "refused"
        action = failed.with_user(self.agent_a).action_retry()
        again = failed.retry_ids
        self.assertEqual(action["res_id"], again.id)
        self.assertEqual((failed.state, again.state), ("failed", "outgoing"))
        self.assertNotEqual(failed.sms_uuid, again.sms_uuid)
        self.assertEqual((again.number, again.body), (failed.number, failed.body))
        self.assertFalse(again.failure_type or again.tries)

    def test_what_is_being_sent_again_is_not_sent_a_third_time(self):
        original = self._message_in("failed")
        again = original._retry()
        for state in ("outgoing", "sending", "unknown"):
            with self.subTest(state):
                again._update_state(state)
                self.assertFalse(original._retry())
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            # as another transaction does it that does not see the first copy
            original.copy({"retry_of_id": original.id})
        again._update_state("failed")
        self.assertTrue(original._retry())
