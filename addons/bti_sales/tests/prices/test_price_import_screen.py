import base64
import csv
import io
from datetime import datetime

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from .import_common import PriceImportCommon

HEAD = "product;price list;price;minimum quantity\n"


@tagged("-at_install", "post_install")
class TestPriceImportScreen(PriceImportCommon, HttpCase):
    """What a manager reads and clicks while he brings a file in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.password = "manager_test"

    def _rows(self, wizard):
        text = base64.b64decode(wizard.error_file).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))

    def test_a_file_that_cannot_be_read_in_full(self):
        long = HEAD + "T-B8;Public test;42;1\n" * 50_001
        for content, message in (
            (" \n", "The file is empty."),
            (long, "The file is too long: at most 50000 lines at a time."),
            (b"PK\x03\x04nothing", "The file is damaged and cannot be opened."),
            (
                b"%PDF-1.4",
                "This is neither a CSV nor an XLSX file. Save it as one of them first.",
            ),
            (
                "name;age\nx;1\n",
                "The first line must have the titles of the columns: at least the product and its"
                " price. Found: name, age.",
            ),
            (
                ";\n;price list\nx;1\n",
                "The first line must have the titles of the columns: at least the product and its"
                " price. Found: price list.",
            ),
            (
                "--\nx\n",
                "The first line must have the titles of the columns: at least the product and its"
                " price. Found: --.",
            ),
        ):
            with self.subTest(message=message):
                wizard = self._new_import(content)
                with self.assertRaises(UserError) as caught:
                    wizard.action_check()
                self.assertEqual(str(caught.exception), message)
                self.assertEqual(wizard.state, "file")
        empty = self.env["bti.price.import"].with_user(self.manager).create({})
        for click in (empty.action_check, empty.action_import):
            with self.assertRaisesRegex(UserError, "^Choose a file first.$"):
                click()

    def test_check_import_and_the_clicks_after_it(self):
        wizard = self._new_import(HEAD + "T-B8;Public test;42;\nT-NONE;Public test;4O;\n")
        for _click in range(2):
            action = wizard.action_check()
            self.assertEqual((action["res_id"], action["target"]), (wizard.id, "new"))
            self.assertEqual(len(wizard.error_ids), 2, "read again, not added")
        self.assertEqual((wizard.state, wizard.wrong_count, wizard.create_count), ("checked", 1, 1))
        with self.assertRaises(UserError) as caught:
            wizard.action_import()
        self.assertEqual(
            str(caught.exception),
            "1 line is wrong, so nothing was imported. Correct it, or choose to import the"
            " right lines.",
        )
        self.assertFalse(self.public.item_ids)
        with Form(wizard) as form:
            form.on_error = "good"
        wizard.action_import()
        self.assertEqual((wizard.state, self.public.item_ids.fixed_price), ("done", 42))
        notes = self.public.message_ids
        self.public.item_ids.fixed_price = 50  # somebody corrects it meanwhile
        wizard.action_import()
        self.assertEqual(self.public.item_ids.fixed_price, 50, "a second click writes nothing")
        self.assertEqual(self.public.message_ids, notes)

    def test_another_file_after_the_wrong_one(self):
        wizard = self._new_import(HEAD + "T-NONE;Public test;42;\n", "wrong.csv")
        wizard.action_check()
        wizard.action_back()
        self.assertEqual((wizard.state, wizard.file, wizard.filename), ("file", False, False))
        self.assertFalse(wizard.error_ids)
        right = base64.b64encode((HEAD + "T-B8;Public test;42;\n").encode())
        wizard.write({"file": right, "filename": "right.csv"})
        wizard.action_check()
        self.assertEqual((wizard.wrong_count, wizard.error_file), (0, False))
        wizard.action_import()
        self.assertIn("right.csv", self.public.message_ids[0].body)

    def test_columns_that_are_not_read_are_named(self):
        wizard = self._new_import(
            "Remark;Prix;Référence;;prix unitaire;Liste;المنتج\nx;42;T-B8;y;43;Public test;z\n"
        )
        wizard.action_check()
        self.assertEqual(wizard.unread_columns, "Remark, prix unitaire, المنتج")
        wizard.action_import()
        self.assertEqual(self.public.item_ids.fixed_price, 42, "the first of two prices")

    def test_wrong_lines_come_back_as_they_were(self):
        book = openpyxl.Workbook()
        book.active.append(["Product", "Price list", "Price per piece", "Valid from", "Remark"])
        book.active.append(["T-NONE", "Public test", 42.5, datetime(2026, 12, 1), "=1+1"])
        book.active.append(["T-B8", "Public test", "4O", None, "'@me"])
        book.active.append(["T-B8", "Public test"])
        stream = io.BytesIO()
        book.save(stream)
        wizard = self._new_import(stream.getvalue(), "prices of May.v2.xlsx")
        wizard.action_check()
        self.assertEqual(wizard.error_filename, "prices of May.v2 - wrong lines.csv")
        titles = ["Product", "Price list", "Price per piece", "Valid from", "Remark"]
        self.assertEqual(
            self._rows(wizard),
            [
                [*titles, "Line", "Reason"],
                ["T-NONE", "Public test", "42.5", "01/12/2026", "'=1+1", "2",
                 "Product: No product has this reference or name."],
                ["T-B8", "Public test", "4O", "", "'@me", "3",
                 "Price per piece: This is not a number."],
                ["T-B8", "Public test", "", "", "", "4", "Price per piece: The price is missing."],
            ],
        )  # fmt: skip
        again = self._new_import(base64.b64decode(wizard.error_file), wizard.error_filename)
        again.action_check()
        self.assertEqual(again.wrong_count, 3, "it can be corrected and imported")
        self.assertEqual(again.unread_columns, "Remark, Line, Reason")

    def test_the_file_of_wrong_lines_is_downloaded_whatever_its_name(self):
        self.authenticate("manager_test", "manager_test")
        for name in (
            "prices.csv",
            "tarif 50 % n°2.csv",
            "prix #2?.csv",
            "أسعار ماي.csv",
            "a/b.csv",
        ):
            with self.subTest(name=name):
                wizard = self._new_import(HEAD + "T-NONE;Public test;42;\n", name)
                wizard.action_check()
                action = wizard.action_download_errors()
                self.assertEqual(action["target"], "download")
                answer = self.url_open(action["url"])
                self.assertEqual(answer.status_code, 200)
                self.assertIn("attachment", answer.headers["Content-Disposition"])
                self.assertIn("T-NONE", answer.content.decode("utf-8-sig"))

    def test_the_lists_that_were_written(self):
        wizard = self._new_import(HEAD + "T-B8;Public test;42;\n")
        wizard.action_import()
        action = wizard.action_view_pricelists()
        self.assertEqual((action["res_id"], action["views"]), (self.public.id, [(False, "form")]))
        wizard = self._new_import(HEAD + "T-B8;Public test;42;\nT-B8;Builders test;40;\n")
        wizard.action_import()
        action = wizard.action_view_pricelists()
        self.assertEqual(
            self.env["product.pricelist"].search(action["domain"]), self.public | self.builders
        )

    def test_the_note_names_twenty_changes_and_counts_the_others(self):
        for count, more in ((20, None), (21, "and 1 more")):
            with self.subTest(count=count):
                lines = "".join(f"T-B8;Public test;{{}};{number}\n" for number in range(count))
                self._new_import(HEAD + lines.replace("{}", "42")).action_import()
                self._new_import(HEAD + lines.replace("{}", "43"), "may.csv").action_import()
                body = self.public.message_ids[0].body
                self.assertIn(
                    f"Prices imported from may.csv: 0 new, {count} changed, 0 earlier ones ended.",
                    body,
                )
                self.assertEqual(body.count("→"), 20)
                self.assertEqual(more in body if more else "more" not in body, True)

    def test_a_name_of_a_list_that_two_companies_use(self):
        shared = self.env["product.pricelist"].create({"name": "Public test"})
        shared.company_id = False
        wizard = self._check_one("T-B8;Public test;42")
        self.assertFalse(wizard.error_ids, "that of one's own company")
        self.assertEqual(wizard.pricelist_ids, self.public)
        self.env["product.pricelist"].create({"name": "public TEST", "company_id": self.company.id})
        wizard = self._check_one("T-B8;Public test;42")
        self.assertEqual(
            self._errors(wizard), [(2, "Price list", "Several price lists have this name.")]
        )

    def test_a_product_of_another_company(self):
        self.manager.company_ids |= self.other_company
        theirs = self._new_brick("Theirs", default_code="T-X", company_id=self.other_company.id)
        wizard = self._new_import(HEAD + "T-X;Public test;42;\n")
        wizard.with_context(
            allowed_company_ids=[self.company.id, self.other_company.id]
        ).action_check()
        self.assertEqual(
            self._errors(wizard),
            [
                (
                    2,
                    "Price list",
                    "The product and the price list belong to different companies.",
                )
            ],
        )
        self.assertTrue(theirs)

    def test_names_in_each_language_and_one_s_own_variant(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.b8.with_context(lang="ar_001").name = "آجر ثمانية"
        self.b8.with_context(lang="fr_FR").name = "Brique à huit"
        self.public.with_context(lang="ar_001").name = "العموم"
        template = self.b8.product_tmpl_id
        for cells in (
            "T-B8;Public test;42",
            "t-b8;PUBLIC TEST;42",
            "t b8;public-test;42",
            "Brique a huit;Public test;42",
            "آجر ثمانيه;العموم;42",
        ):
            with self.subTest(cells):
                wizard = self._check_one(cells)
                self.assertFalse(self._errors(wizard))
                [line] = wizard._check().lines
                self.assertEqual((line.product, line.pricelist), (template, self.public))
        color = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [(0, 0, {"name": name}) for name in ("Red", "Grey")],
            }
        )
        template = self.b12.product_tmpl_id
        template.attribute_line_ids = [
            (0, 0, {"attribute_id": color.id, "value_ids": [(6, 0, color.value_ids.ids)]})
        ]
        red, grey = template.product_variant_ids
        red.default_code, grey.default_code = "T-RED", "T-GREY"
        self._new_import(HEAD + "T-RED;Public test;60;\nB12 test;Public test;55;\n").action_import()
        price = {variant: self.public._get_product_price(variant, 1) for variant in red | grey}
        self.assertEqual(price, {red: 60, grey: 55})

    def test_a_price_per_pallet_beside_one_per_piece(self):
        """Half a centime per piece is what rounding makes, no more."""
        needs = "253 pieces at the price of a piece cost"
        for cells, outcome in (
            ("42;10626,00;", 42),
            ("42;10627,26;", 10627.26 / 253),
            ("42;10627,27;", needs),
            ("42;10624,74;", 10624.74 / 253),
            (";10000,00;", 10000 / 253),
            (";10000,00;loose", "A price per pallet is not a price of loose pieces."),
            (";10000,00;vrac", "A price per pallet is not a price of loose pieces."),
            (";10000,00;sur palette", 10000 / 253),
            (";0;", "A price of 0 would give the goods away."),
            ("x;10000,00;", "This is not a number."),
        ):
            with self.subTest(cells):
                wizard = self._check_one(
                    f"T-B8;Public test;{cells}", "product;price list;price;pallet price;form"
                )
                if isinstance(outcome, str):
                    [(_line, _column, reason)] = self._errors(wizard)
                    self.assertIn(outcome, reason)
                else:
                    self.assertFalse(self._errors(wizard))
                    [line] = wizard._check().lines
                    self.assertAlmostEqual(line.price, outcome, 5)

    def test_forms_as_offices_write_them(self):
        for text, form in (
            ("", ""), ("loose", "loose"), ("En Vrac", "loose"), ("سائب", "loose"),
            ("on pallets", "pallet"), ("palettisé", "pallet"), ("PALETTES", "pallet"),
            ("على طبليات", "pallet"), ("les deux", ""), ("tous", ""), ("الكل", ""),
        ):  # fmt: skip
            with self.subTest(text):
                wizard = self._check_one(
                    f"T-B8;Public test;42;{text}", "product;price list;price;form"
                )
                self.assertFalse(self._errors(wizard))
                [line] = wizard._check().lines
                self.assertEqual(line.form, form)

    def test_a_wilaya_that_may_be_two(self):
        self.env["res.country.state"].create(
            [
                {"name": "Bouira", "code": "T96", "country_id": self.env.ref("base.dz").id},
            ]
        )
        wizard = self._check_one("T-B8;Public test;42;Bouira", "product;price list;price;wilaya")
        self.assertEqual(
            self._errors(wizard), [(2, "Wilayas", "Several wilayas may be meant by “Bouira”.")]
        )
