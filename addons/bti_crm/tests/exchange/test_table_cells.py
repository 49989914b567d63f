from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.bti_messaging.tools import typed

from ...tools.exchange import table_file

NNBSP = "\u202f"


@tagged("-at_install", "post_install")
class TestTableFile(BaseCase):
    """Cells and files as offices write them."""

    def test_numbers_of_three_habits(self):
        for text, expected in (
            ("42", "42"),
            ("42,5", "42.5"),
            ("42.50", "42.5"),
            ("10 626,50", "10626.5"),
            (f"10{NNBSP}626,50", "10626.5"),
            ("10\u00a0626", "10626"),
            ("1.234.567,89", "1234567.89"),
            ("1,234,567.89", "1234567.89"),
            ("10'626.00", "10626"),
            ("42 DA", "42"),
            ("42,00 DZD", "42"),
            ("٤٢٫٥", "42.5"),
            ("١٠٬٦٢٦", "10626"),
            ("۴۲", "42"),
            ("-3", "-3"),
            ("0,125", "0.125"),
            (42.5, "42.5"),
            (253, "253"),
        ):
            with self.subTest(text=text):
                self.assertEqual(table_file.parse_decimal(text), Decimal(expected))

    def test_a_result_of_a_formula_is_what_the_spreadsheet_shows(self):
        """42.1 x 1.05 is stored as 44.205000000000005: nobody can see the end of it."""
        for value, expected in (
            (42.1 * 1.05, "44.205"),
            (0.1 + 0.2, "0.3"),
            (38 * 1.07, "40.66"),
            (10626 / 253, "42"),
            (10000 / 253, "39.525692"),
            (42.1234567, "42.123457"),
        ):
            with self.subTest(value=value):
                self.assertEqual(table_file.parse_decimal(value), Decimal(expected))

    def test_what_is_no_number(self):
        for text in ("", "abc", "4O", "12 5", "1,2,3", "=1+1", "1e5", "--3", "1..2", "nan", True):
            with self.subTest(text=text), self.assertRaises(ValueError):
                table_file.parse_decimal(text)

    def test_ten_or_ten_thousand_is_asked_not_guessed(self):
        for text in ("10,626", "1.234", "٤٢،٥٠٠"):
            with self.subTest(text=text), self.assertRaises(typed.AmbiguousNumber):
                table_file.parse_decimal(text)

    def test_days(self):
        for text in ("31/12/2026", "2026-12-31", "31-12-2026", "31.12.2026", "31/12/26",
                     "٣١/١٢/٢٠٢٦", datetime(2026, 12, 31), date(2026, 12, 31)):  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(table_file.parse_date(text), date(2026, 12, 31))
        for text in ("31/02/2026", "12/31/2026", "soon", "1/1/0026", "46000"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                table_file.parse_date(text)

    def test_alphabets_and_separators(self):
        french = "Référence;Prix\r\nHourdis d'été;42,5\r\n"
        arabic = "المنتج,السعر\nآجر,42.5\n"
        for content, expected in (
            (french.encode(), "Référence"),
            (french.encode("utf-8-sig"), "Référence"),
            (french.encode("cp1252"), "Référence"),
            (french.encode("utf-16"), "Référence"),
            (french.replace(";", "\t").encode(), "Référence"),
            (("sep=;\r\n" + french).encode(), "Référence"),
            (arabic.encode(), "المنتج"),
            (arabic.encode("cp1256"), "المنتج"),
        ):
            with self.subTest(content=content[:20]):
                rows = table_file.read_rows(content)
                self.assertEqual([len(cells) for _number, cells in rows], [2, 2])
                self.assertEqual(rows[0][1][0], expected)

    def test_line_numbers_are_those_of_the_file(self):
        rows = table_file.read_rows(b'a;b\n\n"two\nlines";1\nx;2\n')
        self.assertEqual([number for number, _cells in rows], [1, 3, 5])

    def test_other_files_are_refused(self):
        for content in (
            b"",
            b" \n",
            b"%PDF-1.7",
            b"PK\x03\x04nothing",
            b"a\x00b",
            b"\xd0\xcf\x11\xe0",
        ):
            with self.subTest(content=content), self.assertRaises(table_file.TableFileError):
                table_file.read_rows(content)

    def test_formulas_go_out_as_text_and_come_back(self):
        for text in ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3"):
            with self.subTest(text=text):
                self.assertTrue(table_file.safe_cell(text).startswith("'"))
                self.assertEqual(table_file.clean(table_file.safe_cell(text)), text)
        self.assertEqual(table_file.safe_cell("-5"), "-5")
        self.assertEqual(table_file.safe_cell("B8"), "B8")
