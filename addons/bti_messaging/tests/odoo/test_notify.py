from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ..common import MOBILE, MessagingCase

THREAD_LOG = "odoo.addons.bti_messaging.models.odoo.mail_thread"


class TestNotify(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("en_US", "fr_FR", "ar_001"):
            cls.env["res.lang"]._activate_lang(code)
        cls.template = cls.env["sms.template"].create(
            {
                "name": "Ready",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "body": "Hello {{ object.name }}",
            }
        )
        cls.template.with_context(lang="fr_FR").body = "Bonjour {{ object.name }}"
        cls.template.with_context(lang="ar_001").body = "مرحبا {{ object.name }}"
        cls.client_a.write({"user_id": cls.agent_a.id, "lang": "en_US"})

    def _message(self, partner=None):
        return self.Message.search([("partner_id", "=", (partner or self.client_a).id)], limit=1)

    def test_client_is_told_in_his_language(self):
        for lang, text in [
            ("fr_FR", "Bonjour Client A"),
            ("ar_001", "مرحبا Client A"),
            ("en_US", "Hello Client A"),
        ]:
            with self.subTest(lang):
                self.client_a.lang = lang
                post = self.client_a._bti_notify(self.template)
                self.assertEqual(len(post), 1)
                self.assertEqual(self._message().body, text)

    def test_template_that_says_nothing_or_is_not_closed_is_refused(self):
        for body in (" ", "\n", "Hello {{ object.name", "Hello object.name }}"):
            with self.subTest(body):
                with self.assertRaises(ValidationError):
                    self.template.with_user(self.manager_a).body = body

    def test_text_for_many_documents_is_checked_before_it_goes(self):
        composer = (
            self.env["sms.composer"]
            .with_context(allowed_company_ids=self.company_a.ids)
            .create(
                {
                    "composition_mode": "mass",
                    "res_model": "res.partner",
                    "res_ids": repr(self.client_a.ids),
                    "body": "Hello {{ object.name",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "not closed"):
            composer.action_send_sms()
        self.assertFalse(self._message())

    def test_old_template_with_such_a_text_sends_nothing(self):
        for body in (" ", "Hello {{ object.name", "{{ object.comment or '' }}"):
            with self.subTest(body), mute_logger(THREAD_LOG):
                # as a version without the check has stored it
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE sms_template SET body = jsonb_build_object('en_US', %s::text)"
                    " WHERE id = %s",
                    [body, self.template.id],
                )
                self.env.invalidate_all()
                self.assertFalse(self.client_a._bti_notify(self.template))
                self.assertFalse(self._message())
                self.assertIn("could not be prepared", self.client_a.message_ids[:1].body)

    def test_message_without_text_is_not_queued(self):
        for body in ("", " ", "\n \u200b"[:2], False):
            message = self._create_message(self.trial_a, body=body)
            self.assertEqual((message.state, message.failure_type), ("failed", "empty"))

    def test_template_may_choose_the_language(self):
        self.client_a.lang = "fr_FR"
        self.template.lang = "ar_001"
        self.client_a._bti_notify(self.template)
        self.assertEqual(self._message().body, "مرحبا Client A")

    def test_only_rows_are_written(self):
        with patch("requests.Session.request", side_effect=AssertionError("sent!")):
            self.client_a._bti_notify(self.template, purpose="marketing")
        message = self._message()
        self.assertEqual(
            (message.state, message.purpose, message.number), ("outgoing", "marketing", MOBILE)
        )

    def test_message_is_seen_on_the_document(self):
        post = self.client_a._bti_notify(self.template)
        self.assertEqual(
            (post.model, post.res_id, post.message_type), ("res.partner", self.client_a.id, "sms")
        )
        self.assertEqual(post.notification_ids.notification_type, "sms")

    def test_chosen_channel_and_several_documents(self):
        real = self._create_kannel(sequence=900)
        other = self.client_a.copy({"name": "Other", "phone": "0661234567"})
        (self.client_a | other)._bti_notify(self.template, channel=real)
        self.assertEqual((self._message() | self._message(other)).channel_id, real)

    def test_company_of_the_document_sends(self):
        self.client_a.company_id = self.company_b
        self.client_a._bti_notify(self.template)
        self.assertEqual(self._message().channel_id, self.trial_b)

    def test_without_mobile_the_responsible_calls(self):
        for phone in (False, "021 23 45 67", "nonsense"):
            with self.subTest(phone):
                client = self.client_a.copy({"phone": phone, "user_id": self.agent_a.id})
                self.assertFalse(client._bti_notify(self.template))
                self.assertFalse(self._message(client))
                self.assertIn("no mobile number", client.message_ids[0].body)
                self.assertIn("Hello", client.message_ids[0].body)
                activity = client.activity_ids
                self.assertEqual(
                    (activity.user_id, activity.activity_type_id),
                    (self.agent_a, self.env.ref("mail.mail_activity_data_call")),
                )
                client._bti_notify(self.template)
                self.assertEqual(client.activity_ids, activity, "one call is enough")

    def test_without_responsible_a_note_is_enough(self):
        client = self.client_a.copy({"phone": False, "user_id": False})
        client._bti_notify(self.template)
        self.assertFalse(client.activity_ids)
        self.assertIn("no mobile number", client.message_ids[0].body)

    def test_words_of_others_are_text_in_notes_and_activities(self):
        """Whatever a template, a provider or a person wrote, it is no HTML."""
        text = "<img src=x onerror=alert(1)> & <b>10 < 20</b>\nsecond line"
        client = self.client_a.copy({"phone": False, "user_id": self.agent_a.id, "name": text})
        client._bti_notify(self.template)
        channel = self._create_kannel()
        alert = channel._bti_alert(self.manager_a, lambda record: ("Alert", text))
        self.manager_a.group_ids += self.env.ref("mass_mailing.group_mass_mailing_user")
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Bricks",
                "mailing_type": "sms",
                "body_plaintext": "x",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "user_id": self.manager_a.id,
            }
        )
        mailing._pause("error", text)
        for shown in (
            client.message_ids[0].body,
            client.activity_ids.note,
            alert.note,
            mailing.activity_ids.note,
        ):
            with self.subTest(shown):
                self.assertIn("&lt;img src=x", shown)
                self.assertNotRegex(shown, r"<(img|b)\b")
                self.assertRegex(shown, r"<br ?/?>|</p>")
        channel._bti_alert(self.env["res.users"], lambda record: ("Alert", text))
        self.assertNotRegex(channel.message_ids[0].body, r"<(img|b)\b")

    def test_number_only_possible_is_tried(self):
        self.client_a.phone = "0580 12 34 56"
        self.client_a._bti_notify(self.template)
        self.assertEqual(self._message().number, "+213580123456")

    def test_faulty_text_does_not_stop_the_document(self):
        self.template.body = "{{ object.no_such_field }}"
        self.template.with_context(lang="en_US").body = "{{ object.no_such_field }}"
        with mute_logger(THREAD_LOG, "odoo.addons.mail.models.mail_render_mixin"):
            self.client_a._bti_notify(self.template)
        self.assertIn("could not be prepared", self.client_a.message_ids[0].body)

    def test_marketing_respects_the_blacklist(self):
        self.env["phone.blacklist"].add(MOBILE)
        self.client_a._bti_notify(self.template, purpose="marketing")
        self.assertFalse(self._message())
        self.client_a._bti_notify(self.template)
        self.assertTrue(self._message())

    def test_plain_employee_may_notify(self):
        real = self._create_kannel(sequence=900)
        self.client_a.with_user(self.employee_a)._bti_notify(
            self.template, purpose="marketing", channel=real
        )
        message = self._message()
        self.assertEqual(
            (message.state, message.channel_id, message.purpose), ("outgoing", real, "marketing")
        )

    def test_with_another_provider_the_sms_waits_in_odoo_s_queue(self):
        self.company_a.sms_provider = "iap"
        post = self.client_a._bti_notify(self.template)
        self.assertFalse(self._message())
        sms = self.env["sms.sms"].search([("mail_message_id", "=", post.id)])
        self.assertEqual(sms.state, "outgoing")

    def test_hooks_choose_partner_number_and_responsible(self):
        channel = self.trial_a  # a document without partner, phone or responsible
        self.assertFalse(channel._bti_notify_partner())
        self.assertFalse(channel._bti_notify_number())
        self.assertFalse(channel._bti_notify_responsible())
        with patch.object(type(channel), "_bti_notify_number", lambda record: MOBILE):
            template = self.template.copy(
                {"model_id": self.env["ir.model"]._get_id("bti.channel"), "body": "Hi"}
            )
            channel._bti_notify(template)
        message = self.Message.search([("res_model", "=", "bti.channel")], limit=1)
        self.assertEqual((message.number, message.partner_id.id), (MOBILE, False))
