from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.sms.tools.sms_api import SmsApi

from ..campaign_common import CampaignCase


@tagged("post_install", "-at_install")
class TestMailingCompany(CampaignCase, MockEmail):
    """A queued mailing is sent by OdooBot, whose company is another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bot = cls.env.ref("base.user_root")
        cls.bot.write({"company_ids": [(4, cls.company_a.id)], "company_id": cls.company_a.id})
        clients = cls._create_clients(4)
        for client in clients:
            client.email = f"client{client.id}@example.com"
        cls.refuses_a, cls.refuses_b, cls.agrees_b, cls.silent = clients
        for client, company, state in (
            (cls.refuses_a, cls.company_a, "withdrawn"),
            (cls.refuses_b, cls.company_b, "withdrawn"),
            (cls.agrees_b, cls.company_b, "given"),
        ):
            for kind, address in (("sms", client.phone_sanitized), ("email", client.email)):
                cls.env["bti.consent"]._record(
                    company, kind, address, state, "call", proof="told us", partner=client
                )

    def _run_queue(self):
        cron = self.env.ref("mass_mailing.ir_cron_mass_mailing_queue")
        with mute_logger("odoo.addons.base.models.ir_cron"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _mail(self, user, **vals):
        """:return: the contacts whom a queued mailing by e-mail reaches"""
        mailing = self._create_campaign(user, mailing_type="mail", body_html="<p>Offer</p>", **vals)
        mailing.action_put_in_queue()
        with self.mock_mail_gateway():
            self._run_queue()
        self.assertEqual(mailing.state, "done")
        traces = self.traces(mailing).filtered(lambda trace: trace.trace_status != "cancel")
        return self.env["res.partner"].browse(traces.mapped("res_id"))

    def test_consents_are_those_of_the_mailings_company(self):
        everybody = self.refuses_a | self.refuses_b | self.agrees_b | self.silent
        self.assertEqual(self._mail(self.marketer_b), everybody - self.refuses_b)
        self.assertEqual(self._mail(self.marketer_a), everybody - self.refuses_a)

    def test_rule_of_marketing_is_that_of_the_mailings_company(self):
        self.company_b.marketing_consent = "opt_in"
        self.assertEqual(self._mail(self.marketer_b), self.agrees_b)

    def test_filter_by_consent_asks_the_mailings_company(self):
        domain = [("category_id", "in", self.tag.ids), ("email_consent", "=", "given")]
        found = self._mail(self.marketer_b, mailing_domain=repr(domain))
        self.assertEqual(found, self.agrees_b)

    def test_sms_through_another_provider(self):
        """Core's queue: consents and the account are those of the mailing's company."""
        self.company_a.sms_provider = "bti"
        self.company_b.sms_provider = "iap"
        sent = []

        def send(api, messages, delivery_reports_url=False):
            numbers = [number for message in messages for number in message["numbers"]]
            sent.extend(number["number"] for number in numbers)
            return [{"uuid": number["uuid"], "state": "sent"} for number in numbers]

        for force_send in (True, False):
            with self.subTest(force_send=force_send), patch.object(SmsApi, "_send_sms_batch", send):
                mailing = self._create_campaign(self.marketer_b, sms_force_send=force_send)
                mailing.action_put_in_queue()
                self._run_queue()
                if not force_send:
                    cron = self.env.ref("sms.ir_cron_sms_scheduler_action")
                    with (
                        mute_logger("odoo.addons.base.models.ir_cron"),
                        self.enter_registry_test_mode(),
                    ):
                        cron.method_direct_trigger()
                expected = (self.refuses_a | self.agrees_b | self.silent).mapped("phone_sanitized")
                self.assertEqual(sorted(sent), sorted(expected))
                self.assertFalse(self.env["bti.message"].search([("mailing_id", "=", mailing.id)]))
                sent.clear()
