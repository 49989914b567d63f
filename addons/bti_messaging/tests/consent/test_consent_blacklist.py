from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ...models.consent.blacklist_mixin import FOLLOWS, FOLLOWS_KEY
from ..common import MOBILE, OTHER_MOBILE, MessagingMixin
from .test_consent import EMAIL, ConsentCase


class TestConsentBlacklist(ConsentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Phone = cls.env["phone.blacklist"]
        cls.Mail = cls.env["mail.blacklist"]

    def facts(self, address=MOBILE):
        return self.Consent.search([("address", "=", address)])

    def is_blocked(self, number=MOBILE):
        return bool(self.Phone.search_count([("number", "=", number)]))

    def test_blocking_a_number_is_a_refusal_to_all_companies(self):
        for block in (
            lambda: self.Phone.create({"number": "0550123456"}),
            lambda: self.Phone._add([MOBILE], message="Asked at the counter"),
            lambda: self.Phone.add("0550123456"),
        ):
            with self.subTest(), self.env.cr.savepoint() as savepoint:
                block()
                fact = self.facts()
                self.assertEqual(
                    (len(fact), fact.state, fact.how, fact.kind, fact.company_id.id),
                    (1, "withdrawn", "blacklist", "sms", False),
                )
                self.assertEqual(fact.partner_id, self.client_a)
                self.assertTrue(self.refused())
                self.assertTrue(self.refused(company=self.company_b))
                block()
                self.assertEqual(len(self.facts()), 1, "nothing new, no new fact")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_reason_is_the_proof(self):
        self.Phone._add([MOBILE], message="<p>Asked at the counter</p>")
        self.assertEqual(self.facts().proof, "Asked at the counter")
        self.Phone._remove([MOBILE], message="He came back and signed")
        self.assertEqual(self.facts()[0].state, "given")
        self.assertEqual(self.facts()[0].proof, "He came back and signed")
        self.assertFalse(self.refused())
        self.Phone._add([MOBILE])
        self.assertTrue(self.refused())
        self.assertEqual(len(self.facts()), 3)

    def test_nobody_is_freed_without_a_reason(self):
        blocked = self.Phone.create({"number": MOBILE})
        for free in (
            lambda: self.Phone._remove([MOBILE]),
            lambda: blocked.action_archive(),
            lambda: blocked.unlink(),
            lambda: blocked.with_context(**{FOLLOWS_KEY: True}).unlink(),
        ):
            with self.assertRaises(UserError):
                free()
        self.env["phone.blacklist.remove"].create(
            {"phone": MOBILE, "reason": "called us"}
        ).action_unblacklist_apply()
        self.assertFalse(self.refused())
        self.assertIn("called us", self.facts()[0].proof)

    def test_mail_blacklist_is_logged_as_well(self):
        self.Mail._add("Client@Example.com", message="bounced")
        self.assertTrue(self.refused(kind="email", address=EMAIL))
        self.assertFalse(self.refused())
        self.Mail._remove(EMAIL, message="new address works")
        self.assertFalse(self.refused(kind="email", address=EMAIL))
        self.Mail.create([{"email": EMAIL}, {"email": "other@example.com"}])
        self.assertEqual(len(self.facts("other@example.com")), 1)

    def test_facts_move_the_blacklists_without_an_echo(self):
        self.record("withdrawn")
        self.assertTrue(self.is_blocked())
        self.record("given")
        self.assertFalse(self.is_blocked())
        self.record("withdrawn", kind="all")
        self.assertTrue(self.is_blocked())
        self.record("withdrawn", kind="all", address=EMAIL)
        self.assertTrue(self.Mail.search_count([("email", "=", EMAIL)]))
        self.assertEqual((len(self.facts()), len(self.facts(EMAIL))), (3, 1))

    def test_facts_that_do_not_move_the_blacklists(self):
        for fact in [
            {"purpose": "survey"},
            {"purpose": "transactional"},
            {"kind": "whatsapp"},
            {"state": "pending"},
            {"address": "3000"},
        ]:
            with self.subTest(fact):
                self.record(**fact)
                self.assertFalse(self.is_blocked(fact.get("address", MOBILE)))

    def test_number_that_odoo_refuses_is_in_the_log_all_the_same(self):
        new_plan = "+213580123456"
        self.record(address=new_plan)
        self.assertTrue(self.refused(address=new_plan))

    def test_blocked_as_long_as_one_company_is_refused(self):
        self.record("withdrawn")
        self.record("withdrawn", company=self.company_b)
        self.record("given")
        self.assertTrue(self.is_blocked(), "company B is still refused")
        self.assertFalse(self.refused())
        self.record("given", company=self.company_b)
        self.assertFalse(self.is_blocked())

    def test_old_entry_that_the_log_does_not_know_is_a_refusal(self):
        self.Phone.with_context(**{FOLLOWS_KEY: FOLLOWS}).create({"number": OTHER_MOBILE})
        self.assertFalse(self.facts(OTHER_MOBILE))
        self.assertTrue(self.refused(address=OTHER_MOBILE))
        for _again in range(2):
            self.Consent._record_known_blacklists()
        self.assertEqual(self.facts(OTHER_MOBILE).state, "withdrawn")

    def test_many_numbers_move_at_once(self):
        numbers = [f"+2135503{number:05}" for number in range(200)]
        vals = [{"address": number, "state": "withdrawn", "how": "import"} for number in numbers]
        create = type(self.Phone).create
        with patch.object(type(self.Phone), "create", autospec=True, side_effect=create) as calls:
            self.Consent.sudo().create(vals)
        self.assertEqual(calls.call_count, 1)
        self.assertEqual(self.Phone.search_count([("number", "in", numbers)]), 200)

    def test_leaving_a_mailing_list_concerns_this_list(self):
        mailing_list = self.env["mailing.list"].create({"name": "Newsletter"})
        contact = self.env["mailing.contact"].create(
            {"name": "Client A", "mobile": "0550123456", "email": EMAIL}
        )
        subscription = self.env["mailing.subscription"].create(
            {"list_id": mailing_list.id, "contact_id": contact.id}
        )
        self.assertFalse(self.facts(EMAIL))
        subscription.opt_out = True
        fact = self.facts(EMAIL)
        self.assertEqual((fact.state, fact.list_name), ("withdrawn", "Newsletter"))
        self.assertEqual(fact.partner_id, self.client_a)
        self.assertFalse(self.refused(kind="email", address=EMAIL))
        subscription.opt_out = True
        self.assertEqual(len(self.facts(EMAIL)), 1)
        subscription.opt_out = False
        self.assertEqual(self.facts(EMAIL)[0].state, "given")
        mailing_list.unlink()
        self.assertFalse(self.refused(kind="email", address=EMAIL))

    def _create_mailing(self, **vals):
        return self.env["mailing.mailing"].create(
            {
                "name": "Offer",
                "subject": "Offer",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": [("id", "=", self.client_a.id)],
                **vals,
            }
        )

    def test_sms_mailing_leaves_out_who_refuses_this_company(self):
        for company, refused in [(self.company_a, True), (self.company_b, False)]:
            with self.subTest(company.name), self.env.cr.savepoint() as savepoint:
                self.record("withdrawn", company=company)
                mailing = self._create_mailing(
                    mailing_type="sms", body_plaintext="Offer", sms_force_send=True
                )
                mailing.action_send_sms(res_ids=self.client_a.ids)
                trace = mailing.mailing_trace_ids
                self.assertEqual(trace.failure_type == "sms_blacklist", refused)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_mail_mailing_leaves_out_who_refuses(self):
        for facts, mode, refused in [
            ([], "opt_out", False),
            (["withdrawn"], "opt_out", True),
            ([], "opt_in", True),
            (["given"], "opt_in", False),
        ]:
            with self.subTest(facts=facts, mode=mode), self.env.cr.savepoint() as savepoint:
                self.company_a.marketing_consent = mode
                for state in facts:
                    self.record(state, kind="email", address=EMAIL)
                mailing = self._create_mailing(
                    mailing_type="mail", body_html="<p>Offer</p>", email_from="a@example.com"
                )
                mailing.action_send_mail()
                trace = mailing.mailing_trace_ids
                self.assertEqual(trace.failure_type == "mail_bl", refused)
                savepoint.rollback()
                self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestConsentMailingLink(MessagingMixin, HttpCase):
    def test_stop_link_of_an_sms_mailing_is_the_clients_own_refusal(self):
        mailing = self.env["mailing.mailing"].create(
            {
                "name": "Offer",
                "subject": "Offer",
                "mailing_type": "sms",
                "body_plaintext": "Offer",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_domain": [("id", "=", self.client_a.id)],
            }
        )
        trace = self.env["mailing.trace"].create(
            {
                "trace_type": "sms",
                "mass_mailing_id": mailing.id,
                "model": "res.partner",
                "res_id": self.client_a.id,
                "sms_number": MOBILE,
                "sms_code": "aBc",
            }
        )
        page = f"/sms/{mailing.id}/unsubscribe/{trace.sms_code}?sms_number=%2B213550123456"
        for _again in range(2):
            self.assertEqual(self.url_open(page).status_code, 200)
        fact = self.env["bti.consent"].search([("address", "=", MOBILE)])
        self.assertEqual((len(fact), fact.state, fact.how), (1, "withdrawn", "mailing_link"))
        self.assertIn(f"/sms/{mailing.id}/", fact.proof)
        self.assertTrue(fact.ip)
        self.assertFalse(fact.user_id)
        self.assertEqual(fact.partner_id, self.client_a)
