from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestRights(BtiCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.of_nadia = cls._new_need(cls._new_lead(cls.nadia))
        cls.of_karim = cls._new_need(cls._new_lead(cls.karim))
        cls.of_nobody = cls._new_need(cls._new_lead(cls.env["res.users"]))
        cls.of_idir = cls._new_need(cls._new_lead(cls.idir, cls.iagm))
        cls.all_needs = cls.of_nadia | cls.of_karim | cls.of_nobody | cls.of_idir

    def _seen_by(self, user, companies=None):
        Need = (
            self.env["bti.need"]
            .with_user(user)
            .with_context(allowed_company_ids=(companies or user.company_ids).ids)
        )
        return Need.search([("id", "in", self.all_needs.ids)]).sudo()

    def test_groups_imply_each_other_in_order(self):
        for user, groups in (
            (
                self.nadia,
                (
                    "bti_crm.group_rep",
                    "sales_team.group_sale_salesman",
                    "bti_messaging.group_messaging_user",
                    "!bti_crm.group_sales_manager",
                    "!sales_team.group_sale_salesman_all_leads",
                ),
            ),
            (
                self.samia,
                (
                    "bti_crm.group_rep",
                    "bti_crm.group_sales_manager",
                    "sales_team.group_sale_manager",
                    "!bti_crm.group_admin",
                ),
            ),
            (
                self.adel,
                (
                    "bti_crm.group_sales_manager",
                    "bti_crm.group_admin",
                    "bti_messaging.group_messaging_manager",
                ),
            ),
        ):
            for group in groups:
                with self.subTest(user=user.login, group=group):
                    if group.startswith("!"):
                        self.assertFalse(user.has_group(group[1:]))
                    else:
                        self.assertTrue(user.has_group(group))

    def test_native_administrator_is_administrator(self):
        self.assertTrue(self.env.ref("base.user_admin").has_group("bti_crm.group_admin"))

    def test_each_rep_sees_own_and_unassigned_needs(self):
        self.assertEqual(self._seen_by(self.nadia), self.of_nadia | self.of_nobody)
        self.assertEqual(self._seen_by(self.karim), self.of_karim | self.of_nobody)

    def test_rep_of_the_other_company_sees_only_its_needs(self):
        self.assertEqual(self._seen_by(self.idir), self.of_idir)

    def test_manager_sees_all_needs_of_the_companies_chosen(self):
        self.assertEqual(self._seen_by(self.samia), self.all_needs)
        self.assertEqual(self._seen_by(self.samia, self.iagm), self.of_idir)
        self.assertEqual(self._seen_by(self.samia, self.bti), self.all_needs - self.of_idir)

    def test_rep_cannot_touch_the_needs_of_another(self):
        need = self.of_karim.with_user(self.nadia)
        with self.assertRaises(AccessError):
            need.read(["pieces"])
        with self.assertRaises(AccessError):
            need.pieces = 1
        with self.assertRaises(AccessError):
            need.unlink()
        with self.assertRaises(AccessError):
            self.env["bti.need"].with_user(self.nadia).create(
                {"lead_id": self.of_karim.lead_id.id, "product_id": self.b8.id, "pieces": 1}
            )

    def test_rep_cannot_give_a_need_to_the_enquiry_of_another(self):
        with self.assertRaises(AccessError):
            self.of_nadia.with_user(self.nadia).lead_id = self.of_karim.lead_id

    def test_rep_edits_and_removes_own_needs(self):
        need = self.of_nadia.with_user(self.nadia)
        need.pieces = 506
        self.assertEqual(need.pieces, 506)
        need.unlink()
        self.assertFalse(self.of_nadia.exists())

    def test_reassigned_enquiry_takes_its_needs_along(self):
        self.of_nadia.lead_id.user_id = self.karim
        self.assertEqual(self._seen_by(self.nadia), self.of_nobody)
        self.assertIn(self.of_nadia, self._seen_by(self.karim))

    def test_employee_without_sales_right_sees_no_need(self):
        with self.assertRaises(AccessError):
            self.env["bti.need"].with_user(self.fatma).search([])
        partner = self.client.with_user(self.fatma)
        with self.assertRaises(AccessError):
            partner.read(["need_count"])

    def test_employee_reads_client_kinds_and_changes_none(self):
        kind = self.env.ref("bti_crm.client_kind_builder").with_user(self.fatma)
        self.assertTrue(kind.name)
        for user in (self.fatma, self.nadia):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                kind.with_user(user).name = "Changed"

    def test_manager_sets_up_client_kinds_in_the_screens(self):
        with Form(self.env["bti.client.kind"].with_user(self.samia)) as form:
            form.name = "Architect"
        self.assertEqual(form.record.sequence, 10)
        form.record.action_archive()
        self.assertFalse(form.record.active)

    def test_words_beside_a_keyword_are_the_administrators(self):
        """They hold for clients of all companies: a word too many makes an order a refusal."""
        polite = self.env.ref("bti_messaging.keyword_phrase_polite_fr")
        of_all = self.env["res.company"].with_context(active_test=False).search([])
        boss = new_test_user(
            self.env,
            login="bti_crm_boss",
            groups="bti_crm.group_admin",
            company_id=self.bti.id,
            company_ids=[(6, 0, of_all.ids)],
        )
        Phrase = self.env["bti.keyword.phrase"]
        phrase = Phrase.with_user(boss).create({"name": "Kabyle", "phrases": "tanemmirt"})
        self.assertIn("tanemmirt", Phrase._get_phrases("around"))
        phrase.phrases = "azul"
        self.assertNotIn("tanemmirt", Phrase._get_phrases("around"))
        polite.with_user(boss).active = False
        for user in (self.adel, self.samia, self.nadia, self.fatma):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                polite.with_user(user).phrases = "oui"
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Phrase.with_user(user).create({"name": "Yes", "phrases": "oui"})
        phrase.unlink()
        self.assertNotIn("azul", Phrase._get_phrases("around"))

    def test_rep_opens_every_screen(self):
        for xmlid in (
            "bti_crm.action_bti_need",
            "bti_crm.action_new_enquiry",
            "crm.crm_lead_action_pipeline",
        ):
            action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
            model = self.env[action["res_model"]].with_user(self.nadia)
            with self.subTest(action=xmlid):
                self.assertTrue(model.get_views(action["views"], {"toolbar": True})["views"])
