from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..common import OTHER_MOBILE, MessagingCase


class TestRetry(MessagingCase):
    """Sending again what may have arrived is a decision of a person who was told so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls._create_kannel()

    def _message(self, state, channel=None, **vals):
        message = self._create_message(channel or self.channel, number=OTHER_MOBILE, **vals)
        for step in {"unknown": ("sending",), "failed": ("sending",)}.get(state, ()):
            message._update_state(step)
        message._update_state(state)
        return message

    def _push(self, messages, user=None):
        """Somebody pushes *Send Again*, in a form or in the list."""
        user = user or self.agent_a
        action = (
            messages.with_user(user)
            .with_context(allowed_company_ids=user.company_id.ids)
            .action_retry()
        )
        if action["res_model"] != "bti.message.retry":
            return None
        return (
            self.env["bti.message.retry"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_id.ids)
            .browse(action["res_id"])
        )

    def test_what_surely_did_not_arrive_is_sent_without_a_question(self):
        for state in ("failed", "canceled"):
            with self.subTest(state):
                message = self._message(state)
                self.assertFalse(self._push(message))
                self.assertEqual(message.retry_ids.state, "outgoing")

    def test_what_may_have_arrived_is_sent_after_a_warning_only(self):
        in_doubt = self._message("canceled")
        in_doubt.in_doubt = True
        for message in (self._message("unknown"), in_doubt):
            with self.subTest(message.state):
                question = self._push(message)
                self.assertFalse(message.retry_ids)
                self.assertEqual((question.doubtful_count, question.sure_count), (1, 0))
                action = question.action_send_all()
                self.assertEqual(action["res_id"], message.retry_ids.id)
                self.assertEqual(message.retry_ids.state, "outgoing")

    def test_of_many_only_those_that_surely_did_not_arrive_may_be_sent(self):
        unknown, failed, sent = (self._message(s) for s in ("unknown", "failed", "canceled"))
        sent = sent._retry()
        question = self._push(unknown | failed | sent)
        self.assertEqual((question.doubtful_count, question.sure_count), (1, 1))
        question.action_send_sure()
        self.assertTrue(failed.retry_ids)
        self.assertFalse(unknown.retry_ids or sent.retry_ids)

    def test_a_report_that_came_meanwhile_answers_the_question(self):
        message = self._message("unknown")
        question = self._push(message)
        message._update_state("delivered")
        with self.assertRaises(UserError):
            question.action_send_all()
        self.assertFalse(message.retry_ids)

    def test_the_question_opens_no_way_to_messages_of_others(self):
        foreign = self._message("unknown", self._create_kannel(self.company_b))
        Retry = self.env["bti.message.retry"]
        for user in (self.agent_a, self.manager_a, self.employee_a):
            with (
                self.subTest(user.login),
                mute_logger("odoo.addons.base.models.ir_rule"),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(UserError),
            ):
                Retry.with_user(user).with_context(allowed_company_ids=user.company_id.ids).create(
                    {"message_ids": [(6, 0, foreign.ids)]}
                ).action_send_all()
        self.assertFalse(foreign.retry_ids)
