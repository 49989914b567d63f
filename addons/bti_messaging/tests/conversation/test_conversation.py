from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from odoo.addons.mail.tools.discuss import Store

from ..common import MOBILE, OTHER_MOBILE
from ..inbox.test_inbound import InboundCase, InboundMixin


class TestConversation(InboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_agent = cls._create_user("agent_a2", cls.company_a, "group_messaging_user")

    def _online(self, *users):
        for user in users:
            self.env["mail.presence"]._update_presence(user)

    def _texts(self, conversation):
        """What the conversation shows, oldest first."""
        return [str(body) for body in conversation.message_ids.sorted("id").mapped("body")]

    def _answer(self, conversation, body, user=None, **kwargs):
        """An agent writes in the conversation, as Discuss does."""
        return (
            conversation.with_user(user or self.agent_a)
            .with_context(allowed_company_ids=[])
            .message_post(
                body=body, message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs
            )
        )

    def _sent(self, conversation):
        return self.Message.search(
            [("conversation_id", "=", conversation.id), ("direction", "=", "out")], order="id"
        )

    # === BEGINNING === #

    def test_message_opens_a_conversation_on_the_live_chat_screen(self):
        message = self.write_sms("Où est mon camion ?", sender=MOBILE)
        conversation = message.conversation_id
        self.assertEqual(conversation.channel_type, "livechat")
        self.assertEqual(conversation.livechat_channel_id, self.channel.livechat_channel_id)
        self.assertEqual(conversation.bti_company_id, self.company_a)
        self.assertEqual(conversation.bti_partner_id, self.client_a)
        visitor = conversation.channel_member_ids.filtered("guest_id")
        self.assertEqual(visitor.livechat_member_type, "visitor")
        self.assertIn("Client A", visitor.guest_id.name)
        posted = message.mail_message_id
        self.assertEqual(posted.author_guest_id, visitor.guest_id)
        self.assertFalse(posted.author_id)
        self.assertIn("Où est mon camion ?", posted.body)
        self.assertFalse(self._sent(conversation), "his own words are not sent back to him")

    def test_discuss_is_told_who_is_outside(self):
        conversation = self.write_sms("Bonjour").conversation_id
        visit = self.env["discuss.channel"].create(
            {
                "name": "Visitor",
                "channel_type": "livechat",
                "livechat_operator_id": self.agent_a.partner_id.id,
            }
        )
        for channel, outside in ((conversation, True), (visit, False)):
            (data,) = Store().add(channel).get_result()["discuss.channel"]
            self.assertEqual(data["bti_is_outside"], outside)

    def test_live_chat_channel_is_made_once_for_a_company(self):
        self.write_sms("Bonjour")
        livechat = self.channel.livechat_channel_id
        self.assertEqual(livechat.user_ids, self.agent_a | self.manager_a | self.second_agent)
        other = self._create_kannel(name="Other")
        self.write_sms("Bonjour", channel=other)
        self.assertEqual(other.livechat_channel_id, livechat)
        foreign = self._create_kannel(self.company_b)
        self.write_sms("Bonjour", channel=foreign)
        self.assertEqual(foreign.livechat_channel_id.user_ids, self.agent_b | self.manager_b)

    def test_running_conversation_goes_on(self):
        first = self.write_sms("Un")
        second = self.write_sms("Deux")
        self.assertEqual(first.conversation_id, second.conversation_id)
        other = self.write_sms("Trois", sender=MOBILE)
        self.assertNotEqual(other.conversation_id, first.conversation_id)

    def test_two_open_conversations_are_impossible(self):
        conversation = self.write_sms("Bonjour").conversation_id
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env["discuss.channel"].create(
                {
                    "name": "Twice",
                    "channel_type": "livechat",
                    "livechat_operator_id": self.agent_a.partner_id.id,
                    "bti_channel_id": conversation.bti_channel_id.id,
                    "bti_identity_id": conversation.bti_identity_id.id,
                }
            )

    def test_closed_conversation_is_followed_by_a_new_one(self):
        first = self.write_sms("Un").conversation_id
        first.with_user(self.agent_a).action_bti_close()
        self.assertTrue(first.livechat_end_dt)
        second = self.write_sms("Deux").conversation_id
        self.assertNotEqual(second, first)
        self.assertIn("Earlier messages", self._texts(second)[0])
        self.assertEqual(second.bti_identity_id, first.bti_identity_id)
        self.assertEqual(len(first.bti_identity_id.conversation_ids), 2)

    def test_last_agent_who_leaves_closes_it(self):
        self._online(self.agent_a)
        first = self.write_sms("Un").conversation_id
        first.with_user(self.agent_a).action_unfollow()
        self.assertTrue(first.livechat_end_dt)
        self.assertNotEqual(self.write_sms("Deux").conversation_id, first)

    def test_automatic_senders_open_none(self):
        for sender in ("BTIPROMO", "3000"):
            message = self.write_sms("Promo", sender=sender)
            self.assertFalse(message.conversation_id)
            with self.assertRaises(UserError):
                message.with_user(self.agent_a).action_open_conversation()

    def test_company_without_agents_keeps_the_message(self):
        (self.agent_a | self.manager_a | self.second_agent).action_archive()
        log = "odoo.addons.bti_messaging.models.conversation.bti_message"
        with self.assertLogs(log, "WARNING"):
            message = self.write_sms("Bonjour", sender=MOBILE)
        self.assertEqual(message.state, "received")
        self.assertFalse(message.conversation_id or message.failure_reason)
        self.assertIn("Bonjour", "".join(map(str, self.client_a.message_ids.mapped("body"))))

    # === WHO GETS IT === #

    def test_agent_who_is_online_gets_it(self):
        self._online(self.second_agent)
        conversation = self.write_sms("Bonjour").conversation_id
        self.assertEqual(conversation.livechat_operator_id, self.second_agent.partner_id)
        self.assertEqual(conversation.channel_partner_ids, self.second_agent.partner_id)

    def test_nobody_online_is_for_the_team_or_one_user(self):
        team = self.agent_a | self.manager_a | self.second_agent
        conversation = self.write_sms("Bonjour").conversation_id
        self.assertEqual(conversation.channel_partner_ids, team.partner_id)
        self.channel.write({"offline_rule": "user", "offline_user_id": self.manager_a.id})
        conversation = self.write_sms("Bonjour", sender=MOBILE).conversation_id
        self.assertEqual(conversation.channel_partner_ids, self.manager_a.partner_id)

    def test_user_who_gets_it_is_of_the_company(self):
        for user in (self.agent_b, self.env["res.users"]):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.channel.write({"offline_rule": "user", "offline_user_id": user.id})

    # === WHAT IT TELLS === #

    def test_it_begins_with_links_to_the_client_and_the_document(self):
        self._create_message(
            self.channel, number=MOBILE, res_model="res.company", res_id=self.company_a.id
        )
        first = self._texts(self.write_sms("Bonjour", sender=MOBILE).conversation_id)[0]
        self.assertIn(f'data-oe-id="{self.client_a.id}"', first)
        self.assertIn('data-oe-model="res.company"', first)
        unknown = self.write_sms("Bonjour")
        self.assertIn("Unknown number", self._texts(unknown.conversation_id)[0])

    def test_who_it_is_is_told_when_decided(self):
        message = self.write_sms("Bonjour")
        message.identity_id._link(self.client_a)
        self.assertIn(f'data-oe-id="{self.client_a.id}"', self._texts(message.conversation_id)[-1])
        self.assertIn("Client A", message.identity_id.guest_id.name)
        self.assertIn("Client A", message.conversation_id.name)

    # === ANSWERS === #

    def test_agents_answer_is_queued_in_his_transaction(self):
        conversation = self.write_sms("Bonjour", sender=MOBILE).conversation_id
        with self.fake_kannel(self.channel) as fake:
            posted = self._answer(conversation, "Il arrive à <10 h")
            self.assertFalse(fake.requests, "nothing is sent in the agent's transaction")
            sent = self._sent(conversation)
            self.assertEqual(
                (sent.number, sent.channel_id, sent.purpose, sent.state, sent.partner_id),
                (MOBILE, self.channel, "transactional", "outgoing", self.client_a),
            )
            self.assertEqual((sent.mail_message_id, sent.create_uid), (posted, self.agent_a))
            self.run_channel(self.channel)
            self.assertEqual(len(fake.requests), 1)
            self.assertEqual(fake.requests[0]["text"], "Il arrive à <10 h")
        self.assertEqual(sent.state, "sent")
        notes = "".join(map(str, self.client_a.message_ids.mapped("body")))
        self.assertIn("Il arrive", notes)

    def test_marketing_refusal_does_not_stop_an_answer(self):
        self.write_sms("STOP", sender=MOBILE)
        conversation = self.write_sms("Bonjour", sender=MOBILE).conversation_id
        self._answer(conversation, "Bonjour")
        self.assertEqual(self._sent(conversation)[-1].state, "outgoing")

    def test_answer_that_fails_is_told_in_the_conversation(self):
        conversation = self.write_sms("Bonjour").conversation_id
        self._answer(conversation, "Un")
        self._sent(conversation)._update_state(
            "failed", failure_type="undelivered", failure_reason="stat:UNDELIV"
        )
        self.assertIn("Not delivered: “Un”", self._texts(conversation)[-1])
        self._answer(conversation, "x" * 2000)
        self.assertEqual(self._sent(conversation)[-1].failure_type, "too_long")
        self.assertIn("Not delivered: “xxx", self._texts(conversation)[-1])
        unknown = self._sent(conversation)[0]._retry()
        unknown.state = "sending"
        unknown._update_state("unknown")
        self.assertIn("Nobody knows", self._texts(conversation)[-1])

    def test_answer_goes_on_when_its_channel_is_gone(self):
        conversation = self.write_sms("Bonjour", sender=MOBILE).conversation_id
        self.channel.active = False
        other = self._create_kannel(name="Other", sequence=1)
        self._answer(conversation, "Bonjour")
        self.assertEqual(self._sent(conversation).channel_id, other)

    def test_files_are_refused_with_a_note(self):
        conversation = self.write_sms("Bonjour").conversation_id
        self._answer(conversation, "Voici le plan", attachments=[("plan.pdf", b"%PDF-1.4")])
        self.assertFalse(self._sent(conversation))
        self.assertIn("Nothing was sent", self._texts(conversation)[-1])

    def test_only_what_agents_write_to_the_client_is_sent(self):
        conversation = self.write_sms("Bonjour").conversation_id
        conversation.sudo().message_post(body="by the system", message_type="comment")
        conversation._bti_note("note")
        conversation.with_user(self.agent_a).message_post(body="log", message_type="notification")
        conversation.with_user(self.agent_a).message_post(
            body="internal", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self._answer(conversation, "")
        self.assertFalse(self._sent(conversation))

    def test_what_was_sent_cannot_be_changed(self):
        conversation = self.write_sms("Bonjour").conversation_id
        posted = self._answer(conversation, "Un")
        with self.assertRaises(UserError):
            conversation.with_user(self.agent_a)._message_update_content(posted, body="Deux")

    def test_other_conversations_send_nothing(self):
        group = (
            self.env["discuss.channel"]
            .with_user(self.agent_a)
            ._create_group(self.manager_a.partner_id.ids)
        )
        before = self.Message.search_count([])
        group.message_post(body="Bonjour", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.Message.search_count([]), before)

    # === BEGUN BY AN AGENT === #

    def test_agent_writes_first_or_again(self):
        message = self.write_sms("STOP")
        self.assertFalse(message.conversation_id)
        action = message.with_user(self.agent_a).action_open_conversation()
        self.assertEqual(action["tag"], "mail.action_discuss")
        conversation = message.identity_id.conversation_ids
        self.assertEqual(action["params"]["active_id"], f"discuss.channel_{conversation.id}")
        self.assertEqual(conversation.channel_partner_ids, self.agent_a.partner_id)
        # a colleague joins the same one
        message.with_user(self.second_agent).action_open_conversation()
        self.assertEqual(message.identity_id.conversation_ids, conversation)
        self.assertIn(self.second_agent.partner_id, conversation.channel_partner_ids)
        self._answer(conversation, "Bonjour", self.second_agent)
        self.assertEqual(self._sent(conversation).number, OTHER_MOBILE)

    def test_agent_who_looks_for_help_calls_his_own_colleagues(self):
        self._online(self.agent_a)
        conversation = self.write_sms("Bonjour").conversation_id
        self.assertEqual(conversation.channel_partner_ids, self.agent_a.partner_id)
        conversation.with_user(self.agent_a).sudo().livechat_status = "need_help"
        team = self.agent_a | self.manager_a | self.second_agent
        self.assertEqual(conversation.channel_partner_ids, team.partner_id)
        self.assertEqual(conversation.livechat_status, "in_progress")
        self.assertIn("agent_a", self._texts(conversation)[-1])
        self.assertFalse(
            self.env["discuss.channel"].search(
                [("livechat_status", "=", "need_help"), ("bti_identity_id", "!=", False)]
            )
        )

    # === RIGHTS === #

    def test_conversations_are_for_the_agents_of_the_company(self):
        conversation = self.write_sms("Bonjour").conversation_id
        livechat_agent = new_test_user(
            self.env,
            login="livechat_a",
            groups="base.group_user,im_livechat.im_livechat_group_user",
            company_id=self.company_a.id,
            company_ids=[(6, 0, self.company_a.ids)],
        )
        # Discuss knows no chosen company
        conversation = conversation.with_context(allowed_company_ids=[])
        Channel = conversation.browse()
        for user, sees in [
            (self.agent_a, True),
            (self.second_agent, True),
            (self.manager_a, True),
            (self.agent_b, False),
            (self.manager_b, False),
            (livechat_agent, False),
            (self.employee_a, False),
        ]:
            with self.subTest(user.login):
                found = Channel.with_user(user).search([("bti_identity_id", "!=", False)])
                self.assertEqual(conversation in found, sees)
                members = conversation.env["discuss.channel.member"].with_user(user)
                self.assertEqual(bool(members.search([("channel_id", "=", conversation.id)])), sees)
                if not sees:
                    for act in ("action_bti_open", "action_bti_close", "action_bti_open_client"):
                        with (
                            self.assertRaises(AccessError),
                            mute_logger("odoo.addons.base.models.ir_rule"),
                        ):
                            getattr(conversation.with_user(user), act)()
                    with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
                        self._answer(conversation, "intruder", user)
        self.assertFalse(self._sent(conversation))
        self.assertFalse(conversation.livechat_end_dt)

    def test_other_live_chats_are_not_touched_by_the_rule(self):
        livechat = self.env["im_livechat.channel"].create({"name": "Web"})
        web = self.env["discuss.channel"].create(
            {
                "name": "Visitor",
                "channel_type": "livechat",
                "livechat_channel_id": livechat.id,
                "livechat_operator_id": self.agent_b.partner_id.id,
            }
        )
        self.assertIn(web, self.env["discuss.channel"].with_user(self.agent_a).search([]))

    # === AT THE SAME TIME === #

    def test_conflict_with_an_agent_is_handled_again(self):
        conflict = psycopg2.errors.SerializationFailure()
        Event = type(self.env["bti.event"])
        self.write_sms("Bonjour", run=False)
        self.forget_triggers(self.channel)
        with patch.object(Event, "_process", side_effect=conflict):
            self.run_channel(self.channel)
        self.assertEqual(self._events().state, "new")
        self.assertTrue(self.triggers(self.channel))
        self.run_channel(self.channel)
        self.assertTrue(self._inbound().conversation_id)


@tagged("post_install", "-at_install")
class TestConversationInDiscuss(InboundMixin, HttpCase):
    def test_answer_posted_through_the_route_of_discuss_is_queued(self):
        conversation = self.write_sms("Bonjour", sender=MOBILE).conversation_id
        self.authenticate("agent_a", "agent_a")
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "discuss.channel",
                "thread_id": conversation.id,
                "post_data": {
                    "body": "Bonjour, le camion arrive",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
        )
        sent = self.Message.search(
            [("conversation_id", "=", conversation.id), ("direction", "=", "out")]
        )
        self.assertEqual((sent.body, sent.state), ("Bonjour, le camion arrive", "outgoing"))
        self.assertLessEqual(sent.next_try_at, fields.Datetime.now())
        with mute_logger("odoo.http"):
            self.authenticate("agent_b", "agent_b")
            with self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    "/mail/message/post",
                    {
                        "thread_model": "discuss.channel",
                        "thread_id": conversation.id,
                        "post_data": {"body": "intruder", "message_type": "comment"},
                    },
                )
