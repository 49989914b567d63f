from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MailCommon

from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestEnquiry(BtiCrmCommon):
    def _new_enquiry_form(self, user):
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_new_enquiry")
        model = self.env["crm.lead"].with_user(user).with_context(bti_enquiry=True)
        return Form(model, view=action["view_id"][0])

    def test_call_is_registered_in_a_few_fields(self):
        form = self._new_enquiry_form(self.nadia)
        form.phone = "0550 00 09 99"
        form.contact_name = "Kamel"
        form.site_city_id = self.azazga
        with form.need_ids.new() as line:
            line.product_id = self.b8
            line.pieces = 2530
        lead = form.save()
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Enquiry of Kamel",
                    "phone": "+213 550 00 09 99",
                    "phone_sanitized": "+213550000999",
                    "source_id": self.env.ref("bti_crm.source_phone").id,
                    "user_id": self.nadia.id,
                    "company_id": self.bti.id,
                    "site_state_id": self.tizi_ouzou.id,
                }
            ],
        )
        self.assertEqual(lead.need_ids.site_city_id, self.azazga)
        self.assertEqual(lead.action_register_enquiry()["tag"], "display_notification")
        self.assertEqual(lead.action_register_and_open()["res_id"], lead.id)
        self.assertEqual(lead.action_register_and_new()["target"], "new")

    def test_enquiry_is_named_after_who_makes_it(self):
        for values, name in (
            ({"partner_id": self.client.id, "phone": "1"}, "Enquiry of Test Contractor"),
            ({"contact_name": "Kamel", "partner_name": "ETB"}, "Enquiry of Kamel"),
            ({"partner_name": "ETB", "phone": "0550"}, "Enquiry of ETB"),
            ({"phone": "0550000001"}, "Enquiry of 0550000001"),
            ({"email_from": "kamel@example.com"}, "Enquiry of kamel@example.com"),
            ({"contact_name": "Kamel", "name": "His villa"}, "His villa"),
        ):
            with self.subTest(values=values):
                lead = self.env["crm.lead"].with_user(self.nadia).create(values)
                self.assertEqual(lead.name, name)

    def test_caller_is_recognised_however_the_number_is_written(self):
        for phone in ("0550000901", "0550 00 09 01", "+213550000901", "00213 550 00 09 01"):
            with self.subTest(phone=phone):
                form = self._new_enquiry_form(self.nadia)
                form.phone = phone
                self.assertEqual(form.partner_id, self.client)

    def test_client_is_recognised_by_each_number_of_his_file_and_of_the_enquiry(self):
        self.client.phone = "021 23 45 67 / 0550 00 09 01 ou 0661 00 09 02"
        for phone in (
            "0661000902",
            "+213 550 00 09 01",
            "0770 11 22 33 - 0661 00 09 02",
            "661000902.0",
        ):
            with self.subTest(phone=phone):
                form = self._new_enquiry_form(self.nadia)
                form.phone = phone
                self.assertEqual(form.partner_id, self.client)

    def test_rep_chooses_between_contacts_of_one_number(self):
        self.env["res.partner"].create(
            {"name": "Foreman", "phone": "0550000901", "country_id": self.algeria.id}
        )
        lead = self.env["crm.lead"].new({"phone": "+213 550 00 09 01"})
        warning = lead._onchange_phone_find_client()["warning"]
        self.assertFalse(lead.partner_id)
        self.assertIn("Foreman", warning["message"])
        self.assertIn("Test Contractor", warning["message"])

    def test_unknown_or_odd_number_changes_nothing(self):
        for phone in ("0550 00 08 88", "12", "call later", False):
            with self.subTest(phone=phone):
                lead = self.env["crm.lead"].new({"phone": phone})
                self.assertIsNone(lead._onchange_phone_find_client())

    def test_client_already_chosen_is_not_replaced(self):
        other = self.env["res.partner"].create({"name": "Other client"})
        lead = self.env["crm.lead"].new({"partner_id": other.id, "phone": "0550000901"})
        self.assertIsNone(lead._onchange_phone_find_client())
        self.assertEqual(lead.partner_id._origin, other)

    def test_quick_creation_in_the_pipeline_asks_the_source(self):
        view = self.env.ref("crm.quick_create_opportunity_form")
        form = Form(self.env["crm.lead"].with_user(self.nadia), view=view)
        form.name = "Called this morning"
        form.phone = "0550000777"
        form.source_id = self.env.ref("bti_crm.source_ouedkniss")
        self.assertEqual(form.save().source_id.name, "Ouedkniss")

    def test_only_the_enquiry_form_supposes_a_call(self):
        self.assertFalse(self._new_lead().source_id)

    def test_without_the_phone_source_the_form_still_opens(self):
        self.env.ref("bti_crm.source_phone").unlink()
        self.assertFalse(self._new_enquiry_form(self.nadia).source_id)

    # === MERGE === #

    def test_merge_moves_needs_with_their_sites(self):
        head = self._new_lead(site_city_id=self.azazga.id, probability=60)
        tail = self._new_lead(site_city_id=self.bouira_city.id, probability=10)
        kept = self._new_need(head, 100)
        moved = self._new_need(tail, 200) | self._new_need(tail, 300, site_city_id=self.freha.id)
        merged = (head | tail).with_user(self.nadia).merge_opportunity()
        self.assertEqual(merged, head)
        self.assertFalse(tail.exists())
        self.assertEqual(merged.need_ids, kept | moved)
        self.assertEqual(
            (kept | moved).mapped("site_city_id"), self.azazga | self.bouira_city | self.freha
        )
        head.site_city_id = self.freha
        self.assertEqual(kept.site_city_id, self.freha)
        self.assertEqual(moved[0].site_city_id, self.bouira_city, "it goes where it was going")

    def test_merge_into_an_enquiry_without_need_takes_the_site(self):
        head = self._new_lead(probability=60)
        tail = self._new_lead(site_city_id=self.bouira_city.id, site_access="crane", probability=10)
        need = self._new_need(tail)
        merged = (head | tail).merge_opportunity()
        self.assertRecordValues(
            merged, [{"id": head.id, "site_city_id": self.bouira_city.id, "site_access": "crane"}]
        )
        self.assertRecordValues(need, [{"lead_id": head.id, "has_own_site": False}])

    def test_merge_of_enquiries_for_one_site_keeps_it_shared(self):
        leads = self._new_lead(site_city_id=self.azazga.id, probability=60)
        leads |= self._new_lead(site_city_id=self.azazga.id, probability=10)
        needs = self._new_need(leads[0]) | self._new_need(leads[1])
        leads.merge_opportunity()
        self.assertEqual(needs.mapped("has_own_site"), [False, False])

    def test_an_enquiry_is_found_by_its_phone(self):
        """As the rep types it into the search box of his pipeline."""
        lead = self.env["crm.lead"].create(
            {"name": "Call", "phone": "0550 00 09 98", "user_id": self.nadia.id}
        )
        leads = self.env["crm.lead"].with_user(self.nadia)
        for view in (
            "crm.view_crm_case_opportunities_filter",
            "crm.view_crm_case_leads_filter",
        ):
            arch = leads.get_view(self.env.ref(view).id, "search")["arch"]
            self.assertIn("('phone_mobile_search', 'ilike', self)]", arch)
        for text in [
            "0550 00 09 98",
            "0550.00.09.98",
            "+213550000998",
            "0550 00 09",
            "00 09 98",
        ]:
            with self.subTest(text):
                self.assertIn(lead, leads.search([("phone_mobile_search", "ilike", text)]))
        for text in ["0550 00 09 97", "a", "15"]:  # no word about too short ones
            with self.subTest(text):
                self.assertNotIn(lead, leads.search([("phone_mobile_search", "ilike", text)]))


@tagged("post_install", "-at_install", "mail_gateway")
class TestEnquiryByEmail(MailCommon):
    def test_enquiry_by_email_says_so(self):
        lead = self.env["crm.lead"].message_new(
            {"subject": "Price of B12", "email_from": "kamel@example.com", "body": "", "to": ""}
        )
        self.assertEqual(lead.source_id, self.env.ref("bti_crm.source_email"))

    def test_source_given_by_the_alias_wins(self):
        source = self.env.ref("bti_crm.source_web")
        lead = self.env["crm.lead"].message_new(
            {"subject": "Form", "email_from": "kamel@example.com", "body": "", "to": ""},
            custom_values={"source_id": source.id},
        )
        self.assertEqual(lead.source_id, source)
