"""Rows of an XLSX file that somebody sent. No ORM.

What the file says of itself is not believed: how large it is, which cells it has, which sheet is
the first. A file is read in a bounded time and memory, and no row of it is dropped in silence.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator

MAX_UNPACKED = 200 * 1024 * 1024
# A wide list has a hundred columns; a format of whole rows ends at the 16,384th.
MAX_COLUMNS = 256
_DOCTYPE = b"<!DOCTYPE"
# Cells of one column that are one: the file has the value in the first of them only.
_MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_MAX_MERGED = 100_000


class TableFileError(ValueError):
    """The file as a whole cannot be read.

    :ivar code: ``empty``, ``format``, ``too_long``, ``encoding`` or ``damaged``
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Formula(str):
    """A formula whose result the file does not have: no spreadsheet has calculated it yet."""

    __slots__ = ()


def read_rows(content: bytes) -> Iterator[tuple[int, list]]:
    """Rows of the first sheet that one sees, but for empty ones.

    :param content: the file
    :return: line numbers and cells: text, numbers, dates, :class:`Formula` or nothing
    :raise TableFileError: when it is no such file
    """
    import openpyxl  # noqa: PLC0415 - slow to load, needed for few files

    try:
        has_formulas = _check_parts(content)
        rows = _sheet_rows(openpyxl, content, data_only=True)
        if not has_formulas:
            yield from ((number, list(cells)) for number, cells in rows)
            return
        # the results in one reading, the formulas in another, which has each cell
        line, results = next(rows, (0, ()))
        for number, asked in _sheet_rows(openpyxl, content, data_only=False):
            values = results if number == line else ()
            if number == line:
                line, results = next(rows, (0, ()))
            yield (
                number,
                [
                    Formula(formula) if value is None and _is_formula(formula) else value
                    for value, formula in itertools.zip_longest(values, asked)
                ],
            )
    except TableFileError:
        raise
    except Exception as error:  # openpyxl lets errors of zip, XML and of its own out
        raise TableFileError("damaged") from error


def _check_parts(content):
    """Refuse what unpacks to too much or names entities; tell whether a sheet has formulas."""
    has_formulas = False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise TableFileError("too_long")
        for part in parts:
            if not part.filename.endswith((".xml", ".rels")):
                continue
            with archive.open(part) as stream:
                if _DOCTYPE in stream.read(1024).upper():
                    raise TableFileError("damaged")
                if "worksheets/" in part.filename and not has_formulas:
                    stream.seek(0)
                    has_formulas = _contains(stream, (b"<f>", b"<f ", b":f>", b":f "))
    return has_formulas


def _contains(stream, texts):
    tail = b""
    while block := stream.read(1 << 20):
        if any(text in tail + block for text in texts):
            return True
        tail = block[-8:]
    return False


def _is_formula(value):
    return value is not None and (not isinstance(value, str) or value.startswith("="))


def _read_merged(content, path):
    """Lines on which a column has the value of the line above.

    :param path: of the sheet within the file
    :return: ``{line: {index of the column}}``
    """
    follows = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(path) as stream:
        tail, count = b"", 0
        while (block := stream.read(1 << 20)) and count <= _MAX_MERGED:
            text = tail + block
            cut = max(text.rfind(b">") + 1, 0)
            for match in _MERGED.finditer(text, 0, cut):
                first, start, last, end = match.groups()
                if first != last:  # the name of a report, over all columns
                    continue
                column = 0
                for letter in first:
                    column = column * 26 + letter - 64
                for line in range(int(start) + 1, int(end) + 1):
                    count += 1
                    if count > _MAX_MERGED:
                        break
                    follows.setdefault(line, set()).add(column - 1)
            tail = text[cut:][-4096:]
    return follows


def _sheet_rows(openpyxl, content, data_only):
    """Line numbers and cells of the rows that have some."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    sheet = (seen or book.worksheets)[0]
    sheet.reset_dimensions()  # what the file says of its own size may be too little
    follows = _read_merged(content, sheet._worksheet_path)
    nothing = None
    above = ()
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
        if cells is nothing:  # the same for each of a million missing rows
            continue
        width = max((index for index, cell in enumerate(cells, 1) if cell is not None), default=0)
        if not width:
            nothing = cells
            continue
        merged = follows.get(number, ())
        if merged:
            width = max([width, *(index + 1 for index in merged if index < len(above))])
            cells = tuple(
                above[index] if index in merged and index < len(above) else cell
                for index, cell in enumerate(cells)
            )
        above = cells
        yield number, cells[:width]
