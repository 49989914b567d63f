from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...hooks import ENRICHMENT, silence_lead_enrichment
from ..common import BtiCrmCommon

CALL = "odoo.addons.iap.tools.iap_tools.iap_jsonrpc"


@tagged("post_install", "-at_install")
class TestPaidServices(BtiCrmCommon):
    """Nothing of a client goes to Odoo's paid services before an administrator wants it."""

    def setUp(self):
        super().setUp()
        self.params = self.env["ir.config_parameter"]
        self.calls = self.startPatcher(patch(CALL, return_value={}))

    def test_new_enquiries_stay_in_the_house(self):
        self.assertEqual(self.params.get_param(ENRICHMENT), "manual")
        cron = self.env.ref("crm_iap_enrich.ir_cron_lead_enrichment", raise_if_not_found=False)
        self.assertFalse(cron and cron.active)
        for address in ("boss@builder.example.com", "somebody@gmail.com"):
            with self.subTest(address=address):
                before = self.env["ir.cron.trigger"].search_count([])
                lead = self._new_lead(self.nadia, email_from=address)
                notes = lead.message_ids
                self.assertEqual(self.env["ir.cron.trigger"].search_count([]), before)
                self.assertEqual(lead.message_ids, notes)
        self.calls.assert_not_called()

    def test_services_are_silent(self):
        partners = self.env["res.partner"].with_user(self.nadia)
        lead = self._new_lead(self.nadia, email_from="boss@builder.example.com")
        for call in (
            lambda: partners.autocomplete_by_name("SARL Bati", self.algeria.id),
            lambda: partners.enrich_by_domain("builder.example.com"),
            lambda: lead.with_user(self.nadia).iap_enrich(),
            lambda: self.env["iap.account"].get_credits("partner_autocomplete"),
        ):
            call()
        for service in ("reveal", "partner_autocomplete", "snailmail"):
            with self.subTest(service=service), self.assertRaisesRegex(UserError, "switched off"):
                self.env["iap.account"].get(service)
        self.calls.assert_not_called()

    def test_administrator_switches_them_on(self):
        settings = self.env["res.config.settings"].create({"messaging_iap_services": True})
        settings.execute()
        for service in ("reveal", "partner_autocomplete", "snailmail"):
            with self.subTest(service=service):
                self.assertTrue(self.env["iap.account"].get(service))

    def test_sms_of_odoo_is_the_company_s_own_choice(self):
        self.assertTrue(self.env["iap.account"].get("sms"))

    def test_old_choices_stay(self):
        cron = self.env.ref("crm_iap_enrich.ir_cron_lead_enrichment", raise_if_not_found=False)
        if not cron:
            self.skipTest("crm_iap_enrich is not installed")
        for kept, active in (("auto", True), (None, False)):
            with self.subTest(kept=kept):
                self.params.set_param(ENRICHMENT, kept or False)
                cron.active = True
                silence_lead_enrichment(self.env)
                self.assertEqual(cron.active, active)
                self.assertEqual(self.params.get_param(ENRICHMENT), kept or "manual")
