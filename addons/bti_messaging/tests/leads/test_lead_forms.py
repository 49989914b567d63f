from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user
from odoo.tools import mute_logger

from ..leads_common import FORM, L1, L2, L3, NOON, QUESTIONS, LeadsCommon, refuse

DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@freeze_time(NOON)
class TestLeadForms(LeadsCommon):
    """Forms of the Page and their mapping."""

    def test_forms_and_questions_come_with_a_guess(self):
        form = self.sync()
        self.assertEqual((form.name, form.state, form.is_checked), ("Devis", "active", False))
        targets = {question.key: question.target for question in form.question_ids}
        self.assertEqual(targets["full_name"], "full_name")
        self.assertEqual(targets["phone_number"], "phone")
        self.assertEqual(targets["email"], "email")

    def test_what_a_person_chose_stays_and_new_questions_are_told(self):
        form = self.sync()
        question = form.question_ids[0]
        as_manager = self.as_user(form, self.manager_a)
        as_manager.write(
            {
                "is_checked": True,
                "question_ids": [Command.update(question.id, {"target": "note"})],
            }
        )
        self.sync()
        self.assertEqual((question.target, form.is_checked), ("note", True))
        self.graph.forms[0]["questions"] = [
            *QUESTIONS,
            {"key": "x", "label": "Nom de l'entreprise", "type": "COMPANY_NAME"},
        ]
        self.graph.forms[0]["name"] = "Devis 2"
        self.sync()
        self.assertEqual((form.name, form.is_checked), ("Devis 2", False))
        self.assertEqual(form.question_ids[-1].target, "company_name")
        self.graph.forms = []
        self.sync()
        self.assertEqual(form.state, "gone")

    def test_the_guess(self):
        guess = self.env["bti.lead.question"]._guess_target
        for key, label, kind, expected in [
            ("full_name", "", "FULL_NAME", "full_name"),
            ("x", "Votre prénom", "CUSTOM", "first_name"),
            ("x", "Nom de famille", "CUSTOM", "last_name"),
            ("x", "رقم الهاتف", "CUSTOM", "phone"),
            ("phone_number", "", "", "phone"),
            ("x", "Aimez-vous les briques rondes", "QUIZ", False),
        ]:
            with self.subTest(label or key):
                found = guess(key, label, kind)
                # upper addons know more words
                self.assertIn(found, [expected, "product"] if not expected else [expected])

    def test_a_page_that_does_not_tell_its_forms_goes_on(self):
        self.graph.answers = [refuse(200)]
        self.sync()
        self.assertTrue(self.page.lead_sync_error)
        self.assertFalse(self.page.problem)
        self.assertFalse(self.page.lead_sync_due, "not again before tomorrow")
        self.sync()
        self.assertFalse(self.page.lead_sync_error)

    def test_a_dead_token_keeps_the_question(self):
        self.graph.answers = [refuse(190, 460)]
        self.page.lead_sync_due = True
        self.run_channel(self.page, "odoo.addons.bti_messaging.models.channel.job")
        self.assertEqual(self.page.problem, "credentials")
        self.assertTrue(self.page.lead_sync_due)

    def test_button(self):
        self.as_user(self.env["bti.lead.form"], self.manager_a).action_sync()
        self.assertTrue(self.page.lead_sync_due)
        self.run_channel(self.page)
        self.assertEqual(self.page.lead_form_ids.external_id, FORM)

    # === RIGHTS === #

    def test_who_maps(self):
        form = self.sync()
        marketer = new_test_user(
            self.env,
            login="lead_marketer",
            groups="base.group_user,mass_mailing.group_mass_mailing_user",
            company_id=self.company_a.id,
            company_ids=[(6, 0, self.company_a.ids)],
        )
        for user in (self.manager_a, marketer):
            with self.subTest(user.login):
                self.as_user(form, user).is_checked = True
                self.as_user(form.question_ids[0], user).target = "note"
                self.as_user(form, user).action_sync()
                for records, vals in [
                    (form, {"external_id": "1"}),
                    (form, {"channel_id": self.trial_a.id}),
                    (form, {"poll_from": NOON}),
                    (form.question_ids[0], {"key": "1"}),
                    (form.question_ids[0], {"form_id": form.id}),
                    (form, {"question_ids": [Command.create({"key": "a", "label": "a"})]}),
                    (form, {"question_ids": [Command.delete(form.question_ids[0].id)]}),
                ]:
                    with self.assertRaises(AccessError), mute_logger(*DENIED):
                        self.as_user(records, user).write(vals)
        for user in (self.agent_a, self.manager_b, self.employee_a):
            with self.subTest(user.login), mute_logger(*DENIED):
                for call in (
                    lambda user=user: self.as_user(form, user).write({"is_checked": False}),
                    lambda user=user: self.as_user(form.question_ids, user).write(
                        {"target": False}
                    ),
                    lambda user=user: self.as_user(form, user).action_back_fill(),
                ):
                    with self.assertRaises(AccessError):
                        call()

    # === TRY === #

    def test_a_sample_answer_shows_what_it_would_become(self):
        form = self.sync()
        action = self.as_user(form, self.manager_a).action_try_out()
        wizard = Form(
            self.as_user(self.env["bti.lead.test"], self.manager_a).with_context(
                **action["context"]
            )
        )
        self.assertEqual(len(wizard.line_ids), len(QUESTIONS))
        self.assertIn("Nadia Merabet", wizard.result)
        with wizard.line_ids.edit(0) as line:
            line.text = "<script>alert(1)</script>"
        with wizard.line_ids.edit(1) as line:
            line.text = "12"
        self.assertIn("&lt;script&gt;", wizard.result)
        self.assertIn("No phone number: 12", wizard.result)
        self.assertFalse(self.answers())

    # === WHAT WAS NOT TOLD === #

    def test_days_are_chosen_within_what_facebook_keeps(self):
        form = self.sync()
        as_manager = self.as_user(self.env["bti.lead.backfill"], self.manager_a)
        for vals in (
            {"date_from": "2026-08-01 00:00:00"},
            {"date_from": NOON, "date_to": "2026-11-28 12:00:00"},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                as_manager.create({"form_ids": form.ids, **vals})
        self.fill(L1, told=False, full_name="Nadia")
        as_manager.create({"form_ids": form.ids, "date_from": "2026-11-01 00:00:00"}).action_look()
        self.assertEqual(str(form.poll_from), "2026-11-01 00:00:00")
        self.run_channel(self.page)
        self.assertEqual(self.answers().name, "Nadia")
        self.assertFalse(form.poll_from)

    def test_answers_that_were_not_told_are_found_once(self):
        self.sync()
        self.fill(L1, full_name="Nadia")
        self.fill(L2, told=False, full_name="Samir")
        self.poll()
        self.assertEqual(self.answers().mapped("name"), ["Nadia", "Samir"])
        self.poll()
        self.tell(L2)
        self.assertEqual(self.answers().mapped("state"), ["done"] * 2)
        form = self.page.lead_form_ids
        self.assertEqual(str(form.polled_until), NOON)
        self.assertEqual((form.answer_count, form.failed_count), (2, 0))

    def test_an_outage_loses_nothing(self):
        self.sync()
        self.poll()
        form = self.page.lead_form_ids
        until = form.polled_until
        self.fill(L1, told=False, full_name="Nadia")
        self.graph.answers = [(503, {}), (503, {})]
        self.poll()
        self.assertTrue(form.error)
        self.assertTrue(form.poll_from, "it is still to be done")
        self.assertEqual(form.polled_until, until)
        self.graph.answers = []
        self.poll()
        self.assertEqual(self.answers().name, "Nadia")
        self.assertFalse(form.error)

    def test_more_than_one_look_can_hold(self):
        form = self.sync()
        for lead_id in (L1, L2, L3):
            self.fill(lead_id, told=False, full_name=lead_id)
        times = ("10:00", "10:30", "11:00")
        for lead, time in zip(self.graph.leads.values(), times, strict=True):
            lead["created_time"] = f"2026-11-29T{time}:00+0000"
        form._ask_poll()
        leads = self.page._get_page().leads
        form._poll(leads, 2)
        self.assertEqual(self.answers().mapped("external_id"), [L3, L2])
        self.assertEqual(str(form.poll_to), "2026-11-29 10:30:00", "the earlier ones are next")
        del self.graph.leads[L3]
        form._poll(leads, 3)
        self.assertEqual(self.graph.asked[-1][1][1]["operator"], "LESS_THAN")
        self.assertEqual(len(self.answers()), 3)
        self.assertFalse(form.poll_from)

    def test_a_new_connection_looks_for_what_was_missed(self):
        form = self.sync()
        self.page.write({"problem": "credentials", "problem_count": 1})
        self.as_user(self.page, self.manager_a).action_try_again()
        self.assertTrue(form.poll_from)
