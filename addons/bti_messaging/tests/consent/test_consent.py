from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import warmup
from odoo.tools import mute_logger

from ..common import FIXED_LINE, MOBILE, OTHER_MOBILE, MessagingCase

EMAIL = "client@example.com"


class ConsentCase(MessagingCase):
    """Clients of two companies and what they said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Consent = cls.env["bti.consent"]
        cls.client_a.email = "Client A <Client@Example.com>"

    def record(self, state="withdrawn", address=MOBILE, kind="sms", company=None, **kwargs):
        """Record a fact with a proof."""
        kwargs.setdefault("proof", "said so")
        how = kwargs.pop("how", "call")
        return self.Consent._record(
            self.company_a if company is None else company, kind, address, state, how, **kwargs
        )

    def refused(self, company=None, kind="sms", address=MOBILE, **kwargs):
        """:return: whether the address may not be written to"""
        found = self.Consent._get_refused(company or self.company_a, kind, [address], **kwargs)
        return address in found

    def ago(self, **kwargs):
        """A moment in the past."""
        return fields.Datetime.now() - timedelta(**kwargs)

    def received(self, body="STOP", channel=None):
        """A message of the client."""
        return self._create_message(
            channel or self.trial_a, body=body, direction="in", state="sent"
        )


class TestConsent(ConsentCase):
    def test_latest_fact_is_the_state_whatever_the_order_of_arrival(self):
        for facts, refused in [
            ([("withdrawn", 3)], True),
            ([("withdrawn", 3), ("given", 1)], False),
            ([("given", 1), ("withdrawn", 3)], False),
            ([("withdrawn", 1), ("given", 3)], True),
            ([("given", 3), ("withdrawn", 3)], True),
            ([("withdrawn", 3), ("pending", 1)], True),
            ([("given", 3), ("pending", 1)], False),
            ([("pending", 1)], False),
        ]:
            with self.subTest(facts), self.env.cr.savepoint() as savepoint:
                for state, days in facts:
                    self.record(state, date=self.ago(days=days))
                self.assertEqual(self.refused(), refused)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_kinds_purposes_and_companies_are_told_apart(self):
        every = self.env["res.company"]
        for fact, asked, refused in [
            ({}, {}, True),
            ({}, {"kind": "whatsapp"}, False),
            ({}, {"purpose": "survey"}, False),
            ({}, {"purpose": "transactional"}, False),
            ({}, {"company": self.company_b}, False),
            ({}, {"address": OTHER_MOBILE}, False),
            ({"kind": "all"}, {"kind": "whatsapp"}, True),
            ({"kind": "all"}, {}, True),
            ({"kind": "all"}, {"purpose": "transactional"}, False),
            ({"company": every}, {"company": self.company_b}, True),
            ({"purpose": "survey"}, {}, False),
            ({"purpose": "survey"}, {"purpose": "survey"}, True),
            ({"purpose": "transactional"}, {"purpose": "transactional"}, True),
            ({"kind": "email", "address": EMAIL}, {"kind": "email", "address": EMAIL}, True),
            ({"kind": "email", "address": EMAIL}, {}, False),
        ]:
            with self.subTest(fact=fact, asked=asked), self.env.cr.savepoint() as savepoint:
                self.record(**fact)
                self.assertEqual(self.refused(**asked), refused)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_company_may_need_consent_for_marketing(self):
        self.company_a.marketing_consent = "opt_in"
        self.assertTrue(self.refused())
        self.assertFalse(self.refused(company=self.company_b))
        self.assertFalse(self.refused(purpose="survey"))
        self.assertFalse(self.refused(purpose="transactional"))
        self.record("given")
        self.assertFalse(self.refused())
        self.record("withdrawn")
        self.assertTrue(self.refused())

    def test_addresses_are_compared_in_one_spelling(self):
        for kind, typed, stored in [
            ("sms", "0550 12 34 56", MOBILE),
            ("sms", "00213550123456", MOBILE),
            ("sms", "٠٥٥٠١٢٣٤٥٦", MOBILE),
            ("email", "Client A <CLIENT@example.com>", EMAIL),
            ("all", "client@Example.com", EMAIL),
            ("messenger", " 7123456 ", "7123456"),
            ("sms", "BTI\x00PROMO", "BTIPROMO"),
            ("sms", "3000", "3000"),
        ]:
            with self.subTest(typed):
                self.assertEqual(self.record(address=typed, kind=kind).address, stored)

    def test_only_who_works_for_all_companies_records_for_all(self):
        vals = {"address": MOBILE, "state": "given", "how": "paper", "proof": "signed"}
        manager = self.Consent.with_user(self.manager_a)
        with self.assertRaisesRegex(ValidationError, "which company"):
            manager.create({**vals, "company_id": False})
        self.assertEqual(manager.create(vals).company_id, self.company_a)
        self.manager_a.company_ids = self.env["res.company"].search([])
        self.assertFalse(manager.create({**vals, "company_id": False}).company_id)

    def test_one_message_is_one_fact(self):
        message = self.received()
        first = self.record(how="keyword", message=message, proof="")
        self.assertEqual((first.proof, first.message_id), ("STOP", message))
        for _replay in range(3):
            self.assertEqual(self.record(how="keyword", message=message), first)
        self.assertEqual(self.Consent.search_count([("message_id", "=", message.id)]), 1)

    def test_late_replay_of_a_message_does_not_undo_what_came_after(self):
        message = self.received()
        self.record(how="keyword", message=message, date=self.ago(days=2))
        self.record("given", date=self.ago(days=1))
        self.record(how="keyword", message=message, date=self.ago(days=2))
        self.assertFalse(self.refused())

    def test_same_moment_is_one_fact_and_another_moment_another(self):
        date = self.ago(days=1)
        first = self.record(date=date)
        self.assertEqual(self.record(date=date), first)
        self.assertNotEqual(self.record(date=self.ago(hours=1)), first)

    def test_date_in_the_future_is_now(self):
        self.record("withdrawn", date=self.ago(days=-30))
        self.record("given")
        self.assertFalse(self.refused())

    def test_contact_is_found_unless_two_share_the_number(self):
        self.assertEqual(self.record().partner_id, self.client_a)
        self.assertEqual(self.record(kind="email", address=EMAIL).partner_id, self.client_a)
        self.assertFalse(self.record(company=self.company_b).partner_id)
        self.client_a.copy({"phone": "0550123456"})
        self.assertFalse(self.record(kind="whatsapp").partner_id)

    def test_nobody_changes_or_deletes_facts(self):
        fact = self.record()
        for name, mine in [
            ("superuser", fact.sudo()),
            ("manager", fact.with_user(self.manager_a)),
        ]:
            for change in (
                partial(mine.write, {"state": "given"}),
                partial(mine.write, {"proof": "changed"}),
                mine.unlink,
                mine.copy,
            ):
                with self.subTest(name), self.assertRaises(UserError):
                    change()
        self.assertEqual(fact.state, "withdrawn")

    def test_consent_without_proof_is_refused(self):
        with self.assertRaises(ValidationError):
            self.record("given", proof="")

    def test_user_cannot_pretend_that_the_client_did_it(self):
        Consent = self.Consent.with_user(self.manager_a)
        good = {"address": "0550123456", "state": "given", "how": "paper", "proof": "form 12"}
        for change in [
            {"how": "keyword"},
            {"how": "page"},
            {"how": "double_opt_in"},
            {"how": "mailing_link"},
            {"proof": ""},
            {"proof": "   "},
            {"state": "pending"},
            {"address": "not a number"},
            {"kind": "email", "address": "nobody"},
        ]:
            with self.subTest(change), self.assertRaises(ValidationError):
                Consent.create({**good, **change})
        fact = Consent.create({**good, "ip": "1.2.3.4", "user_id": self.agent_a.id})
        self.assertEqual((fact.user_id, fact.ip), (self.manager_a, False))
        self.assertEqual((fact.partner_id, fact.address), (self.client_a, MOBILE))

    def test_lines_are_imported_and_faults_told_line_by_line(self):
        names = ["address", "kind", "state", "how", "date", "proof"]
        result = (
            self.Consent.with_user(self.manager_a)
            .with_context(import_file=True)
            .load(
                names,
                [
                    ["0550123456", "sms", "given", "import", "2026-01-02 10:00:00", "old list"],
                    ["nonsense", "sms", "withdrawn", "import", "", ""],
                    [EMAIL, "email", "given", "import", "", ""],
                    ["0661234567", "SMS", "Refuses", "Paper", "2026-01-02 10:00:00", ""],
                ],
            )
        )
        self.assertFalse(result["ids"])
        # Odoo repeats the first fault on the first line
        faults = {message["record"]: message["message"] for message in result["messages"][1:]}
        self.assertEqual(set(faults), {1, 2})
        self.assertIn("nonsense", faults[1])
        self.assertIn("proof", faults[2])
        result = (
            self.Consent.with_user(self.manager_a)
            .with_context(import_file=True)
            .load(names, [["0661234567", "sms", "withdrawn", "import", "", ""]])
        )
        self.assertEqual(len(result["ids"]), 1)
        self.assertTrue(self.refused(address=OTHER_MOBILE))

    def test_marketing_is_not_sent_to_who_refuses(self):
        self.assertFalse(self.client_a._bti_is_opted_out(MOBILE))
        self.record()
        self.assertTrue(self.client_a._bti_is_opted_out(MOBILE))
        self.assertFalse(self.client_a.with_company(self.company_b)._bti_is_opted_out(MOBILE))

    def test_partner_shows_and_finds_what_he_said(self):
        self.assertEqual((self.client_a.sms_consent, self.client_a.email_consent), ("none", "none"))
        self.record("given", kind="email", address=EMAIL)
        self.record("withdrawn")
        self.record("withdrawn", company=self.company_b)
        client = self.client_a.with_user(self.agent_a)
        client.invalidate_recordset()
        self.assertEqual((client.sms_consent, client.email_consent), ("withdrawn", "given"))
        self.assertEqual(client.consent_count, 2)
        self.assertEqual(
            len(
                self.Consent.with_user(self.agent_a).search(client.action_view_consents()["domain"])
            ),
            2,
        )
        Partner = self.env["res.partner"].with_user(self.agent_a)
        for domain, found in [
            ([("sms_consent", "=", "withdrawn")], True),
            ([("sms_consent", "=", "none")], False),
            ([("sms_consent", "!=", "withdrawn")], False),
            ([("email_consent", "in", ["given", "pending"])], True),
        ]:
            with self.subTest(domain):
                self.assertEqual(client in Partner.search(domain), found)


class TestConsentRights(ConsentCase):
    def test_consents_of_a_company_are_for_its_agents(self):
        rows = {
            "a": self.record(),
            "b": self.record(company=self.company_b),
            "all": self.record(company=self.env["res.company"]),
        }
        for user, seen in [(self.agent_a, {"a", "all"}), (self.manager_b, {"b", "all"})]:
            found = (
                self.Consent.with_user(user)
                .with_context(allowed_company_ids=user.company_id.ids)
                .search([])
            )
            self.assertEqual({name for name, row in rows.items() if row in found}, seen)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.Consent.with_user(self.employee_a).search([])

    def test_agents_record_by_the_wizard_only(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.Consent.with_user(self.agent_a).create(
                {"address": MOBILE, "state": "given", "how": "call", "proof": "yes"}
            )
        Wizard = self.env["bti.consent.record"].with_user(self.agent_a)
        vals = {"partner_id": self.client_a.id, "state": "given", "proof": "Yes, by phone"}
        Wizard.create(vals).action_record()
        fact = self.Consent.search([("address", "=", MOBILE)])
        self.assertEqual(
            (fact.state, fact.how, fact.user_id, fact.company_id, fact.proof),
            ("given", "call", self.agent_a, self.company_a, "Yes, by phone"),
        )
        with self.assertRaises(UserError):
            Wizard.create({**vals, "proof": " "}).action_record()
        self.client_a.phone = FIXED_LINE
        with self.assertRaises(UserError):
            Wizard.create(vals).action_record()

    def test_wizard_writes_a_fact_for_each_address(self):
        wizard = (
            self.env["bti.consent.record"]
            .with_user(self.agent_a)
            .create(
                {
                    "partner_id": self.client_a.id,
                    "kind": "all",
                    "state": "withdrawn",
                    "how": "paper",
                    "proof": "letter",
                    "proof_file": b"c2Nhbg==",
                    "proof_filename": "letter.pdf",
                }
            )
        )
        self.assertEqual(wizard.addresses, f"{MOBILE}, {EMAIL}")
        wizard.action_record()
        self.assertTrue(self.refused())
        self.assertTrue(self.refused(kind="email", address=EMAIL))
        facts = self.Consent.search([("partner_id", "=", self.client_a.id)])
        self.assertEqual(facts.mapped("proof_filename"), ["letter.pdf"] * 2)


class TestConsentSpeed(ConsentCase):
    @warmup
    def test_refusals_of_many_are_one_query(self):
        numbers = [f"+2135502{number:05}" for number in range(2000)]
        self.Consent.sudo().create(
            [
                {
                    "company_id": self.company_a.id,
                    "address": number,
                    "state": "withdrawn",
                    "how": "import",
                }
                for number in numbers[:500]
            ]
        )
        self.env.flush_all()
        # as in any transaction, the company and the parameter are in the cache
        self.company_a.fetch(["marketing_consent"])
        self.env["ir.config_parameter"].sudo().get_param("bti_messaging.imprint_key")
        with self.assertQueryCount(1):
            refused = self.Consent._get_refused(self.company_a, "sms", numbers)
        self.assertEqual(refused, set(numbers[:500]))
