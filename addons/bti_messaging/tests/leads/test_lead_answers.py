from odoo.exceptions import AccessError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..leads_common import FORM, L1, L2, NOON, LeadsCommon, refuse

JOB = "odoo.addons.bti_messaging.models.channel.job"
RETRY = "odoo.addons.bti_messaging.models.inbox.retry"
ANSWER = "odoo.addons.bti_messaging.models.leads.bti_lead_answer"


@freeze_time(NOON)
class TestLeadAnswers(LeadsCommon):
    """What people fill in: kept first, read in the background, once."""

    def test_what_is_told_is_read_once(self):
        self.sync()
        for _time in range(2):
            answer = self.fill(
                full_name="Nadia Merabet", phone_number="0550 12 34 56", email="N@Example.com"
            )
        self.assertEqual(len(self.answers()), 1)
        self.assertEqual((answer.name, answer.number), ("Nadia Merabet", "+213550123456"))
        self.assertEqual(answer.email_normalized, "n@example.com")
        self.assertEqual((answer.form_id.name, answer.state), ("Devis", "done"))
        self.assertEqual((answer.campaign_name, answer.ad_name), ("Campagne hiver", "Hiver"))
        self.assertIn("Téléphone: 0550 12 34 56", answer.answers_text)
        self.assertEqual(str(answer.date), "2026-11-29 11:00:00")
        read = [path for path, _conditions in self.graph.asked if path == L1]
        self.assertEqual(len(read), 1)

    def test_the_sample_of_the_network(self):
        self.play("page/leadgen_change")
        answer = self.answers()
        self.assertEqual((len(answer), answer.state, answer.is_read), (1, "new", False))

    def test_a_form_that_nobody_knows_is_made(self):
        self.graph.answers = [refuse(200)] * 3
        self.tell(L1, run=False)
        self.graph.answers = []
        self.graph.forms = []
        answer = self.fill(full_name="Nadia", unbekannt="x")
        self.assertEqual(answer.form_id.external_id, FORM)
        self.assertEqual(answer.name, "Nadia")
        self.assertIn("unbekannt: x", answer.answers_text)
        self.assertTrue(self.page.lead_sync_due or answer.form_id.state == "gone")

    def test_names_are_joined(self):
        form = self.sync()
        company = self.company_a
        form.question_ids.filtered(lambda item: item.key == "wilaya").target = "last_name"
        form.question_ids.filtered(lambda item: item.key == "commune").target = "first_name"
        for answers, expected in [
            ([["wilaya", ["Merabet"]], ["commune", ["Nadia "]]], "Nadia Merabet"),
            ([["commune", ["Nadia"]]], "Nadia"),
            ([["full_name", ["  Nadia   M "]], ["wilaya", ["x"]]], "Nadia M"),
            ([], ""),
        ]:
            with self.subTest(answers):
                self.assertEqual(form._understand(answers, company)["name"], expected)

    def test_choices_are_told_by_their_labels(self):
        self.graph.forms[0]["questions"] = [
            {"key": "full_name", "type": "FULL_NAME"},
            {"key": "p", "label": "Produit", "options": [{"key": "b_8", "value": "Brique 8"}]},
        ]
        self.sync()
        answer = self.fill(full_name="Nadia", p="b_8")
        self.assertIn("Produit: Brique 8", answer.answers_text)

    # === WHAT GOES WRONG === #

    def test_a_notice_before_its_data_waits(self):
        self.sync()
        self.tell(L1)
        answer = self.answers(L1)
        self.assertEqual((answer.state, answer.tries), ("new", 1))
        self.fill(told=False, full_name="Nadia")
        self.make_due_again()
        self.assertEqual((answer.state, answer.name, answer.error), ("done", "Nadia", False))

    def test_what_facebook_refuses_for_good_fails_and_is_tried_again_by_hand(self):
        self.sync()
        self.fill(told=False, full_name="Nadia")
        self.tell(L1, run=False)
        self.graph.answers = [refuse(100)]
        self.run_channel(self.page)
        answer = self.answers(L1)
        self.assertEqual(answer.state, "failed")
        self.assertTrue(answer.error)
        self.as_user(answer, self.agent_a).action_process_again()
        self.run_channel(self.page)
        self.assertEqual((answer.state, answer.name), ("done", "Nadia"))

    def test_a_missing_permission_stops_nothing_else(self):
        self.sync()
        self.fill(told=False, full_name="Nadia")
        self.tell(L1, run=False)
        self.graph.answers = [refuse(200), refuse(200)]
        self.run_channel(self.page)
        answer = self.answers(L1)
        self.assertEqual((answer.state, self.page.problem), ("new", False))
        self.assertTrue(answer.error)
        # given up at last, then found by the look for missing ones
        answer.tries = 11
        self.graph.answers = [refuse(200), refuse(200)]
        with mute_logger(RETRY):
            self.make_due_again()
        self.assertEqual(answer.state, "failed")
        self.poll()
        self.assertEqual((answer.state, answer.name), ("done", "Nadia"))

    def test_a_dead_token_keeps_all_of_them(self):
        self.sync()
        self.fill(L1, told=False, full_name="Nadia")
        self.fill(L2, told=False, full_name="Samir")
        self.tell(L1, L2, run=False)
        self.graph.answers = [refuse(190, 460)]
        self.run_channel(self.page, JOB)
        self.assertEqual(self.answers().mapped("state"), ["new", "new"])
        self.assertEqual(self.page.problem, "credentials")
        self.page._clear_problem()
        self.make_due_again()
        self.assertEqual(self.answers().mapped("name"), ["Nadia", "Samir"])

    def test_odd_answers_are_kept(self):
        self.sync()
        for number, text in enumerate(
            ["a\x00b", "<script>alert(1)</script>", "é" * 20000, "None", "‮x"], start=1
        ):
            with self.subTest(text[:20]):
                answer = self.fill(f"99{number}", full_name=text, phone_number=text)
                self.assertEqual(answer.state, "done")
                self.assertTrue(answer.is_read)

    def test_a_fault_of_one_reader_leaves_the_others_their_turn(self):
        form = self.sync()

        def broken(mapped, values, company):
            raise ValueError("no idea")

        readers = form._get_readers()
        self.patch(type(form), "_get_readers", lambda self: [broken, *readers])
        with mute_logger("odoo.addons.bti_messaging.models.leads.reading"):
            answer = self.fill(full_name="Nadia")
        self.assertEqual((answer.name, answer.state), ("Nadia", "done"))
        self.assertEqual(answer.attention, "no idea")

    def test_answers_stay_when_no_lead_can_be_made(self):
        self.sync()

        def broken(self, values):
            raise ValueError("no lead")

        Answer = type(self.env["bti.lead.answer"])
        self.patch(Answer, "_make_lead", broken)
        with mute_logger(ANSWER):
            answer = self.fill(full_name="Nadia")
        self.assertEqual((answer.state, answer.error), ("failed", "no lead"))
        self.assertIn("Nadia", answer.answers_text)

    # === RIGHTS === #

    def test_nobody_writes_and_strangers_see_nothing(self):
        self.sync()
        answer = self.fill(full_name="Nadia")
        self.assertEqual(self.as_user(answer, self.agent_a).name, "Nadia")
        with mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"):
            for user in (self.agent_a, self.manager_a):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    self.as_user(answer, user).write({"name": "x"})
            for user in (self.agent_b, self.employee_a):
                for call in (
                    lambda user=user: self.as_user(answer, user).read(["name"]),
                    lambda user=user: self.as_user(answer, user).action_process_again(),
                ):
                    with self.subTest(user.login), self.assertRaises(AccessError):
                        call()

    def test_personal_data_are_found_and_erased_for_good(self):
        self.sync()
        answer = self.fill(full_name="Nadia", phone_number="0550 12 34 56")
        tool = self.as_user(self.env["bti.privacy"], self.manager_a).create(
            {"partner_id": self.client_a.id}
        )
        tool.action_find()
        counts = {line.model: line.count for line in tool.line_ids}
        self.assertEqual(counts["bti.lead.answer"], 1)
        tool.action_erase()
        self.assertFalse(answer.answers)
        self.poll()
        self.tell(L1)
        self.assertEqual((answer.name, answer.phone, answer.answers), ("[erased]", False, False))
