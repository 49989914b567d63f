from odoo.tests import Form, tagged

from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestClientFile(BtiCrmCommon):
    def test_kind_is_the_one_of_the_company_for_its_contacts(self):
        builder = self.env.ref("bti_crm.client_kind_builder")
        contact = self.env["res.partner"].create({"name": "Foreman", "parent_id": self.client.id})
        self.client.client_kind_id = builder
        self.assertEqual(contact.client_kind_id, builder)

    def test_needs_are_counted_over_the_contacts(self):
        contact = self.env["res.partner"].create({"name": "Foreman", "parent_id": self.client.id})
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        needs = self._new_need(self._new_lead(partner_id=self.client.id))
        needs |= self._new_need(self._new_lead(partner_id=contact.id))
        self._new_need(self._new_lead(partner_id=stranger.id))
        partners = (self.client | contact | stranger).with_user(self.nadia)
        self.assertEqual(partners.mapped("need_count"), [2, 1, 1])
        action = partners[0].action_view_needs()
        self.assertEqual(self.env["bti.need"].with_user(self.nadia).search(action["domain"]), needs)

    def test_count_shows_what_the_rep_may_see(self):
        self._new_need(self._new_lead(self.nadia, partner_id=self.client.id))
        self._new_need(self._new_lead(self.karim, partner_id=self.client.id))
        self.assertEqual(self.client.with_user(self.nadia).need_count, 1)
        self.client.invalidate_recordset()
        self.assertEqual(self.client.with_user(self.samia).need_count, 2)

    def test_rep_fills_the_client_file(self):
        with Form(self.env["res.partner"].with_user(self.nadia)) as form:
            form.name = "Kamel"
            form.country_id = self.algeria
            form.city_id = self.azazga
            form.client_kind_id = self.env.ref("bti_crm.client_kind_private")
        self.assertRecordValues(
            form.record,
            [{"city": "Azazga", "state_id": self.tizi_ouzou.id, "city_id": self.azazga.id}],
        )

    def test_sources_are_read_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_and_install_lang("fr_FR")
        source = self.env.ref("bti_crm.source_visit")
        source.with_context(lang="fr_FR").label = "Passage au bureau"
        self.assertEqual(source.with_context(lang="fr_FR").display_name, "Passage au bureau")
        self.assertEqual(source.name, "Visit", "other modules keep one name in all languages")
        found = self.env["utm.source"].with_context(lang="fr_FR").name_search("passage")
        self.assertEqual(found, [(source.id, "Passage au bureau")])

    def test_source_without_label_shows_its_name(self):
        self.assertEqual(self.env.ref("bti_crm.source_ouedkniss").display_name, "Ouedkniss")
