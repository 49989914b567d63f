from odoo.tests import BaseCase

from ..gateways.numbers import Number, analyse, mask

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

    def test_without_a_country_only_international_numbers_are_understood(self):
        self.assertEqual(analyse("+213550123456"), MOBILE)
        self.assertEqual(analyse("00213550123456"), MOBILE)

    def test_mask_hides_the_middle(self):
        self.assertEqual(mask("+213550123456"), "+2135******56")
        self.assertEqual(mask(""), "")
