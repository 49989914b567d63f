from odoo.tests import Form, tagged

from ...tools import algerian_numbers
from ..common import BtiCrmCommon


@tagged("post_install", "-at_install")
class TestFiscalNumbers(BtiCrmCommon):
    def test_layouts_of_the_numbers(self):
        for check, number, expected in (
            (algerian_numbers.is_nis, "000515010012345", True),
            (algerian_numbers.is_nis, "00051501001234", False),
            (algerian_numbers.is_nis, "00051501001234A", False),
            (algerian_numbers.is_rc, "16/00-0013767B00", True),
            (algerian_numbers.is_rc, "16/000013767B00", True),
            (algerian_numbers.is_rc, "22B1242074", True),
            (algerian_numbers.is_rc, "01B0015609-16/00", True),
            (algerian_numbers.is_rc, "70/00-0013767B00", False),
            (algerian_numbers.is_rc, "00/00-0013767B00", False),
            (algerian_numbers.is_rc, "hello", False),
            (algerian_numbers.is_ai, "15010012345", True),
            (algerian_numbers.is_ai, "1501001", False),
            (algerian_numbers.is_ai, "150100123456", False),
            (algerian_numbers.is_rib, "00799999000000020091", True),
            (algerian_numbers.is_rib, "007 99999 0000000200 91", True),
            (algerian_numbers.is_rib, "007-99999-0000000200-91", True),
            (algerian_numbers.is_rib, "00799999000000020092", False),
            (algerian_numbers.is_rib, "0079999900000002009", False),
        ):
            with self.subTest(check=check.__name__, number=number):
                self.assertEqual(check(number), expected)

    def test_numbers_are_stored_in_one_spelling(self):
        partner = self.env["res.partner"].create(
            {"name": "Papers", "rc": " 15/00–0012345 b 05", "nis": "٠٠٠٥١٥٠١٠٠١٢٣٤٥"}
        )
        self.assertEqual((partner.rc, partner.nis), ("15/00-0012345B05", "000515010012345"))
        partner.ai = "150 1001 2345"
        self.assertEqual(partner.ai, "15010012345")
        partner.ai = False
        self.assertFalse(partner.ai)

    def test_what_is_copied_from_papers_is_cleaned(self):
        """Marks that nobody sees, digits of a telephone, the name of the number before it."""
        for text in (
            "\u200e0000 1600 1234 567\u202c",
            "\u202a000016001234567",
            "00001600\u200b1234567",
            "\u061c٠٠٠٠١٦٠٠١٢٣٤٥٦٧",
            "NIF 000016001234567",
            "N.I.F. : 0000 1600 1234 567",
            "nif n° 000016001234567",
        ):
            with self.subTest(text):
                partner = (
                    self.env["res.partner"]
                    .with_user(self.nadia)
                    .create(
                        {"name": "Papers", "vat": text, "nis": text, "country_id": self.algeria.id}
                    )
                )
                self.assertEqual((partner.vat, partner.nis), ("000016001234567",) * 2)
                self.assertFalse(partner.fiscal_warning)
                partner.write({"vat": False, "rc": "RC n° 16/00-0013767 b 00"})
                self.assertEqual(partner.rc, "16/00-0013767B00")
                partner.write({"vat": text})
                self.assertEqual(partner.vat, "000016001234567")

    def test_a_number_is_found_again_as_it_stands_on_paper(self):
        partner = self.env["res.partner"].create(
            {
                "name": "Found",
                "country_id": self.algeria.id,
                "vat": "000016009876543",
                "nis": "000515010098765",
                "rc": "16/00-0098765B00",
                "ai": "15010098765",
            }
        )
        partners = self.env["res.partner"].with_user(self.nadia)
        for text in (
            "0000 1600 9876 543",
            "NIF 000016009876543",
            "\u200e000016009876543\u202c",
            "٠٠٠٠١٦٠٠٩٨٧٦٥٤٣",
            "0005 1501 0098 765",
            "RC 16/00-0098765 b 00",
            "1501 0098 765",
            "98765b00",
        ):
            with self.subTest(text):
                self.assertIn(partner.id, dict(partners.name_search(text)))
                self.assertIn(partner, partners.search([("fiscal_number", "ilike", text)]))
        for text in ("000016009876544", "987", "B"):
            with self.subTest(text):
                self.assertNotIn(partner, partners.search([("fiscal_number", "ilike", text)]))

    def test_a_tax_number_of_13_digits_warns(self):
        with Form(self.env["res.partner"].with_user(self.nadia)) as form:
            form.name = "Short"
            form.country_id = self.algeria
            form.vat = "0000160012345"
            self.assertEqual(form.fiscal_warning, "The NIF usually has 15 digits.")
            form.vat = "000016001234567"
            self.assertFalse(form.fiscal_warning)
        form.record.vat = "00001600123456700000"  # with the number of an establishment
        self.assertFalse(form.record.fiscal_warning)

    def test_tax_numbers_of_other_countries_keep_their_spelling(self):
        france = self.env.ref("base.fr")
        partner = self.env["res.partner"].create({"name": "Abroad", "country_id": france.id})
        partner.with_context(no_vat_validation=True).vat = "FR 23 334175221\u200e"
        self.assertFalse("\u200e" in partner.vat)

    def test_import_strips_spaces(self):
        result = self.env["res.partner"].load(
            ["name", "nis", "rc", "ai"],
            [["Imported", "0005 1501 0012 345", "16/00-0013767 B 00", "15010012345"]],
        )
        partner = self.env["res.partner"].browse(result["ids"])
        self.assertEqual((partner.nis, partner.rc), ("000515010012345", "16/00-0013767B00"))

    def test_wrong_number_warns_and_is_kept(self):
        with Form(self.env["res.partner"].with_user(self.nadia)) as form:
            form.name = "Warned"
            form.country_id = self.algeria
            form.nis = "123"
            self.assertEqual(form.fiscal_warning, "The NIS usually has 15 digits.")
            form.rc = "abc"
            self.assertIn("RC", form.fiscal_warning)
            form.ai = "1"
            self.assertIn("AI", form.fiscal_warning)
        partner = form.record
        self.assertEqual(partner.nis, "123")
        partner.write({"nis": "000515010012345", "rc": "22B1242074", "ai": "15010012345"})
        self.assertFalse(partner.fiscal_warning)

    def test_other_countries_see_nothing(self):
        france = self.env.ref("base.fr")
        abroad = self.env["res.company"].create({"name": "France", "country_id": france.id})
        partners = self.env["res.partner"].create(
            [
                {"name": "French", "country_id": france.id, "nis": "123"},
                {"name": "Nowhere", "nis": "123"},
            ]
        )
        french, nowhere = partners
        self.assertEqual(partners.mapped("has_algerian_numbers"), [False, True])
        self.assertFalse(french.fiscal_warning)
        self.assertTrue(nowhere.fiscal_warning)
        self.assertFalse(nowhere.with_company(abroad).has_algerian_numbers)
        self.assertFalse(nowhere.with_company(abroad).fiscal_warning)

    def test_contacts_have_the_numbers_of_their_company(self):
        self.client.write({"nis": "000515010012345", "rc": "22B1242074"})
        contact = self.env["res.partner"].create({"name": "Foreman", "parent_id": self.client.id})
        self.assertEqual((contact.nis, contact.rc), ("000515010012345", "22B1242074"))
        self.client.ai = "15010012345"
        self.assertEqual(contact.ai, "15010012345")

    def test_company_has_the_numbers_of_its_contact(self):
        self.bti.write({"nis": "0005 1501 0012 345", "rc": "x"})
        self.assertEqual(self.bti.partner_id.nis, "000515010012345")
        self.assertIn("RC", self.bti.fiscal_warning)

    def test_rib_key_warns(self):
        bank = self.env["res.partner.bank"].create(
            {"partner_id": self.client.id, "acc_number": "007 99999 0000000200 92"}
        )
        self.assertIn("RIB", bank.rib_warning)
        bank.acc_number = "00799999000000020091"
        self.assertFalse(bank.rib_warning)
        self.assertEqual(bank._get_rib(), "007 99999 0000000200 91")
        bank.acc_number = "FR7630006000011234567890189"
        self.assertFalse(bank.rib_warning)
        self.client.country_id = self.env.ref("base.fr")
        bank.acc_number = "12345"
        self.assertFalse(bank.rib_warning)
