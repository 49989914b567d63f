import io
import time
import zipfile
from datetime import date, datetime

import openpyxl

from odoo.tests import BaseCase, tagged

from ...tools.exchange import table_file, workbook


def book(*rows, fill=None):
    """An XLSX file of these rows."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if fill:
        fill(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def changed(content, name, old, new):
    """An XLSX file with another text in one of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as copy:
        for part in source.infolist():
            text = source.read(part)
            if part.filename == name:
                assert old in text
                text = text.replace(old, new, 1)
            copy.writestr(part, text)
    return stream.getvalue()


@tagged("-at_install", "post_install")
class TestWorkbook(BaseCase):
    """Workbooks as people and programs send them: nothing is dropped, nothing takes for ever."""

    def _check_refused(self, content, code):
        with self.assertRaises(workbook.TableFileError) as error:
            table_file.read_rows(content)
        self.assertEqual(error.exception.code, code)

    def test_a_zip_that_is_no_workbook(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("prices.csv", "B8;42")
        self._check_refused(stream.getvalue(), "damaged")

    def test_a_workbook_that_unpacks_to_too_much(self):
        content = book(["B8", 42])
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(info.file_size for info in archive.infolist())
        self.patch(workbook, "MAX_UNPACKED", size)
        self.assertEqual(table_file.read_rows(content), [(1, ["B8", 42])])
        self.patch(workbook, "MAX_UNPACKED", size - 1)
        self._check_refused(content, "too_long")

    def test_a_workbook_is_read_by_its_first_sheet(self):
        def fill(made):
            made.create_sheet("Old prices").append(["B8", 1])

        content = book(["product", "price"], [], ["B8", 42.5], [None, 7], fill=fill)
        self.assertEqual(
            table_file.read_rows(content, "prices.csv"),  # the name is only a hint
            [(1, ["product", "price"]), (3, ["B8", 42.5]), (4, ["", 7])],
        )

    def test_a_workbook_that_says_it_is_smaller(self):
        """Programs write a wrong dimension: rows beyond it were left out in silence."""
        content = book(*(["B8", 42 + line] for line in range(200)))
        content = changed(content, "xl/worksheets/sheet1.xml", b'ref="A1:B200"', b'ref="A1:A3"')
        rows = table_file.read_rows(content)
        self.assertEqual((len(rows), rows[-1]), (200, (200, ["B8", 241])))

    def test_a_format_at_the_end_of_the_sheet(self):
        """One empty cell at XFD1048576: 17 billion cells for who believes it."""

        def fill(made):
            made.active["XFD1048576"].number_format = "0.00"

        content = book(["product", "price"], ["B8", 42], fill=fill)
        started = time.monotonic()
        self.assertEqual(
            table_file.read_rows(content), [(1, ["product", "price"]), (2, ["B8", 42])]
        )
        self.assertLess(time.monotonic() - started, 20)

    def test_the_first_sheet_that_one_sees(self):
        def fill(made):
            made.active.sheet_state = "hidden"
            made.create_sheet("Prices").append(["B12", 55])

        self.assertEqual(table_file.read_rows(book(["B8", 42], fill=fill)), [(1, ["B12", 55])])

    def test_a_workbook_with_entities(self):
        content = changed(
            book(["B8", 42]),
            "xl/worksheets/sheet1.xml",
            b"<worksheet",
            b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet',
        )
        self._check_refused(content, "damaged")

    def test_formulas_beside_results(self):
        content = book(["B8", "=20+22", 7], [None, None, "=A1"], [], ["B12", 1])
        self.assertEqual(
            table_file.read_rows(content),
            [(1, ["B8", "=20+22", 7]), (2, ["", "", "=A1"]), (4, ["B12", 1])],
        )

    def test_days_and_formulas_of_a_workbook(self):
        content = book(["B8", datetime(2026, 12, 31), "=20+22", True])
        [(_line, row)] = table_file.read_rows(content)
        self.assertEqual(table_file.parse_date(row[1]), date(2026, 12, 31))
        # nobody has calculated it: no text of a formula is taken for a price
        self.assertEqual((type(row[2]), row[2]), (workbook.Formula, "=20+22"))
