from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .sheet_common import PriceSheetCommon


@tagged("-at_install", "post_install")
class TestPricePortal(PriceSheetCommon, HttpCase):
    """Two clients of different kinds, each at his own prices and bonus."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, partner in (
            ("reseller_test", cls.client_partner),
            ("private_test", cls.private),
        ):
            new_test_user(
                cls.env,
                login,
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
                lang="en_US",
            )
        cls.rule = cls.env["bti.bonus.rule"].create(
            {
                "name": "Reseller bonus",
                "company_id": cls.company.id,
                "client_kind_ids": [Command.set(cls.kinds[0].ids)],
                "tier_ids": [Command.create({"threshold": 20000, "reward": 3})],
            }
        )
        cls.statement = cls.env["bti.bonus.statement"].create(
            {
                "rule_id": cls.rule.id,
                "partner_id": cls.client_partner.id,
                "period_start": "2025-01-01",
                "period_end": "2025-12-31",
                "decision": "proposed",
                "amount": 1234.5,
            }
        )

    def test_two_clients_two_lists(self):
        self.authenticate("reseller_test", "reseller_test")
        page = self.url_open("/my/prices").text
        self.assertIn(">40.00<", page)
        self.assertNotIn("44.44", page)
        self.authenticate("private_test", "private_test")
        page = self.url_open("/my/prices").text
        self.assertIn("44.44", page)
        self.assertNotIn(">40.00<", page)
        self.assertNotIn(">38.00<", page)

    def test_the_document_is_downloaded(self):
        self.authenticate("private_test", "private_test")
        answer = self.url_open("/my/prices/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    def test_a_wilaya_of_his_own_sites_only(self):
        self._price(self.reseller_list, self.b8, 77.77, state_ids=[Command.set(self.bouira.ids)])
        self.authenticate("reseller_test", "reseller_test")
        page = f"/my/prices?wilaya={self.bouira.id}"
        self.assertNotIn("77.77", self.url_open(page).text)
        self.env["res.partner"].create(
            {
                "name": "Site",
                "type": "delivery",
                "parent_id": self.client_partner.id,
                "state_id": self.bouira.id,
            }
        )
        self.assertIn("77.77", self.url_open(page).text)
        for wrong in ("x", "-1", "999999", "1;DROP"):
            self.assertEqual(self.url_open(f"/my/prices?wilaya={wrong}").status_code, 200)

    def test_a_visitor_must_log_in(self):
        self.authenticate(None, None)
        for path in (
            "/my/prices",
            "/my/prices/pdf",
            "/my/bonus",
            f"/my/bonus/{self.statement.id}/pdf",
        ):
            self.assertIn("/web/login", self.url_open(path).url)

    def test_two_clients_two_bonuses(self):
        self.authenticate("reseller_test", "reseller_test")
        page = self.url_open("/my/bonus").text
        self.assertIn("20,000 more and the bonus is 3 %", page)
        self.assertIn("1,234.50", page)
        self.authenticate("private_test", "private_test")
        page = self.url_open("/my/bonus").text
        self.assertNotIn("Reseller bonus", page)
        self.assertNotIn("1,234.50", page)
        answer = self.url_open(f"/my/bonus/{self.statement.id}/pdf")
        self.assertTrue(answer.url.endswith("/my/bonus"), "not his: back to his own page")
        self.authenticate("reseller_test", "reseller_test")
        answer = self.url_open(f"/my/bonus/{self.statement.id}/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    def test_running_and_refused_ones_are_not_shown(self):
        self.statement.decision = "refused"
        self.authenticate("reseller_test", "reseller_test")
        self.assertNotIn("1,234.50", self.url_open("/my/bonus").text)
        answer = self.url_open(f"/my/bonus/{self.statement.id}/pdf")
        self.assertTrue(answer.url.endswith("/my/bonus"))
