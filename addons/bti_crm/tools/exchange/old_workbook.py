"""Rows of an XLS file, as programs of before 2007 write it. No ORM."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from .workbook import MAX_COLUMNS, TableFileError


def read_rows(content: bytes) -> Iterator[tuple[int, list]]:
    """Rows of the first sheet that one sees; a merged cell has its value on each of its lines.

    :param content: the file
    :return: line numbers and cells: text, numbers, dates or nothing
    :raise TableFileError: when it is no such file
    """
    import xlrd  # noqa: PLC0415 - slow to load, needed for few files

    try:
        with open(os.devnull, "w", encoding="utf-8") as silence:  # it prints what it finds odd
            book = xlrd.open_workbook(
                file_contents=content, logfile=silence, on_demand=True, formatting_info=True
            )
        seen = [
            sheet for sheet in map(book.sheet_by_index, range(book.nsheets)) if not sheet.visibility
        ]
        sheet = (seen or [book.sheet_by_index(0)])[0]
        merged = {
            (line, first_column): (first, first_column)
            for first, last, first_column, end_column in sheet.merged_cells
            if end_column - first_column == 1
            for line in range(first + 1, min(last, sheet.nrows))
        }
        for line in range(sheet.nrows):
            width = min(sheet.row_len(line), MAX_COLUMNS)
            yield (
                line + 1,
                [
                    _value(xlrd, sheet.cell(*merged.get((line, column), (line, column))), book)
                    for column in range(width)
                ],
            )
    except xlrd.XLRDError as error:  # a letter or a presentation has the same first bytes
        raise TableFileError("format") from error
    except Exception as error:  # damaged ones let errors of all kinds out
        raise TableFileError("damaged") from error


def _value(xlrd, cell, book):
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return datetime(*xlrd.xldate_as_tuple(cell.value, book.datemode))
        except (ValueError, xlrd.XLDateError):
            return cell.value
    if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value
