import io
import struct
from datetime import date, datetime

import openpyxl

from odoo.tests import BaseCase, tagged

from ...tools.exchange import table_file, table_shape

# a compound file of one stream, as programs before 2007 wrote workbooks
_SECTOR = 512


def old_book(*rows):
    """An XLS file of these rows of texts and numbers."""
    cells = b""
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                body = struct.pack("<HHHHB", line, column, 0, len(value), 1) + text
                cells += struct.pack("<HH", 0x0204, len(body)) + body
            elif value is not None:
                cells += struct.pack("<HHHHHd", 0x0203, 14, line, column, 0, value)
    begin = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0005, 0, 0, 0, 0)
    sheet = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0010, 0, 0, 0, 0) + cells
    sheet += struct.pack("<HH", 0x000A, 0)
    name = b"Sheet"
    font = struct.pack("<HHHHHHHBBBBBB", 0x0031, 17, 200, 0, 0, 400, 0, 0, 0, 0, 0, 1, 0) + b"A"
    style = struct.pack("<HHHHH", 0x00E0, 20, 0, 0, 0xFFF5) + b"\x00" * 14
    length = len(begin) + len(font) * 5 + len(style) + 4 + 8 + len(name) + 4
    bound = struct.pack("<HHIBBBB", 0x0085, 8 + len(name), length, 0, 0, len(name), 0) + name
    stream = begin + font * 5 + style + bound + struct.pack("<HH", 0x000A, 0) + sheet
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\x00")
    sectors = len(stream) // _SECTOR
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))

    def entry(text, kind, start, size, child=-1):
        encoded = text.encode("utf-16-le")
        return (
            encoded.ljust(64, b"\x00")
            + struct.pack("<HBBiii", len(encoded) + 2 if text else 0, kind, 1, -1, -1, child)
            + b"\x00" * 36
            + struct.pack("<III", start, size, 0)
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, 2, len(stream))
    directory += entry("", 0, 0, 0) * 2
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    )  # fmt: skip
    return header + fat + directory + stream


@tagged("-at_install", "post_install")
class TestTableShape(BaseCase):
    """What of a table is a line, and what only looks like one."""

    def test_an_old_workbook(self):
        rows = table_file.read_rows(old_book(["Nom", "Tél"], [], ["Été", 550112233.0]))
        self.assertEqual(rows, [(1, ["Nom", "Tél"]), (3, ["Été", 550112233.0])])
        with self.assertRaises(table_file.TableFileError) as error:
            table_file.read_rows(old_book(["Nom"])[:700])
        self.assertIn(error.exception.code, ("damaged", "format"))

    def test_merged_cells_have_their_value_on_each_line(self):
        book = openpyxl.Workbook()
        for row in (["Liste des contacts", None], ["Client", "Nom"], ["SARL X", "Ali"],
                    [None, "Omar"], [None, None], ["Y", "Zed"]):  # fmt: skip
            book.active.append(row)
        book.active.merge_cells("A1:B1")
        book.active.merge_cells("A3:A5")
        stream = io.BytesIO()
        book.save(stream)
        self.assertEqual(
            table_file.read_rows(stream.getvalue()),
            [(1, ["Liste des contacts"]), (2, ["Client", "Nom"]), (3, ["SARL X", "Ali"]),
             (4, ["SARL X", "Omar"]), (6, ["Y", "Zed"])],
        )  # fmt: skip

    def test_titles_below_the_name_of_a_report(self):
        rows = [
            (1, ["Liste"]),
            (2, ["Édité le 12/01/2026"]),
            (4, ["Code", "Nom", "Tél"]),
            (5, ["1"]),
        ]
        self.assertEqual(table_shape.find_header(rows, {"code", "nom"}), 2)
        self.assertEqual(table_shape.find_header(rows, {"other"}), 0)
        self.assertEqual(
            table_shape.unique_titles(["Tél", " tel ", "", None, "Nom\nclient"]),
            ["Tél", "tel (2)", "", "", "Nom client"],
        )

    def test_repeated_titles_and_sums(self):
        header = ["Code", "Nom", "Tél"]
        for cells, expected in (
            (["CODE", "nom", "Tel"], True),
            (["Code", "Nom", "Tél", ""], True),
            (["Code", "Nom", "0550"], False),
            ([], False),
        ):
            with self.subTest(cells=cells):
                self.assertIs(table_shape.is_repeated(cells, header), expected)
        for cells, expected in (
            (["TOTAL", "", 12], True),
            (["", "Total général :", "12 500,00"], True),
            (["Sous-total", "", ""], True),
            (["المجموع", 12, ""], True),
            (["Total", "Energies", ""], False),
            (["SARL TOTAL", "", 3], False),
            (["Ali", "", 3], False),
            (["", "", 3], False),
        ):
            with self.subTest(cells=cells):
                self.assertIs(table_shape.is_total(cells), expected)

    def test_days_as_numbers(self):
        for value, expected in (
            (46022, date(2025, 12, 31)),
            (46022.0, date(2025, 12, 31)),
            ("46022", date(2025, 12, 31)),
            ("٤٦٠٢٢", date(2025, 12, 31)),
            ("31/12/2025", date(2025, 12, 31)),
            (datetime(2025, 12, 31, 10), date(2025, 12, 31)),
            (36525, None),
            (99999, None),
            ("20251", None),
            (True, None),
            ("", None),
        ):
            with self.subTest(value=value):
                if expected:
                    self.assertEqual(table_shape.parse_day(value), expected)
                else:
                    self.assertRaises(ValueError, table_shape.parse_day, value)
