from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestNeedSite(BtiCrmCommon):
    def test_site_typed_once_serves_all_needs(self):
        lead = self._new_lead(site_street="Lot 4", site_city_id=self.azazga.id)
        needs = self._new_need(lead) | self._new_need(lead, product_id=self.b12.id)
        for need in needs:
            self.assertEqual(need.site_street, "Lot 4")
            self.assertEqual(need.site_city_id, self.azazga)
            self.assertEqual(need.site_state_id, self.tizi_ouzou)
        lead.site_access = "narrow"
        self.assertEqual(needs.mapped("site_access"), ["narrow", "narrow"])

    def test_need_created_with_another_site_keeps_it(self):
        lead = self._new_lead(site_city_id=self.azazga.id)
        need = self._new_need(lead, site_city_id=self.bouira_city.id)
        self.assertTrue(need.has_own_site)
        lead.site_city_id = self.freha
        self.assertEqual(need.site_city_id, self.bouira_city)
        self.assertEqual(need.site_state_id, self.bouira)

    def test_need_written_with_another_site_keeps_it(self):
        lead = self._new_lead(site_city_id=self.azazga.id)
        needs = self._new_need(lead) | self._new_need(lead)
        needs[0].site_street = "Behind the school"
        self.assertEqual(needs.mapped("has_own_site"), [True, False])
        lead.site_street = "Lot 5"
        self.assertEqual(needs.mapped("site_street"), ["Behind the school", "Lot 5"])

    def test_same_site_sent_back_by_the_client_stays_shared(self):
        """The web client also writes on lines what it has copied from the enquiry."""
        lead = self._new_lead()
        need = self._new_need(lead)
        lead.write(
            {
                "site_street": "Lot 6",
                "need_ids": [Command.update(need.id, {"site_street": "Lot 6"})],
            }
        )
        self.assertFalse(need.has_own_site)
        lead.site_street = "Lot 7"
        self.assertEqual(need.site_street, "Lot 7")

    def test_need_comes_back_to_the_site_of_the_enquiry(self):
        lead = self._new_lead(site_city_id=self.azazga.id)
        need = self._new_need(lead, site_city_id=self.bouira_city.id)
        need.has_own_site = False
        self.assertEqual((need.site_city_id, need.site_state_id), (self.azazga, self.tizi_ouzou))

    def test_commune_gives_its_wilaya(self):
        for record in (self._new_lead(), self._new_need(self._new_lead(), has_own_site=True)):
            with self.subTest(model=record._name):
                record.site_city_id = self.bouira_city
                self.assertEqual(record.site_state_id, self.bouira)

    def test_wilaya_alone_is_enough(self):
        lead = self._new_lead(site_state_id=self.bouira.id)
        self.assertEqual(self._new_need(lead).site_state_id, self.bouira)

    def test_another_wilaya_empties_the_commune_in_the_form(self):
        with Form(self._new_lead(site_city_id=self.azazga.id)) as form:
            form.site_state_id = self.bouira
            self.assertFalse(form.site_city_id)

    def test_commune_of_another_wilaya_is_refused(self):
        lead = self._new_lead(site_city_id=self.azazga.id)
        with self.assertRaises(ValidationError) as caught:
            lead.site_state_id = self.bouira
        self.assertRegex(str(caught.exception), "Azazga.*Tizi Ouzou.*Bouira")
        need = self._new_need(lead)
        with self.assertRaises(ValidationError):
            need.write({"site_city_id": self.azazga.id, "site_state_id": self.bouira.id})

    def test_choices_are_those_of_the_company_country(self):
        tunisia = self.env.ref("base.tn")
        lead = self._new_lead()
        self.assertEqual(lead.site_country_id, self.algeria)
        self.bti.country_id = tunisia
        lead.invalidate_recordset(["site_country_id"])
        self.assertEqual(lead.site_country_id, tunisia)

    def test_site_is_copied_from_the_client_address(self):
        self.client.write(
            {
                "street": "12, rue des Oliviers",
                "city_id": self.azazga.id,
                "city": "Azazga",
                "state_id": self.tizi_ouzou.id,
            }
        )
        lead = self._new_lead(partner_id=self.client.id).with_user(self.nadia)
        lead.action_site_from_client()
        self.assertRecordValues(
            lead,
            [
                {
                    "site_street": "12, rue des Oliviers",
                    "site_city_id": self.azazga.id,
                    "site_state_id": self.tizi_ouzou.id,
                }
            ],
        )
