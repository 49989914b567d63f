import re

from odoo.exceptions import AccessError, UserError
from odoo.tools import file_path, mute_logger

from ..common import MessagingCase

SECRETS = ("access_token", "app_secret", "verify_token")


class TestSecurity(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel_a = cls._create_kannel()
        cls.channel_b = cls._create_kannel(company=cls.company_b)
        cls.rows = {}
        for company, channel in [("a", cls.channel_a), ("b", cls.channel_b)]:
            inbox = cls.env["bti.inbox"].create({"channel_id": channel.id, "method": "GET"})
            cls.rows[company] = {
                "bti.channel": channel,
                "bti.message": cls._create_message(channel),
                "bti.inbox": inbox,
                "bti.event": cls.env["bti.event"].create(
                    {
                        "channel_id": channel.id,
                        "inbox_id": inbox.id,
                        "key": "k",
                        "kind": "status",
                    }
                ),
            }

    def _search(self, model, user):
        return (
            self.env[model]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_id.ids)
            .search([])
        )

    def test_agents_see_channels_and_messages_of_their_company_only(self):
        for user, own, foreign in [(self.agent_a, "a", "b"), (self.agent_b, "b", "a")]:
            for model in ("bti.channel", "bti.message"):
                with self.subTest(f"{user.login} {model}"):
                    found = self._search(model, user)
                    self.assertIn(self.rows[own][model], found)
                    self.assertNotIn(self.rows[foreign][model], found)
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_rule"),
                    ):
                        self.rows[foreign][model].with_user(user).with_context(
                            allowed_company_ids=user.company_id.ids
                        ).read(["display_name"])

    def test_managers_see_inbox_and_events_of_their_company_only(self):
        for user, own, foreign in [(self.manager_a, "a", "b"), (self.manager_b, "b", "a")]:
            for model in ("bti.inbox", "bti.event"):
                with self.subTest(f"{user.login} {model}"):
                    found = self._search(model, user)
                    self.assertIn(self.rows[own][model], found)
                    self.assertNotIn(self.rows[foreign][model], found)

    def test_agents_see_no_inbox_and_employees_nothing(self):
        for user, models in [
            (self.agent_a, ("bti.inbox", "bti.event")),
            (self.employee_a, list(self.rows["a"])),
        ]:
            for model in models:
                with (
                    self.subTest(f"{user.login} {model}"),
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_model"),
                ):
                    self.env[model].with_user(user).search([])

    def test_nobody_writes_messages_directly(self):
        for user in (self.agent_a, self.manager_a):
            message = self.rows["a"]["bti.message"].with_user(user)
            for write in (
                lambda m=message: m.write({"state": "delivered"}),
                lambda m=message: m.copy(),
                lambda m=message: m.unlink(),
            ):
                with (
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_model"),
                ):
                    write()

    def test_only_agents_cancel_and_send_again(self):
        message = self.rows["a"]["bti.message"]
        for user in (self.employee_a, self.agent_b):
            with (
                self.subTest(user.login),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"),
            ):
                message.with_user(user).with_context(
                    allowed_company_ids=user.company_id.ids
                ).action_cancel()
        message.with_user(self.agent_a).action_cancel()
        self.assertEqual(message.state, "canceled")

    def test_agents_do_not_change_channels(self):
        channel = self.channel_a.with_user(self.agent_a)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            channel.action_pause()
        self.channel_a.with_user(self.manager_a).action_pause()
        self.assertEqual(self.channel_a.state, "paused")

    def test_secrets_are_for_the_system_administrator(self):
        for user in (self.agent_a, self.manager_a):
            visible = self.env["bti.channel"].with_user(user).fields_get()
            for name in SECRETS:
                with self.subTest(f"{user.login} {name}"):
                    self.assertNotIn(name, visible)
                    with self.assertRaises(AccessError):
                        self.channel_a.with_user(user).read([name])
        self.assertNotIn(
            "webhook_key", self.env["bti.channel"].with_user(self.agent_a).fields_get()
        )

    def test_password_is_not_sent_to_an_address_that_a_manager_chose(self):
        channel = self.channel_a.with_user(self.manager_a)
        channel.write({"base_url": channel.base_url, "name": "Same address"})
        for vals in ({"base_url": "http://127.0.0.1:8"}, {"provider": "android"}):
            with self.subTest(vals), self.assertRaises(UserError):
                channel.write(vals)
        self.channel_a.write({"state": "paused", "access_token": False})
        channel.base_url = "http://127.0.0.1:8"

    def test_secret_fields_are_shown_as_passwords(self):
        arch = (
            self.env["bti.channel"]
            .with_user(self.env.ref("base.user_admin"))
            .get_view(self.env.ref("bti_messaging.bti_channel_view_form").id)["arch"]
        )
        for name in ("access_token", "app_secret"):
            self.assertRegex(arch, rf'<field name="{name}"[^>]*password="True"')

    def test_message_count_of_a_contact_is_for_agents(self):
        self._create_message(self.channel_a, partner_id=self.client_a.id)
        self.assertEqual(self.client_a.with_user(self.agent_a).bti_message_count, 1)
        self.assertNotIn(
            "bti_message_count", self.env["res.partner"].with_user(self.employee_a).fields_get()
        )

    def test_neutralized_copy_sends_nothing(self):
        with open(file_path("bti_messaging/data/neutralize.sql")) as script:
            statements = re.sub(r"--.*", "", script.read())
        self.env.flush_all()
        self.env.cr.execute(statements)
        self.env.invalidate_all()
        for channel in self.channel_a | self.channel_b:
            self.assertEqual(channel.state, "paused")
            self.assertFalse(any(channel[name] for name in SECRETS))
        self.assertEqual(self.trial_a.state, "active")

    def test_document_names_follow_the_rights_on_documents(self):
        message = self._create_message(
            self.channel_a, res_model="res.partner", res_id=self.client_a.id
        )
        self.assertEqual(message.with_user(self.agent_a).res_name, "Client A")
        gone = self._create_message(self.channel_a, res_model="no.such.model", res_id=1)
        self.assertFalse(gone.with_user(self.agent_a).res_name)
