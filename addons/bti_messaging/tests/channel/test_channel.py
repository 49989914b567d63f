import os
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from ..common import MessagingCase


class TestChannel(MessagingCase):
    def test_channel_is_not_archived_while_messages_wait_for_it(self):
        channel = self._create_kannel()
        message = self._create_message(channel)
        with self.assertRaises(UserError):
            channel.action_archive()
        message._update_state("canceled")
        channel.action_archive()
        self.assertFalse(channel.active)

    # === CREATION AND JOBS === #

    def test_secrets_are_made_and_never_copied(self):
        one = self._create_kannel()
        two = one.copy()
        for channel in (one, two):
            self.assertGreaterEqual(len(channel.webhook_key), 32)
            self.assertGreaterEqual(len(channel.app_secret), 64)
        self.assertNotEqual(one.webhook_key, two.webhook_key)
        self.assertNotEqual(one.app_secret, two.app_secret)
        self.assertFalse(two.access_token)
        self.assertEqual(two.state, "draft")

    def test_each_channel_has_its_own_job(self):
        channel = self._create_kannel()
        cron = channel.ir_cron_id
        self.assertTrue(cron.active)
        self.assertNotEqual(cron, self.trial_a.ir_cron_id)
        channel.name = "Renamed"
        self.assertIn("Renamed", cron.name)
        channel.action_archive()
        self.assertFalse(cron.active)
        channel.action_unarchive()
        self.assertTrue(cron.active)

    def test_job_goes_with_its_channel(self):
        channel = self._create_kannel()
        cron, action = channel.ir_cron_id, channel.ir_cron_id.ir_actions_server_id
        channel.unlink()
        self.assertFalse(cron.exists() or action.exists())

    def test_manager_creates_a_channel_without_seeing_its_secrets(self):
        with Form(self.env["bti.channel"].with_user(self.manager_a)) as form:
            form.name = "Made by a manager"
        channel = form.record
        self.assertTrue(channel.webhook_key)
        self.assertTrue(channel.sudo().app_secret)
        with self.assertRaises(AccessError):
            channel.app_secret  # noqa: B018
        with self.assertRaises(AccessError):
            channel.write({"access_token": "x"})

    def test_channel_with_messages_cannot_be_deleted(self):
        self._create_message(self.trial_a)
        with (
            self.assertRaises(psycopg2.IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.trial_a.unlink()

    # === ACTIVATION === #

    def test_kannel_is_activated_only_when_complete(self):
        for name, label in [
            ("base_url", "Address"),
            ("username", "User Name"),
            ("access_token", "Password"),
        ]:
            with self.subTest(name):
                channel = self._create_kannel(state="draft", **{name: False})
                with self.assertRaisesRegex(ValidationError, label), self.cr.savepoint():
                    channel.action_activate()
                channel[name] = "http://127.0.0.1:9"
                channel.action_activate()
                self.assertEqual(channel.state, "active")
                with self.assertRaises(ValidationError), self.cr.savepoint():
                    channel[name] = False

    def test_first_active_channel_carries_the_messages(self):
        find = self.env["bti.channel"]._find_channel
        self.assertEqual(find(self.company_a), self.trial_a)
        real = self._create_kannel()
        self.assertEqual(find(self.company_a), real)
        self.assertEqual(find(self.company_b), self.trial_b)
        real.action_pause()
        self.assertFalse(find(self.company_a), "messages wait for a real channel")
        real.state = "draft"
        self.assertEqual(find(self.company_a), self.trial_a)
        self.trial_a.action_archive()
        self.assertFalse(find(self.company_a))

    def test_webhook_address_uses_what_the_provider_can_reach(self):
        channel = self._create_kannel()
        self.assertEqual(
            channel.webhook_url, f"http://127.0.0.1:8069/bti/webhook/{channel.webhook_key}"
        )
        channel.callback_base_url = False
        self.assertEqual(
            channel.webhook_url, f"{channel.get_base_url()}/bti/webhook/{channel.webhook_key}"
        )

    def test_environment_wins_over_the_database(self):
        channel = self._create_kannel(access_token="from the database")
        with patch.dict(os.environ, {f"BTI_CHANNEL_{channel.id}_ACCESS_TOKEN": "outside"}):
            self.assertEqual(channel._get_gateway().config.access_token, "outside")
        self.assertEqual(channel._get_gateway().config.access_token, "from the database")

    # === TEST MESSAGE === #

    def test_wizard_tells_the_cost_and_queues_a_message(self):
        channel = self._create_kannel()
        wizard = (
            self.env["bti.channel.test"]
            .with_user(self.manager_a)
            .create(
                {
                    "channel_id": channel.id,
                    "number": "0550 12 34 56",
                    "body": "ب" * 71,
                }
            )
        )
        self.assertEqual((wizard.encoding, wizard.parts, wizard.cost), ("ucs2", 2, 5.0))
        message = self.Message.browse(wizard.action_send()["res_id"])
        self.assertEqual((message.number, message.state), ("+213550123456", "outgoing"))
        wizard.number = "nobody"
        with self.assertRaises(UserError):
            wizard.action_send()

    def test_paused_channel_sends_no_test(self):
        channel = self._create_kannel(state="paused")
        with self.assertRaises(UserError):
            channel.action_send_test()

    # === FIGURES === #

    def test_figures_of_several_channels(self):
        real = self._create_kannel()
        self._create_message(real)
        self._create_message(real)._update_state("sent")
        self._create_message(real)._update_state("failed", failure_type="undelivered")
        other = self._create_kannel(name="Other")
        channels = real | other
        channels.invalidate_recordset()
        self.assertEqual(channels.mapped("queue_count"), [1, 0])
        self.assertEqual(channels.mapped("sent_count"), [1, 0])
        self.assertEqual(channels.mapped("failed_count"), [1, 0])
        self.assertTrue(real.last_sent)
        self.assertFalse(other.last_sent)
        self.assertEqual(channels.mapped("health"), ["warning", "ok"])

    def test_figures_take_as_many_queries_for_many_channels(self):
        channels = self.trial_a | self._create_kannel() | self._create_kannel()
        self.env.flush_all()
        self.env.invalidate_all()
        channels.mapped("name")
        with self.assertQueryCount(10):
            channels.mapped("health")

    def test_a_changed_password_tries_again_at_once(self):
        channel = self._create_kannel()
        message = self._create_message(channel)
        channel.write(
            {
                "problem": "credentials",
                "problem_count": 3,
                "blocked_until": "2099-01-01",
            }
        )
        message.next_try_at = "2099-01-01"
        self.forget_triggers(channel)
        self.assertEqual(channel.health, "error")
        channel.access_token = "the right one"
        self.assertFalse(channel.problem or channel.blocked_until)
        self.assertTrue(channel._is_sending_allowed())
        self.assertLess(message.next_try_at.year, 2099)
        self.assertEqual(self.triggers(channel), 1)
