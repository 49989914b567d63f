from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..delivery_common import DeliveryCommon


@tagged("post_install", "-at_install")
class TestContactSheet(DeliveryCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.delivery = cls._new_delivery()
        cls.delivery.with_user(cls.dispatcher)._move_to_stage(cls.stages["delivered"])
        cls.sheet = cls.delivery.contact_sheet_id
        ref = cls.env.ref
        cls.answers = {
            "satisfied": (
                ref("bti_sales.survey_question_satisfied"),
                ref("bti_sales.survey_answer_satisfied_partly").id,
            ),
            "broken": (ref("bti_sales.survey_question_broken"), 12),
            "wrong": (ref("bti_sales.survey_question_wrong"), "A corner of each pallet"),
            "product": (ref("bti_sales.survey_question_next_product"), "B12"),
            "pieces": (ref("bti_sales.survey_question_next_pieces"), 1480),
            "date": (ref("bti_sales.survey_question_next_date"), "2031-06-01"),
        }

    def _submit(self, sheet=None):
        """What the page of the survey posts."""
        sheet = sheet or self.sheet
        return self.make_jsonrpc_request(
            f"/survey/submit/{sheet.survey_id.access_token}/{sheet.access_token}",
            {str(question.id): str(answer) for question, answer in self.answers.values()},
        )

    def _assert_published(self):
        self.env.invalidate_all()
        self.assertEqual(self.sheet.state, "done")
        self.assertFalse(self.delivery.activity_ids)
        call = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("res_model", "=", "stock.picking"), ("res_id", "=", self.delivery.id)])
        )
        self.assertIn("A corner of each pallet", call.feedback)
        for record in (self.delivery, self.client_partner):
            with self.subTest(record=record._name):
                notes = "".join(record.message_ids.mapped("body"))
                for text in ("12", "A corner of each pallet", "B12", "1480"):
                    self.assertIn(text, notes)

    def test_each_delivered_load_has_one_sheet(self):
        self.assertEqual(self.sheet.picking_id, self.delivery)
        self.assertEqual(self.sheet.partner_id, self.client_partner)
        self.assertEqual(self.delivery._get_contact_sheet(), self.sheet)
        self.assertFalse(self._new_delivery().contact_sheet_id)

    def test_rep_fills_it_during_the_call(self):
        """Without rights on surveys, and though the answer is the client's."""
        action = self.delivery.with_user(self.rep).action_contact_sheet()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.authenticate("rep_test", "rep_test")
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.sheet.access_token, response.text)
        self.sheet._mark_in_progress()
        self.env.flush_all()
        self._submit()
        self._assert_published()
        action = self.delivery.with_user(self.rep).action_contact_sheet()
        self.assertEqual(action["res_id"], self.sheet.id)

    def test_client_fills_it_from_the_link(self):
        self.authenticate(None, None)
        response = self.url_open(self.sheet.get_start_url())
        self.assertIn("o_survey-fill-form", response.text)
        self.sheet._mark_in_progress()
        self.env.flush_all()
        self._submit()
        self._assert_published()

    def _take_again(self, sheet):
        """Push the button that the page shows at its end.

        :return: the new answer, begun
        """
        before = self.env["survey.user_input"].search([])
        url = f"/survey/retry/{sheet.survey_id.access_token}/{sheet.access_token}"
        self.assertIn("o_survey-fill-form", self.url_open(url).text)
        again = self.env["survey.user_input"].search([]) - before
        again._mark_in_progress()
        self.env.flush_all()
        return again

    def test_taken_again_it_is_the_sheet_of_the_same_delivery(self):
        for login in (None, "rep_test"):
            with self.subTest(login):
                self.authenticate(login, login)
                first = self.delivery.contact_sheet_id
                if first.state != "done":
                    first._mark_in_progress()
                    self.env.flush_all()
                    self._submit(first)
                one, two = self._take_again(first), self._take_again(first)
                self.env.invalidate_all()
                self.assertEqual(self.delivery.contact_sheet_id, first, "until it is filled")
                for again in (one, two):
                    self.answers["wrong"] = (self.answers["wrong"][0], f"Nothing, {again.id}")
                    self._submit(again)
                    self.env.invalidate_all()
                    self.assertEqual(self.delivery.contact_sheet_ids, again)
                    self.assertEqual(again.sale_id, self.delivery.sale_id)
                    self.assertEqual(again.partner_id, self.client_partner)
                    self.assertEqual(self.delivery.contact_sheet_state, "filled")
                    for record in (self.delivery, self.client_partner):
                        notes = "".join(record.message_ids.mapped("body"))
                        self.assertEqual(notes.count(f"Nothing, {again.id}"), 1)
                action = self.delivery.with_user(self.rep).action_contact_sheet()
                self.assertEqual(action["res_id"], two.id)
                self.assertEqual(self.client_partner.contact_sheet_count, 1)

    def test_other_rep_cannot_take_it_again(self):
        self.sheet._mark_in_progress()
        self.env.flush_all()
        self.authenticate(None, None)
        self._submit()
        self.authenticate("other_rep_test", "other_rep_test")
        before = self.env["survey.user_input"].search_count([])
        self.url_open(
            f"/survey/retry/{self.sheet.survey_id.access_token}/{self.sheet.access_token}"
        )
        self.assertEqual(self.env["survey.user_input"].search_count([]), before)

    def test_other_rep_cannot_fill_it(self):
        with self.assertRaises(AccessError):
            self.delivery.with_user(self.other_rep).action_contact_sheet()
        self.authenticate("other_rep_test", "other_rep_test")
        response = self.url_open(self.sheet.get_start_url())
        self.assertNotIn("o_survey-fill-form", response.text)

    def test_link_without_token_opens_nothing(self):
        self.authenticate(None, None)
        response = self.url_open(self.sheet.survey_id.get_start_url())
        self.assertNotIn("o_survey-fill-form", response.text)

    def test_who_sees_which_sheet(self):
        foreign = self._new_delivery(user=self.other_rep)
        foreign._move_to_stage(self.stages["delivered"])
        sheets = self.sheet | foreign.contact_sheet_id
        manager = self._new_user("sales_manager_test", "bti_crm.group_sales_manager")
        stranger = self._new_user(
            "stranger_rep_test", "bti_crm.group_sales_manager", company=self.other_company
        )
        none = self.env["survey.user_input"]
        for user, expected in (
            (self.rep, self.sheet),
            (self.other_rep, foreign.contact_sheet_id),
            (manager, sheets),
            (stranger, none),
        ):
            with self.subTest(user=user.login):
                found = none.with_user(user).search([("id", "in", sheets.ids)])
                self.assertEqual(found, expected)
        with self.assertRaises(AccessError):
            none.with_user(self.dispatcher).search([])

    def test_rep_sees_no_other_survey(self):
        survey = self.env["survey.survey"].create({"title": "Staff", "access_mode": "public"})
        answer = survey._create_answer(email="someone@example.com")
        self.assertFalse(answer.with_user(self.rep).has_access("read"))

    def test_counts_on_the_client(self):
        partner = self.client_partner.with_user(self.rep)
        self.assertEqual(partner.contact_sheet_count, 1)
        found = (
            self.env["survey.user_input"]
            .with_user(self.rep)
            .search(partner.action_view_contact_sheets()["domain"])
        )
        self.assertEqual(found, self.sheet)

    def test_not_before_delivery_and_not_without_survey(self):
        with self.assertRaisesRegex(UserError, "after the delivery has arrived"):
            self._new_delivery().action_contact_sheet()
        self.env.ref("bti_sales.survey_contact_sheet").active = False
        late = self._new_delivery()
        late._move_to_stage(self.stages["delivered"])
        self.assertFalse(late.contact_sheet_id)
        with self.assertRaisesRegex(UserError, "is archived"):
            late.with_user(self.rep).action_contact_sheet()

    def test_unique_index_exists(self):
        """Odoo only logs an index that it cannot create."""
        self.env.cr.execute(
            "SELECT 1 FROM pg_indexes WHERE indexname = 'survey_user_input_one_per_delivery'"
        )
        self.assertTrue(self.env.cr.fetchone())
