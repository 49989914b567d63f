from unittest.mock import patch

from odoo.addons.sms.tools.sms_api import SmsApi

from ...tools.sms_api import SmsApiBti
from ..common import MOBILE, MessagingCase


class TestSmsQueue(MessagingCase):
    """Odoo's own SMS through our channels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_b = cls.env["res.partner"].create(
            {
                "name": "Client B",
                "phone": "0661 23 45 67",
                "country_id": cls.country.id,
                "company_id": cls.company_b.id,
            }
        )

    def _post(self, partner, **kwargs):
        company = partner.company_id
        return partner.with_company(company)._message_sms(
            "Bonjour", partner_ids=partner.ids, **kwargs
        )

    def _sms(self, mail_message):
        return self.env["sms.sms"].search([("mail_message_id", "in", mail_message.ids)])

    def _messages(self, mail_message):
        return self.Message.search([("sms_uuid", "in", self._sms(mail_message).mapped("uuid"))])

    def test_new_company_uses_channels(self):
        self.assertEqual(self.company_a.sms_provider, "bti")
        self.assertEqual(self.company_a._get_sms_api_class(), SmsApiBti)
        self.assertEqual((self.trial_a.provider, self.trial_a.state), ("log", "active"))

    def test_company_that_chose_a_provider_keeps_it(self):
        company = self.env["res.company"].create({"name": "C", "sms_provider": "twilio"})
        self.assertEqual(company.sms_provider, "twilio")
        self.assertTrue(self.env["bti.channel"]._find_channel(company))

    def test_sms_becomes_a_row_in_the_same_transaction(self):
        post = self._post(self.client_a)
        message = self._messages(post)
        self.assertEqual(
            (
                message.state,
                message.number,
                message.body,
                message.partner_id,
                message.res_model,
                message.res_id,
                message.channel_id,
                message.company_id,
            ),
            (
                "outgoing",
                MOBILE,
                "Bonjour",
                self.client_a,
                "res.partner",
                self.client_a.id,
                self.trial_a,
                self.company_a,
            ),
        )
        self.assertEqual(self._sms(post).state, "process")
        self.assertEqual(post.notification_ids.notification_status, "process")

    def test_queue_of_two_companies_is_not_blocked(self):
        posts = self._post(self.client_a, put_in_queue=True) | self._post(
            self.client_b, put_in_queue=True
        )
        self.assertEqual(self._sms(posts).mapped("state"), ["outgoing", "outgoing"])
        with self.enter_registry_test_mode():
            self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
        self.assertEqual(
            {message.number: message.channel_id for message in self._messages(posts)},
            {MOBILE: self.trial_a, "+213661234567": self.trial_b},
        )

    def test_queue_mixing_providers_gives_each_its_own(self):
        self.company_b.sms_provider = "iap"
        posts = self._post(self.client_a, put_in_queue=True) | self._post(
            self.client_b, put_in_queue=True
        )
        seen = []

        def contact_iap(api, endpoint, params, **kwargs):
            seen.append(api.env.company)
            return [
                {"uuid": number["uuid"], "state": "success"}
                for message in params["messages"]
                for number in message["numbers"]
            ]

        with patch.object(SmsApi, "_contact_iap", contact_iap):
            self._sms(posts)._send()
        self.assertEqual(seen, [self.company_b])
        self.assertEqual(
            {sms.number: sms.state for sms in self._sms(posts)},
            {MOBILE: "process", "+213661234567": "pending"},
        )

    def test_same_sms_is_queued_once(self):
        post = self._post(self.client_a)
        sms = self._sms(post)
        sms.write({"state": "outgoing", "to_delete": False})
        sms.send()
        self.assertEqual(len(self._messages(post)), 1)
        self.assertEqual(sms.state, "process")

    def test_notification_follows_the_message(self):
        real = self._create_kannel()
        for states, expected in [
            (("sent",), "pending"),
            (("sent", "delivered"), "sent"),
            (("sent", "failed"), "exception"),
            (("delivered", "sent"), "sent"),
            (("canceled",), "canceled"),
        ]:
            with self.subTest(states):
                post = self._post(self.client_a)
                message = self._messages(post)
                self.assertEqual(message.channel_id, real)
                for state in states:
                    message._update_state(state)
                self.assertEqual(post.notification_ids.notification_status, expected)

    def test_failure_of_the_provider_is_shown_in_the_chatter(self):
        self._create_kannel()
        post = self._post(self.client_a)
        self._messages(post)._update_state(
            "failed", failure_type="not_mobile", failure_reason="HTTP 400"
        )
        notification = post.notification_ids
        self.assertEqual(notification.failure_type, "sms_not_mobile")
        self.assertIn("HTTP 400", notification.failure_reason)

    def test_trial_message_is_shown_as_not_really_sent(self):
        post = self._post(self.client_a)
        self.run_channel(self.trial_a)
        notification = post.notification_ids
        self.assertEqual(
            (notification.notification_status, notification.failure_type),
            ("canceled", "bti_simulated"),
        )

    def test_no_channel_is_a_failure_with_a_reason_not_an_exception(self):
        self.trial_a.action_archive()
        post = self._post(self.client_a)
        self.assertEqual(
            (post.notification_ids.notification_status, post.notification_ids.failure_type),
            ("exception", "bti_no_channel"),
        )
        message = self._messages(post)
        self.assertEqual((message.state, message.company_id), ("failed", self.company_a))
        real = self._create_kannel()
        message.with_user(self.agent_a).action_retry()
        again = message.retry_ids
        self.assertEqual((again.state, again.channel_id), ("outgoing", real))
        self.assertEqual(post.notification_ids.notification_status, "process")
        again._update_state("delivered")
        self.assertEqual(post.notification_ids.notification_status, "sent")

    def test_text_too_long_is_refused_not_cut(self):
        self.trial_a.max_parts = 2
        post = self.client_a._message_sms("ب" * 140, partner_ids=self.client_a.ids)
        self.assertEqual(post.notification_ids.failure_type, "sms_too_long")
        self.assertEqual(self._sms(post).failure_type, "sms_too_long")
        self.assertEqual(len(self._messages(post).body), 140)

    def test_resend_from_the_screens_of_odoo_makes_a_new_message(self):
        self._create_kannel()
        post = self._post(self.client_a)
        failed = self._messages(post)
        failed._update_state("failed", failure_type="undelivered")
        sms = self._sms(post)
        sms.write({"state": "error", "to_delete": False})
        sms.resend_failed()
        self.assertEqual(failed.retry_ids.state, "outgoing")
        self.assertEqual(post.notification_ids.notification_status, "process")

    def test_explicit_channel_is_taken_if_it_is_the_company_s(self):
        other = self._create_kannel(sequence=200)
        foreign = self._create_kannel(company=self.company_b)
        for channel, expected in [(other, other), (foreign, self.trial_a)]:
            with self.subTest(channel.company_id.name):
                self.trial_a.sequence = 1
                post = self._post(self.client_a, bti_channel_id=channel.id)
                self.assertEqual(self._messages(post).channel_id, expected)

    def test_composer_sends_to_plain_numbers(self):
        composer = (
            self.env["sms.composer"]
            .with_company(self.company_a)
            .create(
                {
                    "composition_mode": "numbers",
                    "numbers": "0550123456",
                    "body": "Bonjour",
                }
            )
        )
        composer._action_send_sms()
        message = self.Message.search([("number", "=", MOBILE)], limit=1)
        self.assertEqual((message.state, message.company_id), ("outgoing", self.company_a))
