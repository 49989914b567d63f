from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ...tools import rate_limit
from ..common import FIXED_LINE, MOBILE
from .test_consent import EMAIL, ConsentCase


class TestConsentQuestion(ConsentCase):
    def ask(self, kind="sms", partner=None):
        """An agent asks the client."""
        wizard = (
            self.env["bti.consent.ask"]
            .with_user(self.agent_a)
            .create({"partner_id": (partner or self.client_a).id, "kind": kind})
        )
        wizard.action_ask()
        return self.Consent.search([("state", "=", "pending")], limit=1)

    def answer(self, yes, body="OUI", number=MOBILE, company=None, message=None):
        """The client answers by SMS."""
        message = message or self.received(body)
        return self.Consent._answer_pending(company or self.company_a, "sms", number, yes, message)

    def test_question_by_sms_is_a_queued_message(self):
        question = self.ask()
        message = self.Message.search([("partner_id", "=", self.client_a.id)])
        self.assertEqual(
            (message.state, message.purpose, message.number), ("outgoing", "transactional", MOBILE)
        )
        self.assertIn("Brickworks A", message.body)
        self.assertEqual(question.proof, message.body)
        self.assertEqual((question.user_id, question.company_id), (self.agent_a, self.company_a))
        self.assertEqual(self.client_a.with_user(self.agent_a).sms_consent, "pending")
        self.assertFalse(self.refused())

    def test_question_is_in_the_clients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.ref("bti_messaging.sms_template_consent").with_context(
            lang="fr_FR"
        ).body = "Voulez-vous nos offres ? OUI ou NON"
        self.client_a.lang = "fr_FR"
        self.assertEqual(self.ask().proof, "Voulez-vous nos offres ? OUI ou NON")

    def test_answer_counts_once_and_only_while_a_question_is_open(self):
        self.assertFalse(self.answer(True), "nothing was asked")
        question = self.ask()
        self.assertFalse(self.answer(True, company=self.company_b))
        self.assertFalse(self.answer(True, number="+213661234567"))
        message = self.received("OUI")
        for _replay in range(3):
            self.assertTrue(self.answer(True, message=message))
        fact = self.Consent.search([("message_id", "=", message.id)])
        self.assertEqual((len(fact), fact.state, fact.how), (1, "given", "double_opt_in"))
        self.assertIn(question.proof, fact.proof)
        self.assertIn("OUI", fact.proof)
        self.assertFalse(fact.user_id)
        self.assertFalse(self.answer(True), "answered already")

    def test_no_is_a_refusal(self):
        self.ask()
        self.assertTrue(self.answer(False, "NON"))
        self.assertTrue(self.refused())

    def test_late_answer_does_not_count(self):
        self.company_a.consent_question_days = 2
        self.ask()
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.assertFalse(self.answer(True))
            self.assertEqual(self.client_a.with_user(self.agent_a).sms_consent, "none")
            self.ask()

    def test_stop_closes_the_question(self):
        self.ask()
        self.record("withdrawn", how="keyword", message=self.received())
        self.assertFalse(self.answer(True))
        self.assertTrue(self.refused())

    def test_nobody_is_asked_twice_or_after_a_refusal(self):
        self.ask()
        with self.assertRaisesRegex(UserError, "awaited"):
            self.ask()
        self.record("withdrawn")
        with self.assertRaisesRegex(UserError, "Only he"):
            self.ask()
        self.record("given")
        with self.assertRaisesRegex(UserError, "agrees"):
            self.ask()

    def test_without_address_there_is_a_clear_message(self):
        self.client_a.write({"phone": FIXED_LINE, "email": False})
        for kind in ("sms", "email"):
            with self.assertRaisesRegex(UserError, "has no"):
                self.ask(kind)

    def test_question_by_email_is_queued_with_its_link(self):
        question, mail = self.ask_by_email()
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to or mail.recipient_ids.email_normalized, EMAIL)
        self.assertIn(f"/m/c/{question._get_confirm_url().rpartition('/')[2]}", mail.body_html)
        self.assertIn("Brickworks A", mail.body_html)

    def ask_by_email(self):
        """:return: the question and the e-mail that asks it"""
        before = self.env["mail.mail"].search([])
        question = self.ask("email")
        return question, self.env["mail.mail"].search([]) - before

    def test_nobody_but_the_client_gets_the_link_of_a_question(self):
        question, mail = self.ask_by_email()
        token = question._get_confirm_url().rpartition("/")[2]
        self.assertIn("Brickworks A", question.proof)
        self.assertIn("/m/c/...", question.proof)
        self.assertNotIn(token, question.proof)
        fact = question._answer(True, answer="Yes")
        self.assertNotIn(token, fact.proof)
        for user in (self.agent_a, self.manager_a):
            with self.subTest(user.login):
                self.assertNotIn(token, question.with_user(user)._get_confirm_url())
                for record in (mail, mail.mail_message_id):
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_model"),
                    ):
                        record.with_user(user).read(["body"])

    def test_wording_of_a_question_keeps_no_link_of_the_preference_page_either(self):
        template = self.env.ref("bti_messaging.sms_template_consent")
        self.client_a.lang = "en_US"
        link = "{{ object.partner_id._bti_get_preference_url() }}"
        template.with_context(lang="en_US").body = f"OK? {link} YES or NO"
        question = self.ask()
        link = self.client_a._bti_get_preference_url()
        self.assertRegex(question.proof, r"^OK\? http\S+/m/\.\.\. YES or NO$")
        message = self.Message.search([("partner_id", "=", self.client_a.id)])
        self.assertIn(link, message.body)


@tagged("post_install", "-at_install")
class TestConsentPage(ConsentCase, HttpCase):
    def setUp(self):
        super().setUp()
        rate_limit.reset()
        self.addCleanup(rate_limit.reset)
        self.question = self.Consent._ask(self.client_a, "email")
        self.path = "/m/c/" + self.question._get_confirm_url().rpartition("/")[2]

    def facts(self):
        return self.Consent.search([("state", "!=", "pending"), ("address", "=", EMAIL)])

    def test_opening_the_link_answers_nothing(self):
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("c***@example.com", page.text)
        self.assertNotIn(EMAIL, page.text)
        self.assertFalse(self.facts())

    def test_answer_is_recorded_once(self):
        for _again in range(2):
            page = self.url_open(self.path, data={"answer": "yes", "lang": "en_US"})
            self.assertIn('name="given"', page.text)
        fact = self.facts()
        self.assertEqual((len(fact), fact.state, fact.how), (1, "given", "double_opt_in"))
        self.assertTrue(fact.ip)
        self.url_open(self.path, data={"answer": "no"})
        self.assertEqual(len(self.facts()), 1, "the question is closed")

    def test_no_is_a_refusal(self):
        page = self.url_open(self.path, data={"answer": "no"})
        self.assertIn('name="withdrawn"', page.text)
        self.assertTrue(self.refused(kind="email", address=EMAIL))

    def test_nonsense_answers_nothing(self):
        self.url_open(self.path, data={"answer": "maybe"})
        self.assertFalse(self.facts())

    def test_wrong_and_old_links_are_the_same_empty_page(self):
        wrong = self.path[:-1] + ("A" if self.path[-1] != "A" else "B")
        preference = self.Consent._get_preference_token(self.client_a, self.company_a)
        for path in ("/m/c/x", wrong, f"/m/c/{preference}", self.path + "%00"):
            for data in (None, {"answer": "yes"}):
                with self.subTest(path=path, data=data):
                    self.assertEqual(self.url_open(path, data=data).status_code, 404)
        self.assertFalse(self.facts())
