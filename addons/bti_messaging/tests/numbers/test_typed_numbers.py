from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import SQL

from ...gateways.sms.numbers import read_parts
from ..common import MessagingMixin

# what somebody types who looks for 0550 00 01 20
TYPED = [
    "0550 00 01 20",
    "0550.00.01.20",
    "0550-00-01-20",
    "0550000120",
    "+213550000120",
    "+213 550 00 01 20",
    "00213 550 00 01 20",
    "(+213) 0550 00 01 20",
    "213550000120",
    "٠٥٥٠ ٠٠ ٠١ ٢٠",
    "\u200e0550 00 01 20",
    "0550 00\ufe0f 01 20",
    "0550 00 01",
    "0550 00 0",
    "+213 550 00",
    "+213 (0) 550 00",
    "550000",
    "00 01 20",
    "0120",
    "Karim 0550 00 01 20",
]
NOT_TYPED = [
    "0550 00 01 21",
    "0551",
    "+33 550",
    "12",
    "0120 x",
    "0",
    "+",
    "550-00-01-20-99",
]


@tagged("post_install", "-at_install")
class TestTypedNumbers(MessagingMixin, TransactionCase):
    """A client is found by his number wherever he is looked for, as people at the phone type it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.karim = cls.env["res.partner"].create(
            {
                "name": "Karim (typed)",
                "phone": "+213 550 00 01 20",
                "country_id": cls.country.id,
                "company_id": cls.company_a.id,
            }
        )
        cls.Partner = cls.env["res.partner"].with_user(cls.agent_a)

    def is_found(self, domain):
        return self.karim in self.Partner.search(domain)

    def test_a_field_client_finds_him(self):
        for text in TYPED:
            with self.subTest(text):
                found = self.Partner.name_search(text)
                self.assertIn((self.karim.id, self.karim.display_name), found)
        for text in NOT_TYPED:
            with self.subTest(text):
                self.assertNotIn(self.karim.id, dict(self.Partner.name_search(text)))

    def test_the_search_box_of_contacts_finds_him(self):
        arch = self.Partner.get_view(view_type="search")["arch"]
        self.assertIn("('display_name', 'ilike', self)", arch)
        for text in TYPED:
            with self.subTest(text):
                self.assertTrue(self.is_found([("display_name", "ilike", text)]))
                self.assertTrue(self.is_found([("phone_mobile_search", "ilike", text)]))
        for text in NOT_TYPED:
            with self.subTest(text):
                self.assertFalse(self.is_found([("phone_mobile_search", "ilike", text)]))

    def test_documents_find_him_through_their_client(self):
        for text in TYPED:
            with self.subTest(text):
                self.assertTrue(self.is_found([("id", "child_of", text)]))

    def test_an_import_finds_him_by_a_full_number(self):
        for text, found in [
            ("0550 00 01 20", True),
            ("00213550000120", True),
            ("0550 00", False),
            ("00 01 20", False),
        ]:
            with self.subTest(text):
                ids = dict(self.Partner.name_search(text, operator="="))
                self.assertEqual(self.karim.id in ids, found)
                self.assertEqual(self.is_found([("phone_mobile_search", "=", text)]), found)

    def test_his_second_number_is_his_too(self):
        self.karim.phone = "0661 23 45 99 / 0550 00 01 20"
        for text in ["0661 23 45 99", "0550 00 01 20", "0661 23", "0550 00"]:
            with self.subTest(text):
                self.assertIn(self.karim.id, dict(self.Partner.name_search(text)))

    def test_names_and_refusals_work_as_before(self):
        self.assertIn(self.karim.id, dict(self.Partner.name_search("karim (ty")))
        self.assertIn(self.karim, self.Partner.search([("phone_mobile_search", "!=", False)]))
        self.assertNotIn(self.karim, self.Partner.search([("display_name", "not ilike", "karim")]))
        self.assertIn(self.karim, self.Partner.search([("display_name", "not ilike", "0661")]))

    def test_nobody_of_another_company(self):
        partner = self.env["res.partner"].with_user(self.agent_b).with_company(self.company_b)
        partner = partner.with_context(allowed_company_ids=self.company_b.ids)
        self.assertNotIn(self.karim.id, dict(partner.name_search("0550 00 01 20")))

    def test_messages_people_and_consents(self):
        number = "+213550000120"
        message = self._create_message(self.trial_a, number)
        person = self.env["bti.identity"].create(
            {"company_id": self.company_a.id, "kind": "phone", "external_id": number}
        )
        consent = self.env["bti.consent"]._record(
            self.company_a, "sms", number, "withdrawn", "call"
        )
        for record in (message, person, consent):
            model = record.with_user(self.manager_a)
            for text in ["0550 00 01 20", "0550 00", "00 01 20"]:
                with self.subTest(model=record._name, text=text):
                    self.assertIn(record, model.search([("number_typed", "ilike", text)]))
            self.assertNotIn(record, model.search([("number_typed", "ilike", "0551")]))

    def test_one_query_by_one_index(self):
        """All columns in which a name is looked for are in one index."""
        self.Partner.name_search("0550 00 01 20")
        with self.assertQueryCount(1):
            self.Partner.search([("display_name", "ilike", "0550 00 01 20")], limit=8)
        # sudo: the plan of the search itself, without the rules of a company
        partners = self.env["res.partner"].sudo()
        query = partners._search([("display_name", "ilike", "0550 00 01 20")], active_test=False)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("res_partner_typed_idx", plan)
        self.assertNotIn("Seq Scan", plan)

    def test_a_mark_within_a_number_is_not_seen(self):
        with Form(self.Partner) as form:
            form.name = "Keycaps"
            form.phone = "0️⃣550 00\ufe0f 01 20"
        self.assertEqual(form.record.phone_sanitized, "+213550000120")

    def test_parts(self):
        for text, parts in [
            ("0550 00", ("055000", "+21355000")),
            ("00213 55", ("0021355", "+21355")),
            ("+213 (0) 55", ("+21355",)),
            ("+213 0", ("+2130",)),
            ("55", ()),
            ("B12 200", ()),
            (False, ()),
            ("0550 00 01 20 / 0661 23 45 67", ("+213550000120", "+213661234567")),
        ]:
            with self.subTest(text):
                self.assertEqual(read_parts(text, "DZ"), parts)
