from odoo.tests import BaseCase

from ...gateways.sms.numbers import Number, Sender, analyse, mask, read_all, read_sender

MOBILE = Number("+213550123456", valid=True, mobile=True)


class TestNumbers(BaseCase):
    def test_a_mobile_number_however_it_is_written(self):
        for number in [
            "0550123456",
            "0550 12 34 56",
            "550123456",
            "213550123456",
            "00213550123456",
            "+213550123456",
            "+2130550123456",
            "(+213) 0550 12 34 56",
            "213 (0) 550 12 34 56",
            "0550.12.34.56",
            "0550-12-34-56",
            "٠٥٥٠١٢٣٤٥٦",
            " 0550123456 ",
            "0550/12/34/56",
            "550123456.0",
            "213550123456.0",
            "213550123456,00",
            "(00213) 550 12 34 56",
            "0550\u00a012\u202f34\u200956",
            "\u200e0550123456\u200f",
            "0550–12–34–56",
            "0550 12 34 56 Karim",
            "Mme Belkacem : 0550 12 34 56 (bureau 2)",
            "tel:+213550123456",
        ]:
            with self.subTest(number):
                self.assertEqual(analyse(number, "DZ"), MOBILE)

    def test_numbers_that_are_no_mobiles(self):
        for number in ["021 23 45 67", "+213 21 23 45 67"]:
            with self.subTest(number):
                self.assertEqual(
                    analyse(number, "DZ"), Number("+21321234567", valid=True, mobile=False)
                )

    def test_a_number_that_the_plan_does_not_know_is_tried(self):
        self.assertEqual(
            analyse("0580 12 34 56", "DZ"), Number("+213580123456", valid=False, mobile=True)
        )

    def test_what_is_no_number(self):
        for number in ["", False, None, "BTIPROMO", "12", "+213", "0550123456789012345"]:
            with self.subTest(number):
                self.assertIsNone(analyse(number, "DZ"))

    def test_no_number_of_another_country_is_guessed(self):
        """Without "+" or "00" it is one of this country, or none."""
        for number in [
            "661-23-45-67-89",
            "05501234567",
            "5501234560",
            "33612345678",
            "66123456",
            "5501 Karim",
            "5.5E+08",
            "2026-11-23 08:30",
        ]:
            with self.subTest(number):
                self.assertIsNone(analyse(number, "DZ"))
        for number in ("+33 6 12 34 56 78", "0033612345678"):
            with self.subTest(number):
                self.assertEqual(
                    analyse(number, "DZ"), Number("+33612345678", valid=True, mobile=True)
                )

    def test_several_numbers_of_one_field(self):
        both = ["+213550123456", "+213661234567"]
        cases = [
            ("0550 12 34 56 / 0661 23 45 67", both),
            ("0550123456/0661234567", both),
            ("0550 12 34 56 - 0661 23 45 67", both),
            ("0550-12-34-56-0661-23-45-67", both),
            ("0550123456-0661234567", both),
            ("0550 12 34 56, 0661 23 45 67", both),
            ("0550 12 34 56 ou 0661 23 45 67", both),
            ("0550123456 0661234567", both),
            ("0550123456\n0661234567", both),
            ("0550 12 34 56 (0661 23 45 67)", both),
            ("+213550123456+213661234567", both),
            ("0550 12 34 56 Karim / 0661 23 45 67 Samir", both),
            ("٠٥٥٠١٢٣٤٥٦ أو ٠٦٦١٢٣٤٥٦٧", both),
            ("0550 12 34 56 / 0550-123-456", both[:1]),
            ("021 23 45 67 / 0550 12 34 56", ["+21321234567", *both[:1]]),
            ("0550 12 34 56 / 661-23-45-67-89", both[:1]),
            ("12 / 0550 12 34 56", both[:1]),
            ("0550 12 34 56 / 0661 23 45 67 / 0770 11 22 33", [*both, "+213770112233"]),
            ("0550 12 34 56 / +33 6 12 34 56 78", [*both[:1], "+33612345678"]),
            ("1 " * 500, []),
            ("0550 12 34 5", []),
            ("", []),
        ]
        for text, expected in cases:
            with self.subTest(text[:60]):
                self.assertEqual([number.e164 for number in read_all(text, "DZ")], expected)

    def test_of_several_numbers_the_first_mobile_is_for_an_sms(self):
        for text in ("021 23 45 67 / 0550 12 34 56", "0550 12 34 56 - 021 23 45 67"):
            with self.subTest(text):
                self.assertEqual(analyse(text, "DZ"), MOBILE)

    def test_a_sender_is_read_as_the_provider_writes_him(self):
        cases = [
            ("213550123456", "+213550123456", True),
            ("0550123456", "+213550123456", True),
            ("33612345678", "+33612345678", True),
            ("+33612345678", "+33612345678", True),
            ("0033612345678", "+33612345678", True),
            ("3000", "3000", False),
            ("BTIPROMO", "BTIPROMO", False),
        ]
        for sender, address, person in cases:
            with self.subTest(sender):
                self.assertEqual(read_sender(sender, "DZ"), Sender(address, person))

    def test_without_a_country_only_international_numbers_are_understood(self):
        self.assertEqual(analyse("+213550123456"), MOBILE)
        self.assertEqual(analyse("00213550123456"), MOBILE)

    def test_mask_hides_the_middle(self):
        self.assertEqual(mask("+213550123456"), "+2135******56")
        self.assertEqual(mask(""), "")
