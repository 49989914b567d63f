from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.bti_messaging.gateways.meta.leads import Lead, LeadForm, LeadQuestion

from ..common import BtiCrmCommon

QUESTIONS = {
    "full_name": ("Nom", "FULL_NAME", "full_name"),
    "phone_number": ("Téléphone", "PHONE", "phone"),
    "email": ("E-mail", "EMAIL", "email"),
    "product": ("Quel produit ?", "CUSTOM", "product"),
    "pieces": ("Combien de pièces ?", "CUSTOM", "pieces"),
    "wilaya": ("Votre wilaya", "CUSTOM", "state"),
    "commune": ("Commune", "CUSTOM", "city"),
    "when": ("Pour quand ?", "CUSTOM", "wanted_date"),
    "street": ("Adresse du chantier", "CUSTOM", "street"),
    "colour": ("Une couleur", "CUSTOM", False),
}


class TestLeadAnswer(BtiCrmCommon):
    """What somebody filled in below an advert becomes an enquiry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bti.partner_id.lang = "en_US"
        account = cls.env["bti.account"].create({"name": "App", "company_id": cls.bti.id})
        cls.page = cls.env["bti.channel"].create(
            {
                "name": "Page",
                "provider": "messenger",
                "company_id": cls.bti.id,
                "account_id": account.id,
                "external_id": "104200000000001",
            }
        )
        questions = tuple(
            LeadQuestion(key, label, kind) for key, (label, kind, _target) in QUESTIONS.items()
        )
        cls.env["bti.lead.form"]._store(
            cls.page, [LeadForm("22", "Devis", "ACTIVE", "fr_FR", questions)]
        )
        cls.form = cls.page.lead_form_ids

    def fill(self, lead_id="33", **answers):
        """The network tells what somebody filled in."""
        lead = Lead(
            lead_id,
            "22",
            answers={key: (text,) for key, text in answers.items()},
            platform="fb",
            ad_id="12",
            ad_name="Hiver vidéo",
            campaign_name="Campagne hiver",
        )
        self.env["bti.lead.answer"]._store(self.page, [lead])
        answer = self.env["bti.lead.answer"].search([("external_id", "=", lead_id)])
        answer._become_lead()
        return answer

    def test_the_guess(self):
        for question in self.form.question_ids:
            with self.subTest(question.label):
                self.assertEqual(question.target, QUESTIONS[question.key][2])

    def test_an_enquiry_with_its_need_place_and_source(self):
        self.form.user_id = self.karim
        answer = self.fill(
            full_name="Nadia Merabet",
            phone_number="0661 23 45 67",
            email="nadia@example.com",
            product="T-B8",
            pieces="2 000",
            wilaya="15 - Tizi Ouzou",
            commune="Azazga",
            when="15/12/2026",
            street="Route de Fréha",
            colour="<b>rouge</b>",
        )
        self.assertEqual((answer.state, answer.attention), ("done", False))
        lead = answer.lead_id
        self.assertEqual(
            (lead.contact_name, lead.phone_sanitized, lead.email_normalized),
            ("Nadia Merabet", "+213661234567", "nadia@example.com"),
        )
        need = lead.need_ids
        self.assertEqual((need.product_id, need.pieces), (self.b8, 2000))
        self.assertEqual(need.wanted_date, date(2026, 12, 15))
        self.assertEqual((lead.site_state_id, lead.site_city_id), (self.tizi_ouzou, self.azazga))
        self.assertEqual(lead.site_street, "Route de Fréha")
        self.assertEqual((lead.user_id, lead.company_id), (self.karim, self.bti))
        self.assertEqual(lead.campaign_id.name, "Campagne hiver")
        self.assertEqual(lead.source_id, self.env.ref("utm.utm_source_facebook"))
        self.assertEqual(lead.medium_id, self.env.ref("bti_crm.medium_lead_form"))
        self.assertEqual((lead.lead_form_id, lead.advert), (self.form, "Hiver vidéo"))
        self.assertIn("Une couleur: &lt;b&gt;rouge", str(lead.description))
        self.assertIn("T-B8", lead.name)
        answer.state = "new"
        answer._become_lead()
        self.assertEqual(answer.lead_id, lead, "once")
        self.assertEqual(lead.with_user(self.nadia).form_answer_count, 1)

    def test_products_and_quantities_in_people_s_words(self):
        cases = [
            ("T-B8", "1000", self.b8, 1000, False),
            ("brick with 8 holes", "2 000 pièces", self.b8, 2000, False),
            ("T-B8", "2.000 pièces", None, 0, "Not sure how many"),
            ("T-B8", "2,000", None, 0, "Not sure how many"),
            ("T-B8", "1.234.567 pcs", self.b8, 1234567, False),
            (None, "1500 T-B12", self.b12, 1500, False),
            ("Brick with 12 holes", "٢٠٠٠", self.b12, 2000, False),
            ("Parpaing", "300 u", self.b8.browse(), 300, "No product of ours"),
            ("T-B8", "beaucoup", None, 0, "Not sure how many"),
            ("T-B8", "1000 ou 2000", None, 0, "Not sure how many"),
            ("T-B8 T-B12", "1000", None, 0, "Several products"),
            ("T-B8", "0", None, 0, "Not sure how many"),
            ("T-B8", "213661234567", None, 0, "Not sure how many"),
            ("T-B8", None, None, 0, False),
        ]
        for number, (product, pieces, found, count, problem) in enumerate(cases):
            with self.subTest(f"{product} {pieces}"):
                answers = {"product": product, "pieces": pieces}
                answer = self.fill(
                    f"4{number}", **{key: text for key, text in answers.items() if text}
                )
                need = answer.lead_id.need_ids
                if found is None:
                    self.assertFalse(need)
                else:
                    self.assertEqual((need.product_id, need.pieces), (found, count))
                self.assertIn(problem or "", answer.attention or "")
                self.assertEqual(bool(problem), bool(answer.attention))
                self.assertTrue(answer.lead_id)

    def test_places_and_dates_in_people_s_words(self):
        cases = [
            ({"wilaya": "Wilaya de Bouira"}, (self.bouira, None), True),
            ({"wilaya": "10"}, (self.bouira, None), True),
            ({"commune": "azazga"}, (self.tizi_ouzou, self.azazga), True),
            ({"wilaya": "Atlantis"}, (None, None), False),
            ({"commune": "Azazga", "wilaya": "Bouira"}, (self.bouira, None), False),
        ]
        for number, (answers, (state, city), is_sure) in enumerate(cases):
            with self.subTest(answers):
                answer = self.fill(f"5{number}", full_name="N", **answers)
                lead = answer.lead_id
                self.assertEqual(lead.site_state_id, state or lead.site_state_id.browse())
                self.assertEqual(lead.site_city_id, city or lead.site_city_id.browse())
                self.assertEqual(not answer.attention, is_sure)
        for text, expected in [
            ("2026-12-05", date(2026, 12, 5)),
            ("le 5.12.2026 svp", date(2026, 12, 5)),
            ("31/02/2026", None),
            ("bientôt", None),
        ]:
            with self.subTest(text):
                values = self.form._understand([["when", [text]]], self.bti)
                self.assertEqual(values.get("wanted_date"), expected)
                self.assertEqual(bool(values["problems"]), not expected)

    def test_known_people(self):
        self.client.email = "client@example.com"
        for number, (answers, partner) in enumerate(
            [
                ({"phone_number": "0550000901"}, self.client),
                ({"phone_number": "00213 550 00 09 01", "email": "x@example.com"}, self.client),
                ({"email": "Client@Example.com"}, self.client),
                ({"phone_number": "0550000902"}, self.client.browse()),
            ]
        ):
            with self.subTest(answers):
                answer = self.fill(f"6{number}", full_name="N", **answers)
                self.assertEqual(answer.lead_id.partner_id, partner)
        self.assertEqual(self.client.email, "client@example.com", "nobody else's is written on him")
        self.client.copy({"phone": self.client.phone, "email": False})
        answer = self.fill("69", full_name="N", phone_number="0550000901")
        self.assertFalse(answer.lead_id.partner_id, "two have the number: a person decides")

    def test_somebody_who_asked_before_is_told_of(self):
        first = self.fill("71", full_name="N", phone_number="0661 23 45 67").lead_id
        second = self.fill("72", full_name="Nadia", phone_number="00213661234567").lead_id
        self.assertNotEqual(first, second)
        self.assertIn(first, second.duplicate_lead_ids)
        self.assertIn(f'data-oe-id="{first.id}"', "".join(second.message_ids.mapped("body")))
        merged = (first | second).merge_opportunity()
        self.assertEqual(merged.with_user(self.nadia).form_answer_count, 2)
        self.assertEqual(merged.lead_form_id, self.form)

    def test_a_sample_answer(self):
        wizard = Form(
            self.env["bti.lead.test"]
            .with_user(self.adel)
            .with_context(default_form_id=self.form.id)
        )
        self.assertIn("Nadia Merabet", wizard.result)
        self.assertIn("2,000", wizard.result)
        self.assertIn("Akbou, ", wizard.result)
        self.assertIn("12/15/2026", wizard.result)

    def test_whose_it_is(self):
        answer = self.fill(full_name="N")
        action = answer.with_user(self.nadia).action_open_lead()
        self.assertEqual(action["res_id"], answer.lead_id.id)
        self.assertEqual(self.form.with_user(self.nadia).name, "Devis")
        for user in (self.idir, self.fatma):
            as_user = answer.with_user(user).with_context(allowed_company_ids=user.company_id.ids)
            with (
                self.subTest(user.login),
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"),
            ):
                as_user.action_open_lead()
        with self.assertRaises(AccessError):
            answer.lead_id.with_user(self.nadia).advert = "x"
