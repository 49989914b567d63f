from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..network_common import PAGE, FakeGraph, NetworkCommon
from .test_network_inbox import AMINE, page, said

NOON = "2026-11-29 12:00:00"
NOON_MS = 1795953600000


@freeze_time(NOON)
class TestNetworkScreen(NetworkCommon):
    """What the screen of a conversation knows: the window, other ways, who else answers."""

    def setUp(self):
        super().setUp()
        self.graph = FakeGraph()
        self.graph.__enter__()
        self.addCleanup(self.graph.__exit__, None, None, None)
        self.account.base_url = self.graph.url

    def say(self, text="Bonjour", mid="m_1", at=NOON_MS, name="messaging"):
        self.call(page(said(mid, text, at=at), name=name))
        conversation = self.messages(direction="in")[-1].conversation_id
        conversation.with_user(self.agent_a).action_bti_open()
        return conversation.with_user(self.agent_a)

    def test_the_screen_knows_the_window(self):
        conversation = self.say()
        screen = conversation._bti_get_screen()
        self.assertEqual(
            (screen["kind"], screen["has_window"], screen["until"], screen["human_until"]),
            ("messenger", True, "2026-11-30 12:00:00", "2026-12-06 12:00:00"),
        )
        self.assertFalse(screen["sms_number"])
        conversation.sudo().bti_identity_id.partner_id = self.client_a
        self.assertEqual(
            conversation._bti_get_screen()["sms_number"], self.client_a.phone_sanitized
        )

    def test_the_text_of_the_list(self):
        conversation = self.say()
        cases = [
            ({"hours": 0}, "Closes in 24 h"),
            ({"hours": 21, "minutes": 30}, "Closes in 2 h"),
            ({"hours": 23, "minutes": 59, "seconds": 30}, "Closes in 1 min"),
            ({"hours": 24}, "A person may answer"),
            ({"days": 8}, "Closed"),
        ]
        for ago, expected in cases:
            with self.subTest(ago), freeze_time(fields.Datetime.now() + timedelta(**ago)):
                conversation.invalidate_recordset()
                self.assertEqual(conversation.bti_window_text, expected)
        conversation.action_bti_close()
        self.assertFalse(conversation.bti_window_text)

    def test_an_sms_conversation_has_no_window(self):
        message = self.Message._receive(self.trial_a, "sms1", "0661 20 30 40", "Bonjour")
        conversation = message.conversation_id.with_user(self.agent_a)
        self.assertFalse(conversation._bti_get_screen())
        self.assertFalse(conversation.bti_window_text)

    def test_it_goes_on_by_sms_to_the_known_number(self):
        conversation = self.say()
        with self.assertRaises(UserError):
            conversation.action_bti_write_sms()
        conversation.sudo().bti_identity_id.partner_id = self.client_a
        conversation.action_bti_write_sms()
        by_sms = self.env["discuss.channel"].search(
            [("bti_channel_id.kind", "=", "sms"), ("bti_partner_id", "=", self.client_a.id)]
        )
        self.assertEqual(len(by_sms), 1)
        self.assertEqual(by_sms.bti_identity_id.external_id, self.client_a.phone_sanitized)
        conversation.action_bti_write_sms()
        self.assertEqual(len(by_sms.search([("bti_partner_id", "=", self.client_a.id)])), 2)

    def test_strangers_have_no_buttons(self):
        conversation = self.say()
        for user in (self.employee_a, self.agent_b):
            for action in ("action_bti_write_sms", "action_bti_take_over"):
                with self.subTest(f"{user.login} {action}"), self.assertRaises(AccessError):
                    getattr(conversation.with_user(user), action)()

    # === HELD BY ANOTHER PROGRAM === #

    def answer(self, conversation, text):
        conversation.message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.run_channel(self.page)

    def test_a_held_conversation_is_taken_over_before_it_is_answered(self):
        conversation = self.say(name="standby")
        self.assertTrue(conversation.bti_is_held)
        self.answer(conversation, "42 DA")
        self.assertFalse(self.messages(direction="out"))
        conversation.action_bti_take_over()
        self.assertFalse(conversation.bti_is_held)
        self.answer(conversation, "43 DA")
        posts = [call for call in self.graph.calls if call[0] == "POST"]
        self.assertEqual(
            [path for _method, path, _content in posts],
            [f"/v26.0/{PAGE}/take_thread_control", f"/v26.0/{PAGE}/messages"],
        )
        self.assertEqual(posts[0][2]["recipient"], {"id": AMINE})
        self.assertFalse(conversation.sudo().bti_control_wanted)
        notes = " ".join(map(str, conversation.message_ids.mapped("body")))
        self.assertIn(f"{self.agent_a.name} took the conversation over", notes)
        # again and again changes nothing
        conversation.action_bti_take_over()
        self.run_channel(self.page)
        self.assertEqual([call for call in self.graph.calls if call[0] == "POST"], posts)

    def test_no_keyword_answers_in_a_held_conversation(self):
        self.env["bti.keyword"].create(
            {
                "name": "HORAIRES",
                "action": "answer",
                "company_id": self.company_a.id,
                "language_ids": [
                    fields.Command.create(
                        {"lang": "fr", "words": "horaires", "answer": "8 h - 16 h"}
                    )
                ],
            }
        )
        conversation = self.say("horaires", name="standby")
        self.assertFalse(self.messages(direction="out"))
        self.assertTrue(conversation.bti_is_held, "and people see it")
