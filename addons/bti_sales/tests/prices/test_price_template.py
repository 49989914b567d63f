import io
from datetime import datetime, timedelta

import openpyxl

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .import_common import PriceImportCommon

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@tagged("-at_install", "post_install")
class TestPriceTemplate(PriceImportCommon, HttpCase):
    """The file to fill in: titles, examples, or the present prices of a list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.password, cls.rep.password = "manager_test", "rep_test"
        cls.now = fields.Datetime.now()

    def _rule(self, price, **values):
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.public.id,
                "applied_on": "1_product",
                "product_tmpl_id": self.b8.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": price,
                **values,
            }
        )

    def _read(self, content):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return sheet, [[cell.value for cell in row] for row in sheet.iter_rows()]

    def _rows(self, pricelist=None, lang="en_US"):
        wizard = self.env["bti.price.import"].with_user(self.manager).with_context(lang=lang)
        return self._read(wizard._get_template_file(pricelist))

    def test_each_price_of_a_list_is_a_line_that_says_what_it_is_for(self):
        bouira, tizi = (self.env.ref(f"bti_crm.state_dz_{code}") for code in (10, 15))
        both = "; ".join(sorted((bouira | tizi).mapped("name")))
        self._rule(42.5)
        self._rule(10000 / 253, min_quantity=2530, delivery_form="pallet")
        self._rule(41, delivery_form="loose", state_ids=[Command.set((bouira | tizi).ids)])
        self._rule(
            45,
            min_quantity=9,
            date_start=datetime(2030, 12, 31, 23),
            date_end=datetime(2031, 12, 31, 22, 59, 59),
        )
        self.hourdis.default_code = False
        self._rule(90, product_tmpl_id=self.hourdis.product_tmpl_id.id)
        _sheet, (_titles, *rows) = self._rows(self.public)
        for row in rows:
            row[6] = row[6] and "; ".join(sorted(row[6].split("; ")))
        found = {(row[0], row[2]): row[4:] for row in rows}
        self.assertEqual({row[1] for row in rows}, {"Public test"})
        self.assertEqual(
            found,
            {
                ("T-B8", 42.5): [0, None, None, None, None],
                ("T-B8", 39.525692): [2530, "pallet", None, None, None],
                ("T-B8", 41): [0, "loose", both, None, None],
                ("T-B8", 45): [9, None, None, datetime(2031, 1, 1), datetime(2031, 12, 31)],
                ("Hourdis test", 90): [0, None, None, None, None],
            },
        )

    def test_what_is_over_or_worked_out_is_no_line(self):
        kept = self._rule(42, date_end=self.now + timedelta(hours=1))
        self._rule(40, date_end=self.now - timedelta(seconds=1))
        self._rule(43, compute_price="percentage", percent_price=5, fixed_price=0)
        self.env["product.pricelist.item"].create(
            {"pricelist_id": self.public.id, "compute_price": "fixed", "fixed_price": 7}
        )
        _sheet, (_titles, *rows) = self._rows(self.public)
        self.assertEqual([row[2] for row in rows], [kept.fixed_price])

    def test_a_list_in_another_alphabet_comes_back_unchanged(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self._rule(42.5, delivery_form="pallet", min_quantity=253)
        self._rule(41, delivery_form="loose")
        self.manager.lang = "ar_001"
        wizard = self.env["bti.price.import"].with_user(self.manager).with_context(lang="ar_001")
        content = wizard._get_template_file(self.public)
        sheet, rows = self._read(content)
        self.assertTrue(sheet.sheet_view.rightToLeft)
        self.assertNotIn("Product", rows[0])
        again = self._new_import(content, "أسعار.xlsx").with_context(lang="ar_001")
        again.action_check()
        self.assertEqual((again.wrong_count, again.same_count), (0, 2))
        self.assertFalse(again.unread_columns)
        self.assertFalse(self._rows(self.public)[0].sheet_view.rightToLeft)

    def test_a_list_without_prices_gives_an_example(self):
        _sheet, (titles, *rows) = self._rows(self.public)
        self.assertEqual(
            titles,
            ["Product", "Price list", "Price per piece", "Price per pallet", "Minimum quantity",
             "Form", "Wilayas", "Valid from", "Valid to"],
        )  # fmt: skip
        self.assertTrue(0 < len(rows) <= 2)
        for row in rows:
            self.assertTrue(row[0])
            self.assertIsNone(row[1])

    def test_who_downloads_what(self):
        self._rule(42.5)
        theirs = self.env["product.pricelist"].create(
            {"name": "Theirs", "company_id": self.other_company.id}
        )
        self._rule(13, pricelist_id=theirs.id)
        self.public.name = "أسعار 2031"
        own = self.public.with_user(self.manager).action_export_prices()["url"]
        path = "/bti/prices/template.xlsx"
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(path).url)
        self.authenticate("rep_test", "rep_test")
        self.assertEqual(self.url_open(own).status_code, 403, "sales managers import prices")
        self.authenticate("manager_test", "manager_test")
        for url, prices in (
            (own, {42.5}),
            (path, None),
            (f"{path}?pricelist_id={theirs.id}", None),
            (f"{path}?pricelist_id=", None),
            (f"{path}?pricelist_id=abc", None),
            (f"{path}?pricelist_id=-1", None),
            (f"{path}?pricelist_id=%C2%B2", None),  # ², a digit that is no number
            (f"{path}?pricelist_id={'9' * 5000}", None),
        ):
            with self.subTest(url=url[:60]):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(answer.headers["Content-Type"], XLSX)
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                _sheet, (_titles, *rows) = self._read(answer.content)
                found = {row[2] for row in rows}
                self.assertNotIn(13, found)
                if prices:
                    self.assertEqual(found, prices)
                    self.assertIn("2031", answer.headers["Content-Disposition"])
                else:
                    self.assertEqual({row[1] for row in rows}, {None}, "an example")
