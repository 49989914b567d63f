from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ..common import MOBILE, OTHER_MOBILE
from ..inbox.test_inbound import InboundMixin

DENIED = (
    "odoo.http",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.orm.models",
)


@tagged("post_install", "-at_install")
class TestConversationDoors(InboundMixin, HttpCase):
    """Who comes into a conversation with a client, through every door of Discuss."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_agent = cls._create_user("agent_a2", cls.company_a, "group_messaging_user")
        cls.live_chat_user = new_test_user(
            cls.env,
            login="live_chat_a",
            groups="base.group_user,im_livechat.im_livechat_group_manager",
            company_id=cls.company_a.id,
            company_ids=[Command.set(cls.company_a.ids)],
        )
        cls.portal = new_test_user(
            cls.env,
            login="portal_a",
            groups="base.group_portal",
            company_id=cls.company_a.id,
            company_ids=[Command.set(cls.company_a.ids)],
        )
        cls.foreign_channel = cls._create_kannel(cls.company_b)

    def setUp(self):
        super().setUp()
        self.message = self.write_sms("Bonjour", sender=MOBILE)
        self.conversation = self.message.conversation_id

    # === HELPERS === #

    def call(self, user, model, method, *args, **kwargs):
        """What a user does by JSON-RPC, with the company that he chooses."""
        self.authenticate(user.login, user.login)
        context = {"allowed_company_ids": user.company_ids.ids, **kwargs.pop("context", {})}
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": list(args),
                "kwargs": {**kwargs, "context": context},
            },
        )

    def assertRefused(self, user, model, method, *args, **kwargs):
        with (
            self.subTest(f"{user.login} {model}.{method} {args}"),
            mute_logger(*DENIED),
            self.assertRaises(JsonRpcException),
            self.cr.savepoint(),
        ):
            self.call(user, model, method, *args, **kwargs)
        self.env.invalidate_all()

    def _sent(self):
        return self.Message.search([("direction", "=", "out"), ("mail_message_id", "!=", False)])

    def _members(self, conversation=None):
        return (conversation or self.conversation).channel_member_ids.partner_id

    # === OUR FIELDS === #

    def test_nobody_makes_a_conversation_of_his_own_channel(self):
        identity = self.message.identity_id
        # else the database refuses a second one
        self.conversation.with_user(self.agent_a).action_bti_close()
        ties = {"bti_identity_id": identity.id, "bti_channel_id": self.channel.id}
        group = {"name": "Private", "channel_type": "group"}
        for user in (self.employee_a, self.agent_a, self.agent_b):
            self.assertRefused(user, "discuss.channel", "create", {**group, **ties})
            self.assertRefused(
                user,
                "discuss.channel",
                "create",
                group,
                context={f"default_{name}": value for name, value in ties.items()},
            )
            own = self.call(user, "discuss.channel", "create", [group])
            for name, value in {**ties, "bti_company_id": self.company_a.id}.items():
                self.assertRefused(user, "discuss.channel", "write", own, {name: value})
        self.assertFalse(self._sent())

    def test_conversation_is_not_taken_over(self):
        """An agent of one company ties it to a correspondent or a channel of his own."""
        foreign = self.write_sms("Bonjour", sender=OTHER_MOBILE, channel=self.foreign_channel)
        for vals in (
            {"bti_identity_id": foreign.identity_id.id},
            {"bti_channel_id": self.foreign_channel.id},
            {"bti_company_id": self.company_b.id},
            {"livechat_end_dt": False},
            {"livechat_end_dt": fields.Datetime.to_string(fields.Datetime.now())},
            {"livechat_operator_id": self.employee_a.partner_id.id},
            {"channel_member_ids": [Command.create({"partner_id": self.portal.partner_id.id})]},
            {"channel_partner_ids": [Command.link(self.employee_a.partner_id.id)]},
            {"uuid": "known-to-me"},
            {"name": "Somebody else"},
            {"active": False},
        ):
            self.assertRefused(
                self.agent_a, "discuss.channel", "write", self.conversation.ids, vals
            )
        # what the screen of the live chat lets an agent note
        for vals in (
            {"livechat_note": "<p>Calls back</p>"},
            {"livechat_status": "waiting"},
            {"description": "Calls back"},
        ):
            self.call(self.agent_a, "discuss.channel", "write", self.conversation.ids, vals)
        self.assertEqual(self.conversation.livechat_status, "waiting")

    # === MEMBERS === #

    def test_only_agents_of_the_company_become_members(self):
        before = self._members()
        strangers = (
            self.employee_a,
            self.live_chat_user,
            self.portal,
            self.agent_b,
            self.env.ref("base.user_root"),
        )
        for stranger in strangers:
            partner = stranger.partner_id
            self.assertRefused(
                self.agent_a,
                "discuss.channel",
                "add_members",
                self.conversation.ids,
                partner_ids=partner.ids,
            )
            self.assertRefused(
                self.agent_a,
                "discuss.channel.member",
                "create",
                {"channel_id": self.conversation.id, "partner_id": partner.id},
            )
        guest = self.env["mail.guest"].create({"name": "Somebody"})
        self.assertRefused(
            self.agent_a,
            "discuss.channel",
            "add_members",
            self.conversation.ids,
            guest_ids=guest.ids,
        )
        self.assertEqual(self._members(), before)
        # a colleague helps
        self.conversation.channel_member_ids.filtered(
            lambda member: member.partner_id == self.second_agent.partner_id
        ).unlink()
        self.call(
            self.agent_a,
            "discuss.channel",
            "add_members",
            self.conversation.ids,
            partner_ids=self.second_agent.partner_id.ids,
        )
        self.assertIn(self.second_agent.partner_id, self._members())

    def test_link_of_discuss_lets_nobody_in(self):
        before = self.conversation.channel_member_ids
        guests = self.env["mail.guest"].search_count([])
        link = f"/chat/{self.conversation.id}/{self.conversation.uuid}"
        strangers = (None, self.employee_a, self.portal, self.live_chat_user, self.agent_b)
        for user in strangers:
            with self.subTest(user and user.login), mute_logger(*DENIED):
                self.authenticate(user and user.login, user and user.login)
                answer = self.url_open(link)
                self.assertIn(answer.status_code, (403, 404))
                self.assertNotIn("Client A", answer.text)
                self.env.invalidate_all()
                self.assertEqual(self.conversation.channel_member_ids, before)
        self.assertEqual(self.env["mail.guest"].search_count([]), guests)
        self.authenticate("agent_a", "agent_a")
        self.assertEqual(self.url_open(link).status_code, 200)

    def test_live_chat_right_alone_joins_no_team(self):
        team = self.channel.livechat_channel_id
        for user in (self.live_chat_user, self.agent_b):
            self.assertRefused(user, "im_livechat.channel", "action_join", team.ids)
            self.assertNotIn(user, team.user_ids)
        # neither does who is put there by Odoo's own screen get a conversation
        team.user_ids |= self.live_chat_user | self.agent_b
        self.env["mail.presence"]._update_presence(self.live_chat_user)
        conversation = self.write_sms("Bonjour").conversation_id
        self.assertTrue(self._members(conversation))
        self.assertFalse(self._members(conversation) - self.channel._get_agents().partner_id)
        team.user_ids -= self.second_agent
        self.call(self.second_agent, "im_livechat.channel", "action_join", team.ids)
        self.assertIn(self.second_agent, team.user_ids)

    def test_user_who_gets_what_nobody_answers_is_an_agent(self):
        self.channel.write({"offline_rule": "user", "offline_user_id": self.second_agent.id})
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.call(
                self.manager_a,
                "bti.channel",
                "write",
                self.channel.ids,
                {"offline_user_id": self.employee_a.id},
            )
        self.env.invalidate_all()
        self._take_right_away(self.second_agent)
        conversation = self.write_sms("Bonjour").conversation_id
        self.assertTrue(self._members(conversation))
        self.assertNotIn(self.second_agent.partner_id, self._members(conversation))

    def _take_right_away(self, user):
        group = self.env.ref("bti_messaging.group_messaging_user")
        user.write({"group_ids": [Command.unlink(group.id)]})

    def test_agent_no_more_is_member_no_more(self):
        group = self.env.ref("bti_messaging.group_messaging_user")
        for name, leave in [
            ("role", lambda: self._take_right_away(self.second_agent)),
            ("group", lambda: group.write({"user_ids": [Command.unlink(self.second_agent.id)]})),
            (
                "company",
                lambda: self.second_agent.write(
                    {
                        "company_ids": [Command.set(self.company_b.ids)],
                        "company_id": self.company_b.id,
                    }
                ),
            ),
            ("archived", self.second_agent.action_archive),
        ]:
            with self.subTest(name), self.cr.savepoint() as savepoint:
                self.assertIn(self.second_agent.partner_id, self._members())
                leave()
                self.env.invalidate_all()
                self.assertNotIn(self.second_agent.partner_id, self._members())
                self.assertIn(self.agent_a.partner_id, self._members())
                if self.second_agent.active:  # else he comes in nowhere
                    conversation = self.conversation.with_user(self.second_agent)
                    with self.assertRaises(AccessError), mute_logger(*DENIED):
                        conversation.with_context(allowed_company_ids=[]).read(["name"])
                savepoint.rollback()
            self.env.invalidate_all()

    # === WHAT WAS SAID === #

    def test_nothing_is_sent_after_the_end(self):
        self.call(self.agent_a, "discuss.channel", "action_bti_close", self.conversation.ids)
        post = {"body": "Too late", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        self.assertRefused(
            self.agent_a, "discuss.channel", "message_post", self.conversation.ids, **post
        )
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": "discuss.channel",
                    "thread_id": self.conversation.id,
                    "post_data": post,
                },
            )
        self.env.invalidate_all()
        self.assertFalse(self._sent())
        self.assertNotIn(
            "Too late", "".join(map(str, self.conversation.message_ids.mapped("body")))
        )

    def test_what_was_said_stays(self):
        said = self.message.mail_message_id
        self.call(
            self.agent_a,
            "discuss.channel",
            "message_post",
            self.conversation.ids,
            body="Il arrive",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        answered = self._sent().mail_message_id
        self.assertTrue(answered)
        notes = self.conversation.message_ids - said - answered
        before = {message: (message.body, message.date) for message in said | answered | notes}
        for user in (self.agent_a, self.manager_a, self.env.ref("base.user_admin")):
            if user.login == "admin":
                user.write(
                    {
                        "company_ids": [Command.link(self.company_a.id)],
                        "password": "admin",
                    }
                )
            for message in (said, answered, notes[:1]):
                for vals in (
                    {"body": "Something else"},
                    {"author_id": self.agent_a.partner_id.id},
                    {"date": "2020-01-01 00:00:00"},
                    {"model": False, "res_id": 0},
                ):
                    self.assertRefused(user, "mail.message", "write", message.ids, vals)
                self.assertRefused(user, "mail.message", "unlink", message.ids)
                with (
                    self.subTest(f"{user.login} update_content"),
                    mute_logger(*DENIED),
                    self.assertRaises(JsonRpcException),
                ):
                    self.authenticate(user.login, user.login)
                    self.make_jsonrpc_request(
                        "/mail/message/update_content",
                        {
                            "message_id": message.id,
                            "update_data": {"body": "", "attachment_ids": []},
                        },
                    )
        self.env.invalidate_all()
        for message, was in before.items():
            self.assertEqual((message.body, message.date), was)

    def test_nobody_speaks_in_the_name_of_another(self):
        guest = self.message.identity_id.guest_id
        post = {"body": "I agree", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        for author in (self.client_a, self.manager_a.partner_id):
            self.assertRefused(
                self.agent_a,
                "discuss.channel",
                "message_post",
                self.conversation.ids,
                author_id=author.id,
                **post,
            )
        where = {"model": "discuss.channel", "res_id": self.conversation.id}
        for author in ({"author_guest_id": guest.id}, {"author_id": self.client_a.id}):
            self.assertRefused(
                self.agent_a,
                "mail.message",
                "create",
                {**where, **author, "body": "I agree", "message_type": "comment"},
            )

    # === NAMES AND NUMBERS === #

    def test_names_and_numbers_are_for_the_agents_of_the_company(self):
        known = {"Client A", MOBILE, MOBILE[1:]}
        identity = self.message.identity_id
        history = "im_livechat.channel.member.history"
        conversation, guest = self.conversation.id, identity.guest_id.id
        self.env.flush_all()
        asked = [
            ("mail.guest", [("id", "=", guest)], ["display_name", "name"]),
            (history, [("channel_id", "=", conversation)], ["display_name", "guest_id"]),
            ("discuss.channel", [("id", "=", conversation)], ["display_name", "bti_partner_id"]),
            ("discuss.channel.member", [("channel_id", "=", conversation)], ["display_name"]),
            (
                "im_livechat.report.channel",
                [("channel_id", "=", conversation)],
                ["display_name", "channel_name", "uuid"],
            ),
            ("rating.rating", [("res_id", "=", conversation)], ["res_name"]),
            ("mail.message", [("model", "=", "discuss.channel")], ["body", "record_name"]),
        ]
        for user in (self.employee_a, self.live_chat_user, self.agent_b, self.portal):
            for model, domain, names in asked:
                with self.subTest(f"{user.login} {model}"), mute_logger(*DENIED):
                    try:
                        rows = self.call(user, model, "search_read", domain, names)
                    except JsonRpcException:
                        continue
                    found = str(rows)
                    self.assertFalse([text for text in known if text in found])
                    self.assertNotIn(self.conversation.uuid, found)
        (row,) = self.call(self.agent_a, "mail.guest", "search_read", asked[0][1], ["display_name"])
        self.assertIn("Client A", row["display_name"])

    def test_agent_sees_in_discuss_who_writes(self):
        self.authenticate("agent_a", "agent_a")
        result = self.make_jsonrpc_request(
            "/discuss/channel/messages", {"channel_id": self.conversation.id}
        )
        names = {guest["name"] for guest in result["data"].get("mail.guest", [])}
        self.assertTrue(any("Client A" in name for name in names), names)

    def test_wizard_names_no_correspondent_of_another_company(self):
        foreign = self.write_sms(
            "Bonjour", sender=OTHER_MOBILE, channel=self.foreign_channel
        ).identity_id
        stranger = self.env["res.partner"].create(
            {"name": "Secret client", "phone": OTHER_MOBILE, "company_id": self.company_b.id}
        )
        foreign.sudo()._link(stranger)
        self.env.flush_all()
        spec = {
            name: {"fields": {"display_name": {}}}
            for name in ("identity_id", "current_partner_id", "candidate_ids", "company_id")
        }
        create = ("create", [{"identity_id": foreign.id, "partner_id": self.client_a.id}], {})
        typed = ("onchange", [[], {"identity_id": foreign.id}, ["identity_id"], spec], {})
        opened = ("onchange", [[], {}, [], spec], {"context": {"default_identity_id": foreign.id}})
        default = (
            "default_get",
            [["identity_id"]],
            {"context": {"default_identity_id": foreign.id}},
        )
        for method, args, kwargs in (create, typed, opened, default):
            self.assertRefused(self.agent_a, "bti.identity.link", method, *args, **kwargs)
        wizard = self.call(
            self.agent_a,
            "bti.identity.link",
            "create",
            {"identity_id": self.message.identity_id.id, "partner_id": self.client_a.id},
        )
        self.assertRefused(
            self.agent_a, "bti.identity.link", "write", [wizard], {"identity_id": foreign.id}
        )
        (read,) = self.call(self.agent_a, "bti.identity.link", "web_read", [wizard], spec)
        self.assertEqual(read["current_partner_id"]["display_name"], "Client A")

    # === CHATTER === #

    def test_words_are_not_noted_where_another_company_reads_them(self):
        shared = self.env["res.partner"].create({"name": "Shared", "phone": OTHER_MOBILE})
        words = "Mon camion est en retard"
        message = self.write_sms(words, sender=OTHER_MOBILE)
        self.assertEqual(message.partner_id, shared)
        (note,) = [note for note in self.notes(shared) if "SMS received" in note]
        self.assertNotIn(words, note)
        self.assertIn(f'data-oe-id="{message.id}"', note)
        # our own words to him, and what was written before it was known who he is
        self.call(
            self.agent_a,
            "discuss.channel",
            "message_post",
            message.conversation_id.ids,
            body="Votre facture est impayée",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        with self.fake_kannel(self.channel):
            self.run_channel(self.channel)
        self.assertNotIn("impayée", "".join(self.notes(shared)))
        message.identity_id.sudo().write({"partner_id": False})
        message.sudo().partner_id = False
        message.identity_id._link(shared)
        self.assertNotIn(words, "".join(self.notes(shared)))
        # one company's own contact, or the only company: the file tells it
        self.write_sms("À moi seul", sender=MOBILE)
        self.assertIn("À moi seul", "".join(self.notes(self.client_a)))
