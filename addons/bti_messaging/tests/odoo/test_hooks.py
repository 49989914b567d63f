from unittest.mock import patch

from ...hooks import post_init_hook, uninstall_hook
from ..common import MessagingCase


class TestHooks(MessagingCase):
    def _install(self):
        """Run the installation hook as if the companies had just met this addon."""
        ResCompany = type(self.env["res.company"])
        seen = []
        with patch.object(
            ResCompany, "_bti_create_trial_channel", lambda company: seen.append(company.id)
        ):
            post_init_hook(self.env)
        return seen

    def test_each_company_gets_its_trial_channel(self):
        self.assertLessEqual({self.company_a.id, self.company_b.id}, set(self._install()))

    def test_each_company_gets_quiet_hours_once(self):
        Quiet = self.env["bti.quiet.period"].with_context(active_test=False)
        closed = self._create_company("Brickworks C")
        closed.active = False
        Quiet.search([]).unlink()
        own = Quiet.create({"name": "Lunch", "company_id": self.company_a.id})
        self._install()
        self._install()
        self.assertEqual(Quiet.search([("company_id", "=", self.company_a.id)]), own)
        for company in (self.company_b, closed):
            given = Quiet.search([("company_id", "=", company.id)])
            self.assertEqual(given.mapped("name"), ["Friday prayer", "Night"])
        companies = self.env["res.company"].with_context(active_test=False).search([])
        self.assertEqual(Quiet.search([]).company_id, companies)

    def test_existing_mailings_go_to_the_company_of_their_people(self):
        bot = self.env.ref("base.user_root")
        first = self.env["res.company"].search([], order="id", limit=1)
        # responsible, author: company
        cases = [
            (self.manager_a, bot, self.company_a),
            (self.manager_a, self.manager_b, self.company_a),
            (self.env["res.users"], self.manager_b, self.company_b),
            (bot, self.manager_b, self.company_b),
            (bot, bot, first),
        ]
        mailings = self.env["mailing.mailing"].create(
            [
                {
                    "subject": "Bricks",
                    "mailing_type": "sms",
                    "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "company_id": first.id,
                    "user_id": user.id,
                }
                for user, _author, _company in cases
            ]
        )
        mailings[0].active = False
        e_mail = mailings[0].copy({"mailing_type": "mail", "company_id": first.id})
        for mailing, (_user, author, _company) in zip(mailings, cases, strict=True):
            self.env.cr.execute(
                "UPDATE mailing_mailing SET create_uid = %s WHERE id = %s", (author.id, mailing.id)
            )
        mailings.invalidate_recordset()
        self._install()
        self.assertEqual(
            [mailing.company_id for mailing in mailings],
            [company for _user, _author, company in cases],
        )
        self.assertEqual(e_mail.company_id, self.company_a)

    def test_installation_leaves_paid_providers_alone(self):
        self.company_a.sms_provider = "twilio"
        self.company_b.sms_provider = "iap"
        company_c = self._create_company("Brickworks C")
        company_c.sms_provider = "iap"
        self.env["iap.account"].search([("service_name", "=", "sms")]).unlink()
        self.env["iap.account"].create(
            {
                "service_id": self.env.ref("sms.iap_service_sms").id,
                "state": "registered",
                "company_ids": company_c.ids,
            }
        )
        self._install()
        self.assertEqual(
            [company.sms_provider for company in (self.company_a, self.company_b, company_c)],
            ["twilio", "bti", "iap"],
        )

    def test_uninstallation_leaves_no_job(self):
        channel = self._create_kannel()
        channel.action_archive()
        crons = (channel | self.trial_a).ir_cron_id
        actions = crons.ir_actions_server_id | self.env["ir.actions.server"].create(
            {
                "name": "Tell",
                "state": "bti_notify",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        uninstall_hook(self.env)
        self.assertFalse(crons.exists() or actions.exists())
        self.assertFalse(
            self.env["ir.cron"]
            .with_context(active_test=False)
            .search([("code", "like", "_cron_process_channel")])
        )

    def test_company_falls_back_to_the_service_of_odoo(self):
        field = self.env["ir.model.fields"]._get("res.company", "sms_provider")
        selection = field.selection_ids.filtered(lambda value: value.value == "bti")
        self.assertTrue(selection)
        selection.with_context(_force_unlink=True)._process_ondelete()
        self.assertEqual(self.company_a.sms_provider, "iap")
