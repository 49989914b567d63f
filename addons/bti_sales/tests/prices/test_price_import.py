import base64
import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ...tools import price_file
from ..common import BricksCommon

NNBSP = "\u202f"


@tagged("-at_install", "post_install")
class TestPriceFile(BaseCase):
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
                self.assertEqual(price_file.parse_decimal(text), Decimal(expected))

    def test_what_is_no_number(self):
        for text in ("", "abc", "4O", "12 5", "1,2,3", "=1+1", "1e5", "--3", "1..2", "nan", True):
            with self.subTest(text=text), self.assertRaises(ValueError):
                price_file.parse_decimal(text)

    def test_ten_or_ten_thousand_is_asked_not_guessed(self):
        for text in ("10,626", "1.234", "٤٢،٥٠٠"):
            with self.subTest(text=text), self.assertRaises(price_file.AmbiguousNumber):
                price_file.parse_decimal(text)

    def test_days(self):
        for text in ("31/12/2026", "2026-12-31", "31-12-2026", "31.12.2026", "31/12/26",
                     "٣١/١٢/٢٠٢٦", datetime(2026, 12, 31), date(2026, 12, 31)):  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(price_file.parse_date(text), date(2026, 12, 31))
        for text in ("31/02/2026", "12/31/2026", "soon", "1/1/0026", "46000"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                price_file.parse_date(text)

    def test_pallets_in_a_quantity(self):
        self.assertEqual(price_file.parse_pieces("10 palettes"), (Decimal(10), True))
        self.assertEqual(price_file.parse_pieces("١٠ طبليات"), (Decimal(10), True))
        self.assertEqual(price_file.parse_pieces("2530"), (Decimal(2530), False))

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
                rows = price_file.read_rows(content)
                self.assertEqual([len(cells) for _number, cells in rows], [2, 2])
                self.assertEqual(rows[0][1][0], expected)

    def test_line_numbers_are_those_of_the_file(self):
        rows = price_file.read_rows(b'a;b\n\n"two\nlines";1\nx;2\n')
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
            with self.subTest(content=content), self.assertRaises(price_file.PriceFileError):
                price_file.read_rows(content)

    def test_formulas_go_out_as_text_and_come_back(self):
        for text in ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3"):
            with self.subTest(text=text):
                self.assertTrue(price_file.safe_cell(text).startswith("'"))
                self.assertEqual(price_file.clean(price_file.safe_cell(text)), text)
        self.assertEqual(price_file.safe_cell("-5"), "-5")
        self.assertEqual(price_file.safe_cell("B8"), "B8")


@tagged("-at_install", "post_install")
class TestPriceImport(BricksCommon):
    """A file of prices: looked at first, then written as a whole or not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Africa/Algiers"
        cls.company.country_id = cls.env.ref("base.dz")
        cls.manager = cls._new_user("manager_test", "bti_crm.group_sales_manager")
        cls.b8.default_code, cls.b12.default_code = "T-B8", "T-B12"
        cls.hourdis.default_code = "T-H"
        cls.public, cls.builders = cls.env["product.pricelist"].create(
            [
                {"name": "Public test", "company_id": cls.company.id},
                {"name": "Builders test", "company_id": cls.company.id},
            ]
        )

    def _new_import(self, content, filename="prices.csv", user=None, **values):
        if isinstance(content, str):
            content = content.encode()
        return (
            self.env["bti.price.import"]
            .with_user(user or self.manager)
            .create({"file": base64.b64encode(content), "filename": filename, **values})
        )

    def _errors(self, wizard):
        return [(error.line, error.column, error.reason) for error in wizard.error_ids]

    def _check_one(self, cells, titles="product;price list;price;pallet price;minimum quantity"
                   ";form;wilaya;valid from;valid to"):  # fmt: skip
        """Errors of a file with one line."""
        wizard = self._new_import(f"{titles}\n{cells}\n")
        wizard.action_check()
        return wizard

    def test_prices_are_written_as_the_file_says(self):
        wizard = self._new_import(
            "Produit;Tarif;Prix par pièce;Prix par palette;Quantité minimale"
            ";Valable du;Valable au\n"
            "T-B8;Public test;42,50;;;;\n"
            "T-B8;Public test;;10 120,00;10 palettes;;\n"
            "B12 test;Builders test;55;;;01/12/2026;31/12/2026\n"
        )
        wizard.action_check()
        self.assertFalse(self._errors(wizard))
        self.assertEqual((wizard.create_count, wizard.line_count), (3, 3))
        self.assertFalse(self.public.item_ids, "checking writes nothing")
        wizard.action_import()
        piece, pallet = self.public.item_ids.sorted("min_quantity")
        self.assertEqual(piece.fixed_price, 42.5)
        self.assertEqual(piece.product_tmpl_id, self.b8.product_tmpl_id)
        self.assertEqual(pallet.min_quantity, 2530)
        self.assertEqual(
            self.public._get_product_price(self.b8, 10, uom=self.b8.pallet_uom_id), 10120
        )
        month = self.builders.item_ids
        self.assertEqual(month.date_start, datetime(2026, 11, 30, 23))  # midnight in Algiers
        self.assertEqual(month.date_end, datetime(2026, 12, 31, 22, 59, 59))
        note = self.public.message_ids[0]
        self.assertEqual(note.author_id, self.manager.partner_id)
        self.assertIn("prices.csv", note.body)
        self.assertEqual(note.attachment_ids.mapped("name"), ["prices.csv"])

    def test_pallets_are_those_of_the_company_of_the_list(self):
        self.b8.with_company(self.company).company_pieces_per_pallet = 250
        self.hourdis.with_company(self.company).company_pieces_per_pallet = 100
        wizard = self._new_import(
            "product;price list;pallet price;minimum quantity;form\n"
            "T-B8;Public test;10 000,00;10 pallets;\n"
            "T-H;Builders test;9 000,00;;pallet\n"
        )
        wizard.action_check()
        self.assertFalse(self._errors(wizard))
        wizard.action_import()
        self.assertEqual(self.public.item_ids.fixed_price, 40)
        self.assertEqual(self.public.item_ids.min_quantity, 2500)
        self.assertEqual(self.builders.item_ids.fixed_price, 90)

    def test_each_reason(self):
        self.env["product.product"].create(
            {"name": "T-gone", "default_code": "T-GONE"}
        ).active = False
        self.env["product.product"].create([{"name": "T-twin"}, {"name": "T-twin"}])
        self.b12.sold_loose = False
        for cells, column, words in (
            (";Public test;42", "Product", "missing"),
            ("T-NONE;Public test;42", "Product", "No product"),
            ("T-GONE;Public test;42", "Product", "archived"),
            ("T-twin;Public test;42", "Product", "Several"),
            ("T-B8;;42", "Price list", "missing"),
            ("T-B8;Nobody;42", "Price list", "No price list"),
            ("T-B8;Public test;", "Price per piece", "missing"),
            ("T-B8;Public test;4O", "Price per piece", "not a number"),
            ("T-B8;Public test;-42", "Price per piece", "negative"),
            ("T-B8;Public test;0", "Price per piece", "give the goods away"),
            ("T-B8;Public test;10,626", "Price per piece", "thousands or decimals"),
            ("T-B8;Public test;1e400", "Price per piece", "not a number"),
            ("T-B8;Public test;999999999999", "Price per piece", "too large"),
            ("T-B8;Public test;1,12345678", "Price per piece", "decimals"),
            ("T-H;Public test;;9000", "Price per pallet", "needs a product"),
            ("T-B8;Public test;42;9000", "Price per pallet", "253 pieces"),
            ("T-B8;Public test;42;;2,5", "Minimum quantity", "whole numbers"),
            ("T-B8;Public test;42;;-5", "Minimum quantity", "negative"),
            ("T-B8;Public test;42;;many", "Minimum quantity", "not a number"),
            ("T-B8;Public test;42;;99999999", "Minimum quantity", "digit too many"),
            ("T-H;Public test;90;;3 palettes", "Minimum quantity", "never palletised"),
            ("T-B8;Public test;42;;;by air", "Form", "loose or pallet"),
            ("T-H;Public test;90;;;palette", "Form", "never palletised"),
            ("T-B12;Public test;55;;;vrac", "Form", "pallets only"),
            ("T-B8;Public test;42;;;;Atlantis", "Wilayas", "Atlantis"),
            ("T-B8;Public test;42;;;;Bouira, Atlantis", "Wilayas", "Atlantis"),
            ("T-B8;Public test;42;;;;99", "Wilayas", "99"),
            ("T-B8;Public test;42;;;;;soon", "Valid from", "not a date"),
            ("T-B8;Public test;42;;;;;31/12/2026;01/12/2026", "Valid to", "before"),
            ("T-B8;Public test;42;;;;;;;too many", False, "more cells"),
        ):
            with self.subTest(cells=cells):
                wizard = self._check_one(cells)
                [(line, found, reason)] = self._errors(wizard)
                self.assertEqual((line, found), (2, column))
                self.assertIn(words, reason)

    def test_every_error_of_a_line_is_reported(self):
        wizard = self._check_one("T-NONE;Nobody;abc;;1,5;by air;Atlantis;soon;never")
        self.assertEqual(len(wizard.error_ids), 8)
        self.assertEqual(wizard.wrong_count, 1)

    def test_same_price_twice_in_the_file(self):
        wizard = self._new_import(
            "product;price list;price\nT-B8;Public test;42\nB8 test;public TEST;43\n"
        )
        wizard.action_check()
        self.assertEqual(wizard.error_ids.line, 3)
        self.assertIn("line 2", wizard.error_ids.reason)

    def test_wilayas_in_every_spelling(self):
        bouira, tizi = (self.env.ref(f"bti_crm.state_dz_{code}") for code in (10, 15))
        reader_cases = (
            ("Bouira", bouira),
            ("BOUIRA", bouira),
            ("10", bouira),
            ("البويرة", bouira),
            ("Tizi-Ouzou", tizi),
            ("tizi ouzou; bouira", tizi | bouira),
            ("15، 10", tizi | bouira),
        )
        for text, expected in reader_cases:
            with self.subTest(text=text):
                wizard = self._check_one(f'T-B8;Public test;42;;;;"{text}"')
                self.assertFalse(self._errors(wizard))
                [line] = wizard._check().lines
                self.assertEqual(line.states, frozenset(expected.ids))

    def _big_file(self, wrong):
        """5,000 lines, of which every 125th is wrong in one of four ways."""
        products = self.env["product.product"].create(
            [
                {"name": f"Bulk {number}", "default_code": f"BULK{number}"}
                for number in range(0, 5000, 5)
            ]
        )
        faults = (
            ("price", "4O"), ("product", "UNKNOWN"), ("pricelist", "Nobody"), ("min", "2,5"),
        )  # fmt: skip
        lines = []
        for number in range(5000):
            line = {
                "product": products[number // 5].default_code,
                "pricelist": "Public test",
                "price": f"{40 + number % 7},50",
                "min": str(number % 5 * 100),
            }
            if wrong and number % 125 == 7:
                column, value = faults[number // 125 % 4]
                line[column] = value
            lines.append(";".join(line.values()))
        return "\n".join(["product;price list;price;minimum quantity", *lines])

    def test_5000_lines_with_40_wrong_ones(self):
        wizard = self._new_import(self._big_file(wrong=True))
        started = datetime.now()
        wizard.action_check()
        self.assertLess((datetime.now() - started).total_seconds(), 15)
        expected = [number + 2 for number in range(5000) if number % 125 == 7]
        self.assertEqual(len(expected), 40)
        self.assertEqual(wizard.wrong_count, 40)
        self.assertEqual(sorted(wizard.error_ids.mapped("line")), expected)
        self.assertTrue(all(error.column and error.reason for error in wizard.error_ids))
        with self.assertRaisesRegex(UserError, "nothing was imported"):
            wizard.action_import()
        self.assertFalse(self.public.item_ids)
        # the wrong lines come back with a reason, and can be corrected and imported again
        rows = list(
            csv.reader(
                io.StringIO(base64.b64decode(wizard.error_file).decode("utf-8-sig")), delimiter=";"
            )
        )
        self.assertEqual(len(rows), 41)
        self.assertEqual(rows[0][-2:], ["Line", "Reason"])
        self.assertEqual([int(row[-2]) for row in rows[1:]], expected)
        # only when asked
        wizard.on_error = "good"
        wizard.action_import()
        self.assertEqual(len(self.public.item_ids), 4960)
        again = self._new_import(self._big_file_again, on_error="good")
        again.action_check()
        self.assertEqual((again.create_count, again.update_count, again.same_count), (0, 0, 4960))
        before = self.public.item_ids
        again.action_import()
        self.assertEqual(self.public.item_ids, before)

    @property
    def _big_file_again(self):
        items = self.public.item_ids.sorted("id")
        return "\n".join(
            ["product;price list;price;minimum quantity"]
            + [
                f"{item.product_tmpl_id.default_code};Public test;{item.fixed_price};"
                f"{int(item.min_quantity)}"
                for item in items
            ]
        )

    def test_queries_do_not_grow_with_the_lines(self):
        header = "product;price list;price;minimum quantity\n"

        def count(lines):
            rows = "\n".join(f"T-B8;Public test;42;{number}" for number in range(lines))
            wizard = self._new_import(header + rows)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard.action_check()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)  # caches of the registry
        self.assertLessEqual(count(500), count(5) + 3)

    def test_replay_changes_nothing_and_a_new_price_updates(self):
        file = "product;price list;price\nT-B8;Public test;{price}\n"
        self._new_import(file.format(price=42)).action_import()
        item = self.public.item_ids
        wizard = self._new_import(file.format(price=42))
        wizard.action_import()
        self.assertEqual(self.public.item_ids, item)
        self.assertEqual(wizard.same_count, 1)
        notes = len(self.public.message_ids)
        self._new_import(file.format(price=44)).action_import()
        self.assertEqual(self.public.item_ids, item)
        self.assertEqual(item.fixed_price, 44)
        self.assertEqual(len(self.public.message_ids), notes + 1)
        self.assertIn("44", self.public.message_ids[0].body)

    def test_a_price_from_a_day_on_ends_the_earlier_one(self):
        head = "product;price list;price;valid from;valid to\n"
        first = head + "T-B8;Public test;42;01/01/2026;\n"
        second = head + "T-B8;Public test;45;01/03/2027;\n"
        promotion = head + "T-B8;Public test;40;01/06/2026;30/06/2026\n"
        for file in (first, second, promotion):
            self._new_import(file).action_import()

        def read():
            return [
                (item.fixed_price, item.date_start, item.date_end)
                for item in self.public.item_ids.sorted("date_start")
            ]

        expected = [
            (42, datetime(2025, 12, 31, 23), datetime(2027, 2, 28, 22, 59, 59)),
            (40, datetime(2026, 5, 31, 23), datetime(2026, 6, 30, 22, 59, 59)),
            (45, datetime(2027, 2, 28, 23), False),
        ]
        self.assertEqual(read(), expected)
        for file in (first, promotion, second):  # in another order
            wizard = self._new_import(file)
            wizard.action_import()
            self.assertEqual((wizard.same_count, wizard.close_count), (1, 0))
        self.assertEqual(read(), expected)

    def test_days_begin_where_the_company_is(self):
        """The zone of the price lists, also when only the calendar of the company names it."""
        self.company.partner_id.tz = False
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        self._new_import(
            "product;price list;price;valid from\nT-B8;Public test;42;01/12/2026\n"
        ).action_import()
        self.assertEqual(self.public.item_ids.date_start, datetime(2026, 11, 30, 15))
        self.assertEqual(
            self.public._to_sheet_day(self.public.item_ids.date_start), date(2026, 12, 1)
        )

    def test_an_xlsx_file(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["Product", "Price list", "Price per piece", "Minimum quantity", "Valid from"])
        sheet.append(["T-B8", "Public test", 42.5, 253, datetime(2026, 12, 1)])
        sheet.append([None])
        sheet.append(["T-B8", "Public test", "4O", 2.5, "soon"])
        stream = io.BytesIO()
        book.save(stream)
        wizard = self._new_import(stream.getvalue(), "prices.xlsx", on_error="good")
        wizard.action_import()
        self.assertEqual(
            [(line, column) for line, column, _reason in self._errors(wizard)],
            [(4, "Price per piece"), (4, "Minimum quantity"), (4, "Valid from")],
        )
        self.assertEqual(self.public.item_ids.fixed_price, 42.5)

    def test_the_exported_list_comes_back_unchanged(self):
        self.b8.default_code = "=1+1"
        self._new_import(
            "product;price list;price;minimum quantity;valid from\n"
            "=1+1;Public test;42,5;253;01/12/2026\nT-B12;Public test;55;;\n"
        ).action_import()
        content = (
            self.env["bti.price.import"].with_user(self.manager)._get_template_file(self.public)
        )
        cells = [
            cell
            for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
            for cell in row
        ]
        self.assertIn("=1+1", [cell.value for cell in cells])
        self.assertFalse([cell for cell in cells if cell.data_type == "f"], "no formula")
        wizard = self._new_import(content, "list.xlsx")
        wizard.action_check()
        self.assertFalse(self._errors(wizard))
        self.assertEqual(wizard.same_count, 2)

    def test_the_template_reads_itself(self):
        wizard = self._new_import(
            self.env["bti.price.import"].with_user(self.manager)._get_template_file(),
            "template.xlsx",
            pricelist_id=self.public.id,
        )
        wizard.action_check()
        self.assertFalse(wizard.unread_columns)

    def test_files_that_are_none(self):
        for content in ("", "name;age\nx;1\n", b"%PDF-1.4"):
            with self.subTest(content=content), self.assertRaises(UserError):
                self._new_import(content or b" ").action_check()

    def test_a_rep_imports_nothing(self):
        with self.assertRaises(AccessError):
            self._new_import("product;price\nT-B8;1\n", user=self.rep)

    def test_lists_of_another_company_are_unknown(self):
        self.env["product.pricelist"].create(
            {"name": "Foreign test", "company_id": self.other_company.id}
        )
        wizard = self._check_one("T-B8;Foreign test;42")
        self.assertIn("No price list", wizard.error_ids.reason)
