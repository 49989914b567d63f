import base64
import csv
import io
from datetime import date, datetime

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_common import PriceImportCommon

NNBSP = "\u202f"


@tagged("-at_install", "post_install")
class TestPriceImportFile(PriceImportCommon):
    """Long files, spreadsheets, and the file that we hand out ourselves."""

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
