from odoo import fields

from ..campaign_common import CampaignCase
from ..common import MOBILE
from ..inbox.test_inbound import InboundCase

ANSWER = "Votre camion est en route vers Azazga"
QUESTION = "Ma commande pour Azazga ?"
BLANK = "deleted because of its age"


class RetentionMixin:
    """The texts of messages after the months that the company promised."""

    def _grow_old(self):
        """Let all that was written so far be five years older."""
        self.env.flush_all()
        for table, column in (("bti_message", "create_date"), ("mail_message", "date")):
            self.env.cr.execute(f"UPDATE {table} SET {column} = {column} - interval '5 years'")
        self.env.cr.execute("UPDATE bti_message SET date_sent = date_sent - interval '5 years'")
        self.env.invalidate_all()

    def _forget(self):
        """As the nightly housekeeping does."""
        with self.enter_registry_test_mode():
            self.env.ref("base.autovacuum_job").method_direct_trigger()
        self.env.invalidate_all()

    def _bodies(self, record):
        return [
            str(body)
            for body in self.env["mail.message"]
            .search([("model", "=", record._name), ("res_id", "=", record.id)], order="id")
            .mapped("body")
        ]


class TestRetention(RetentionMixin, InboundCase):
    def test_no_copy_outlives_the_text(self):
        self.run_channel(self.channel)
        with self.fake_kannel(self.channel):
            received = self.write_sms(QUESTION, sender=MOBILE)
            conversation = received.conversation_id
            conversation.with_user(self.agent_a).with_context(allowed_company_ids=[]).message_post(
                body=ANSWER, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
            self.run_channel(self.channel)
            self._send_from_contact()
            self.run_channel(self.channel)
        places = (self.client_a, conversation)
        told = "".join(body for place in places for body in self._bodies(place))
        self.assertGreaterEqual(told.count(QUESTION), 2)
        self.assertGreaterEqual(told.count(ANSWER), 2)
        self._grow_old()
        young = self.write_sms("Et les palettes ?", sender=MOBILE)
        self._forget()
        for place in places:
            bodies = self._bodies(place)
            for text in (QUESTION, ANSWER):
                self.assertFalse([body for body in bodies if text in body], (place, text))
            self.assertTrue([body for body in bodies if BLANK in body])
        self.assertEqual(young.body, "Et les palettes ?")
        kept = "".join(self._bodies(self.client_a) + self._bodies(young.conversation_id))
        self.assertGreaterEqual(kept.count("Et les palettes ?"), 2)

    def test_what_is_kept_for_ever_stays_everywhere(self):
        self.company_a.message_retention_months = 0
        received = self.write_sms(QUESTION, sender=MOBILE)
        self._grow_old()
        self._forget()
        self.assertIn(QUESTION, "".join(self._bodies(self.client_a)))
        self.assertIn(QUESTION, "".join(self._bodies(received.conversation_id)))

    def test_other_notes_stay(self):
        self.write_sms(QUESTION, sender=MOBILE)
        self.client_a.message_post(body="Pays at the end of the month")
        self._grow_old()
        self._forget()
        self.assertIn("Pays at the end", "".join(self._bodies(self.client_a)))

    def _send_from_contact(self):
        composer = (
            self.env["sms.composer"]
            .with_user(self.agent_a)
            .with_context(allowed_company_ids=self.company_a.ids)
            .create(
                {
                    "composition_mode": "comment",
                    "res_model": "res.partner",
                    "res_id": self.client_a.id,
                    "body": ANSWER,
                }
            )
        )
        composer.action_send_sms()


class TestCampaignRetention(RetentionMixin, CampaignCase):
    def test_archive_of_a_campaign_is_forgotten_too(self):
        [client] = self._create_clients(1)
        campaign = self._create_campaign(body="Promotion de l'Aid", keep_archives=True)
        with self.fake_kannel(self.kannel_a):
            self.launch(campaign)
            self.run_channel(self.kannel_a)
        self.assertIn("Promotion", "".join(self._bodies(client)))
        self._grow_old()
        self._forget()
        self.assertNotIn("Promotion", "".join(self._bodies(client)))
        self.assertTrue(self.messages(campaign).date_sent < fields.Datetime.now())
