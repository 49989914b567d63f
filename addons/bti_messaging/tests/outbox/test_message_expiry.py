from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import MOBILE, MessagingCase


class TestMessageExpiry(MessagingCase):
    """The truck has left: good to know today, wrong in two days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trial_a.action_archive()
        cls.channel = cls._create_kannel()
        cls.template = cls.env["sms.template"].create(
            {
                "name": "Left",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "body": "The truck has left",
                "bti_useful_hours": 6,
            }
        )
        cls.action = cls.env["ir.actions.server"].create(
            {
                "name": "Tell",
                "state": "bti_notify",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "bti_sms_template_id": cls.template.id,
            }
        )
        cls.client_a.user_id = cls.agent_a

    def _tell(self):
        """:return: the message that tells the client"""
        self.action.with_context(
            active_model="res.partner", active_ids=self.client_a.ids, active_id=self.client_a.id
        ).run()
        return self.Message.search([("number", "=", MOBILE)], limit=1)

    def _watch(self):
        with mute_logger("odoo.addons.base.models.ir_cron"):
            with self.enter_registry_test_mode():
                self.env.ref("bti_messaging.ir_cron_watch_channels").method_direct_trigger()
        self.env.invalidate_all()

    def _later(self, **delta):
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    def test_what_waits_too_long_is_not_sent_and_somebody_calls(self):
        message = self._tell()
        self.run_channel(self.channel)
        self.assertEqual(message.state, "outgoing", "nobody answers at the provider's address")
        with self.fake_kannel(self.channel) as fake, self._later(days=2):
            self.make_due(message)
            self.run_channel(self.channel)
            self.assertFalse(fake.requests)
            self._watch()
        self.assertEqual((message.state, message.failure_type), ("failed", "expired"))
        self.assertFalse(message.cost)
        [call] = self.client_a.activity_ids
        self.assertEqual(call.user_id, self.agent_a)
        self.assertIn("The truck has left", call.note)

    def test_what_comes_in_time_is_sent(self):
        message = self._tell()
        with self.fake_kannel(self.channel) as fake, self._later(hours=5):
            self.make_due(message)
            self._watch()
            self.run_channel(self.channel)
            self.assertEqual((message.state, len(fake.requests)), ("sent", 1))
        self.assertFalse(self.client_a.activity_ids)

    def test_text_without_limit_waits_as_long_as_it_takes(self):
        self.template.with_user(self.manager_a).bti_useful_hours = 0
        message = self._tell()
        with self.fake_kannel(self.channel), self._later(days=20):
            self._watch()
            self.make_due(message)
            self.run_channel(self.channel)
        self.assertEqual(message.state, "sent")

    def test_time_of_a_text_that_is_sent_later_begins_then(self):
        self.action.write({"bti_delay": 2, "bti_delay_type": "days"})
        message = self._tell()
        with self.fake_kannel(self.channel), self._later(days=2, hours=1):
            self._watch()
            self.run_channel(self.channel)
        self.assertEqual(message.state, "sent")

    def test_paused_channel_gives_up_too(self):
        message = self._tell()
        self.channel.action_pause()
        with self._later(hours=7):
            self._watch()
        self.assertEqual(message.failure_type, "expired")

    def test_who_sends_it_again_decides_that_it_still_holds(self):
        message = self._tell()
        with self._later(hours=7):
            self._watch()
            message.with_user(self.agent_a).with_context(
                allowed_company_ids=self.company_a.ids
            ).action_retry()
            self._watch()
        again = message.retry_ids
        self.assertEqual((again.state, again.expires_at), ("outgoing", False))

    def test_less_than_no_time_is_refused(self):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.template.bti_useful_hours = -1
            self.env.flush_all()
