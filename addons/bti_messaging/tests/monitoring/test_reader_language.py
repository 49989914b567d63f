from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ...gateways.base import ChannelProblem
from ..network_common import BUSINESS
from ..template_common import BODY_FR, TemplateCommon

JOB = "odoo.addons.bti_messaging.models.channel.job"


@freeze_time("2026-11-29 12:00:00")
class TestReaderLanguage(TemplateCommon):
    """Jobs and the network have no language: what they leave is in that of who reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company_a.partner_id.lang = "fr_FR"
        cls.env.user.lang = "en_US"

    def notes(self, channel):
        return " ".join(str(body) for body in channel.message_ids.mapped("body"))

    def test_of_the_company_or_of_the_responsible(self):
        self.assertEqual(self.whatsapp._for_readers().env.lang, "fr_FR")
        self.manager_a.lang = "en_US"
        self.whatsapp.responsible_ids = self.manager_a
        self.assertEqual(self.whatsapp._for_readers().env.lang, "en_US")

    def test_a_text_that_is_gone(self):
        self.graph.add("livraison", BODY_FR)
        self.Template._sync_isolated(self.whatsapp)
        self.graph.texts.clear()
        self.Template._sync_isolated(self.whatsapp)
        template = self.Template.search([("business_account", "=", BUSINESS)])
        self.assertEqual((template.state, template.reason), ("disabled", "Le réseau ne l'a plus."))

    def test_why_a_text_was_not_sent(self):
        template = self.make("livraison", state="paused")
        message = self.Message.create(
            {
                "channel_id": self.whatsapp.id,
                "number": "+213550123456",
                "body": "x",
                "template_id": template.id,
            }
        )
        self.assertEqual(message.state, "failed")
        self.assertIn("n'est pas approuvé", message.failure_reason)

    def test_what_the_network_tells_about_the_account(self):
        event = self.env["bti.event"].create(
            {
                "channel_id": self.whatsapp.id,
                "key": "account1",
                "kind": "account",
                "detail": "disabled_update",
            }
        )
        event._route_account()
        self.assertIn("Le réseau signale", self.notes(self.whatsapp))
        self.assertIn("disabled_update", self.notes(self.whatsapp))

    def test_a_trouble_of_the_channel(self):
        with mute_logger(JOB):
            self.whatsapp._set_problem(ChannelProblem.CREDENTIALS, "Session has expired")
        labels = dict(
            self.whatsapp._fields["problem"]._description_selection(
                self.whatsapp.with_context(lang="fr_FR").env
            )
        )
        self.assertIn(labels["credentials"], self.notes(self.whatsapp))
