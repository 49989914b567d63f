import csv
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.bti_messaging.tools import typed

from ...tools.exchange import table_file
from ...tools.exchange.table_file import TableFileError
from .test_workbook import book

# what people type into cells, quotes and line ends too; a quote in front is the spreadsheet's
cells = st.text("aé آ٣;,\"'=+-@5\n", max_size=8).map(str.strip).filter(
    lambda text: not text.startswith("'")
)  # fmt: skip
fast = settings(max_examples=150, deadline=None, database=None)


@tagged("-at_install", "post_install")
class TestTableFiles(BaseCase):
    """Files as offices send them: what is read, and why another one is refused."""

    def _check_refused(self, content, code):
        with self.assertRaises(TableFileError) as error:
            table_file.read_rows(content)
        self.assertEqual((error.exception.code, str(error.exception)), (code, code))

    def test_why_a_file_is_refused(self):
        for content, code in (
            (b"", "empty"),
            (b" \r\n\t", "empty"),
            (b";;;\n ; ;\n", "empty"),
            (b"\xff\xfe", "empty"),
            (b"\xef\xbb\xbf", "empty"),
            (book([None, ""], [" "]), "empty"),
            (b"%PDF-1.7 price;list", "format"),
            (b"\xd0\xcf\x11\xe0 old workbook", "format"),
            (b"price\x00;list", "format"),
            (b"PK\x03\x04 half a file", "damaged"),
            (b"\xff\xfea", "encoding"),
            (b"\xef\xbb\xbfprix \xe9", "encoding"),
        ):
            with self.subTest(content=content[:20], code=code):
                self._check_refused(content, code)

    def test_a_cell_without_end(self):
        self.addCleanup(csv.field_size_limit, csv.field_size_limit(100))
        self._check_refused(b'price;"' + b"x" * 200, "damaged")

    def test_as_many_lines_as_are_read_and_one_more(self):
        self.patch(table_file, "MAX_ROWS", 3)
        self.assertEqual(len(table_file.read_rows(b"a\n\nb\n\n\nc\n\n")), 3)
        self._check_refused(b"a\nb\nc\nd", "too_long")
        self._check_refused(book(*([letter] for letter in "abcd")), "too_long")

    def test_the_sign_between_columns(self):
        for text, expected in (
            ("a;b,c;d\n1;2;3", ["a", "b,c", "d"]),
            ("a,b;c,d\n1;2;3", ["a", "b;c", "d"]),
            ("a\tb;c\td", ["a", "b;c", "d"]),
            ("a;b,c", ["a", "b,c"]),  # as often: the office's own
            ("\n\n a,b \n", [" a", "b "]),
            ("alone", ["alone"]),
            ("sep=,\r\na;x,b;y", ["a;x", "b;y"]),
            ("SEP=|\na|b;c", ["a", "b;c"]),
            ("sep=\na;b", ["a", "b"]),
            ('"two\nlines";b', ["two\nlines", "b"]),
        ):
            with self.subTest(text=text):
                self.assertEqual(table_file.read_rows(text.encode())[0][1], expected)

    def test_the_mark_of_a_spreadsheet_keeps_the_numbers_of_the_lines(self):
        rows = table_file.read_rows(b"sep=;\nsep;b\n\nsep=;\n")
        self.assertEqual(rows, [(2, ["sep", "b"]), (4, ["sep=", ""])])

    def test_encodings(self):
        french, arabic = "Référence €;Pièce à l'œil", "الولاية;السعر"
        for text, encoding in (
            (french, "utf-8"),
            (french, "utf-8-sig"),
            (french, "utf-16-le"),
            (french, "utf-16-be"),
            (french, "cp1252"),
            (arabic, "cp1256"),
            (arabic, "utf-16-be"),
            ("Crème brûlée, où ça ?", "cp1252"),  # accents alone are never Arabic
        ):
            with self.subTest(text=text, encoding=encoding):
                mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
                self.assertEqual(table_file.decode(mark + text.encode(encoding)), text)
        # the programs of the nineties
        rows = "Référence;Prix HT\nB8;42,50\nBrique 8 trous étanche;55\nPièce cassée;12\n"
        for text, encoding in (
            (rows.upper(), "cp850"),
            (rows, "cp850"),
            (rows, "cp720"),
            (f"{arabic}\nB8;42\n", "cp720"),
        ):
            with self.subTest(encoding=encoding, text=text):
                self.assertEqual(table_file.decode(text.encode(encoding)), text)
        # a sign that Windows has not is shown as one that is missing, the file is read
        self.assertEqual(table_file.decode(b"prix \x81\xe9"), "prix \ufffdé")

    @fast
    @given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=4))
    def test_what_is_written_is_read_again(self, rows):
        content = table_file.write_csv(["product", "price"], rows)
        self.assertTrue(content.startswith("\ufeffproduct;price\r\n".encode()))
        found = [[table_file.clean(cell) for cell in row]
                 for _line, row in table_file.read_rows(content)][1:]  # fmt: skip
        self.assertEqual(found, [row for row in rows if any(row)])

    def test_a_written_file_has_text_for_formulas_and_nothing_for_nothing(self):
        content = table_file.write_csv(["=a"], [[None, "=1+1", -5, "-5 DA", 42.5], ["x;y"]])
        self.assertEqual(content.decode("utf-8-sig"), "'=a\r\n;'=1+1;-5;-5 DA;42.5\r\n\"x;y\"\r\n")


@tagged("-at_install", "post_install")
class TestTableCells(BaseCase):
    """Cells as people fill them."""

    def test_text_of_a_cell(self):
        for value, expected in (
            (None, ""),
            (True, ""),
            (42.0, "42"),
            (42.5, "42.5"),
            (-1e14, "-100000000000000"),
            (1e15, "1000000000000000.0"),
            (0, "0"),
            ("  B8\u200f ", "B8"),
            ("\ufeff\u202bآجر\u202c", "آجر"),
            ("'=B8", "=B8"),
            ("'- B8", "- B8"),
            ("'B8", "'B8"),
            ("d'été", "d'été"),
        ):
            with self.subTest(value=value):
                self.assertEqual(table_file.clean(value), expected)

    def test_names_are_compared_without_accents_and_signs(self):
        for one, other in (
            ("Quantité minimale (pièces)", "quantite MINIMALE pieces"),
            ("N° 12", "n 12"),
            ("السعر الأدنى", "السعر الادني"),
            ("ولاية", "ولايه"),
            ("مستوى ٣", "مستوي 3"),
            ("Œuvre", "œuvre"),
            ("prix/palette", "Prix palette"),
            ("ﬁn", "fin"),
        ):
            with self.subTest(one=one):
                self.assertEqual(table_file.normalise(one), table_file.normalise(other))
                self.assertTrue(table_file.normalise(one))
        self.assertNotEqual(table_file.normalise("B8"), table_file.normalise("B12"))

    def test_numbers(self):
        for value, expected in (
            ("−3,5", "-3.5"),
            ("+3", "3"),
            ("- 3", "-3"),
            ("0,5", "0.5"),
            ("0,500", "0.500"),  # nobody writes no thousands
            ("1 234,567", "1234.567"),
            ("1.234,567", "1234.567"),
            ("1,234.5", "1234.5"),
            ("1234,567", "1234.567"),
            ("1.234.567", "1234567"),
            ("1,234,567", "1234567"),
            ("12 345 678", "12345678"),
            (",5", "0.5"),
            ("1_000", "1000"),
            ("1’000", "1000"),
            ("42\u00a0دج", "42"),
            ("42 د.ج.", "42"),
            ("42da", "42"),
            ("'-5", "-5"),
            ("\u200e42", "42"),
            (-7, "-7"),
            (0.1, "0.1"),
        ):
            with self.subTest(value=value):
                self.assertEqual(table_file.parse_decimal(value), Decimal(expected))

    def test_what_a_rate_leaves_is_no_decimal_too_many(self):
        for value, expected in (
            (30.900000000000002, "30.9"),
            ("30.900000000000002", "30.9"),
            ("33,33333333333333", "33.333333"),
            (100 / 3, "33.333333"),
            (42.5 * 1.037, "44.0725"),
            (0.1 + 0.2, "0.3"),
            (1e6, "1000000"),
            ("42.1234567", "42.1234567"),  # typed: too many, and told
        ):
            with self.subTest(value=value):
                self.assertEqual(table_file.parse_decimal(value), Decimal(expected))

    def test_days_of_another_century(self):
        for value in (date(1927, 1, 1), datetime(2227, 1, 1), "01/01/1927", "2227-01-01"):
            with self.subTest(value=value), self.assertRaises(table_file.OddYear):
                table_file.parse_date(value)

    def test_names_and_titles(self):
        self.assertEqual(len({table_file.name_key(name) for name in ("B8", "B8+", "B8*")}), 3)
        for same in ("b8", " B-8", "B.8", "B 8", "\u200eB8"):
            self.assertEqual(table_file.name_key(same), "b8")
        for title, key in (
            ("Prix HT", "prix"),
            ("PU H.T.", "pu"),
            ("P.U. (DA)", "pu"),
            ("Prix unitaire (DA)", "prixunitaire"),
            ("Prix (DA HT)", "prix"),
            ("السعر (دج)", table_file.normalise("السعر")),
            ("Réf.", "ref"),
            ("المنتوج", table_file.normalise("المنتوج")),
        ):
            with self.subTest(title=title):
                self.assertIn(key, table_file.title_keys(title))
        self.assertNotIn("prix", table_file.title_keys("Prix TTC (DA)"))

    def test_no_numbers(self):
        for value in ("DA", "DA 42", "42 €", "1 23", "1.23.456", "1,234.567.8", "12,", ",", "+",
                      "1 2 3", "4-2", "1.234,", False, None):  # fmt: skip
            with self.subTest(value=value), self.assertRaises(ValueError) as error:
                table_file.parse_decimal(value)
            self.assertNotIsInstance(error.exception, typed.AmbiguousNumber)

    def test_thousands_or_decimals_is_asked_only_where_both_may_be(self):
        for value in ("1,000", "1.000", "-999,999", "+10.500", "100,000 DA", "١٬٢٣٤,٥٦٧"[-7:]):
            with self.subTest(value=value), self.assertRaises(typed.AmbiguousNumber) as error:
                table_file.parse_decimal(value)
            self.assertEqual(error.exception.args, (value,))
        for value in ("1,00", "1,0000", "1000,000", "0,000", "1 000,000", "01,000"):
            with self.subTest(value=value):
                table_file.parse_decimal(value)

    @fast
    @given(st.integers(-(10**9), 10**9), st.sampled_from([" ", "\u00a0", "\u202f", "'"]))
    def test_a_price_with_two_decimals_is_read_however_it_is_grouped(self, cents, space):
        price = Decimal(cents).scaleb(-2)
        for text in (
            f"{price:,.2f}".replace(",", space).replace(".", ","),
            f"{price:,.2f}".replace(",", space),
            f"{price:,.2f}",
            f"{price:,.2f}".translate(str.maketrans(",.", ".,")),
            f"{price:.2f} DA",
        ):
            self.assertEqual(table_file.parse_decimal(text), price, text)

    def test_days(self):
        for value, expected in (
            ("2026-12-31 00:00:00", date(2026, 12, 31)),
            ("2026-12-31T00:00", date(2026, 12, 31)),
            ("2026/12/31", date(2026, 12, 31)),
            ("1/2/2026", date(2026, 2, 1)),
            (" 31.12.26 ", None),
            ("01/01/2000", date(2000, 1, 1)),
            ("31/12/2100", date(2100, 12, 31)),
            ("29/02/2028", date(2028, 2, 29)),
            (datetime(2026, 12, 31, 23, 59), date(2026, 12, 31)),
            ("31/12/1999", None),
            ("01/01/2101", None),
            ("29/02/2027", None),
            ("2026-12-31 08:00", None),
            ("31/12/68", date(2068, 12, 31)),
            ("31/12/69", None),  # Python's 1969
            ("", None),
            (46000, None),
            (True, None),
        ):
            with self.subTest(value=value):
                if expected:
                    self.assertEqual(table_file.parse_date(value), expected)
                else:
                    self.assertRaises(ValueError, table_file.parse_date, value)
