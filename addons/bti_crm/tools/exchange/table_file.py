"""Table files: rows of text out of CSV and XLSX, numbers and dates out of text. No ORM.

Files come from spreadsheets of three alphabets and two habits of writing numbers, so everything
is read as text and understood here, with one kind of answer when it cannot be: ``ValueError``.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

import charset_normalizer

from odoo.addons.bti_messaging.tools import typed

from ..places import search_key
from . import old_workbook, workbook
from .workbook import TableFileError

MAX_ROWS = 50_000
# decimals that a number may have: a pallet price divided by its pieces is never typed
MAX_DECIMALS = 6
# nobody types as many: a calculation left them
_MACHINE_DECIMALS = 12
FIRST_YEAR, LAST_YEAR = 2000, 2100

_CHARSETS = ("cp1252", "cp1256", "cp850", "cp720")
# Letters of windows-1256 where windows-1252 has accents: French and Arabic Windows share the
# accents of é è ç à â ê î ô û ù ë ï ü and œ, so these never count as Arabic.
_ARABIC_1256 = re.compile(
    rb"[\x81\x8d\x8e\x90\x98\x9a\x9f\xaa\xc0-\xd6\xd8-\xdf\xe1\xe3-\xe6\xec\xed\xf0-\xf3\xf5\xf6\xf8\xfa]{3}"
)
_CURRENCY = re.compile(r"(?:dzd|da|دج|د\.ج\.?)$", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SELF_EVIDENT = re.compile(
    r"(?<!\w)(?:h\.?t\.?|hors taxes?|dzd|da|dinars?|دج|د\.ج\.?|دينار|بدون رسوم|خارج الرسم)(?!\w)",
    re.IGNORECASE,
)
_DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y")


class OddYear(ValueError):
    """A day, but of 1927 or 2227: a slip."""


# === FILES === #


def read_rows(
    content: bytes, filename: str = "", max_rows: int | None = None
) -> list[tuple[int, list]]:
    """Rows of a CSV, XLS or XLSX file that are not empty.

    :param content: the file
    :param filename: its name; only a hint, the content decides
    :param max_rows: how many are read at most
    :return: ``[(line number in the file, cells)]``; cells are text, in XLSX also numbers and dates
    :raise TableFileError: when it is no such file
    """
    if not content.strip():
        raise TableFileError("empty")
    if content.startswith(b"PK\x03\x04"):
        rows = workbook.read_rows(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        rows = old_workbook.read_rows(content)
    elif content.startswith(b"%PDF") or b"\x00" in _without_bom16(content):
        raise TableFileError("format")
    else:
        rows = _csv_rows(decode(content))
    found = []
    for number, cells in rows:
        cells = ["" if cell is None else cell for cell in cells]
        if not any(str(cell).strip() for cell in cells):
            continue
        found.append((number, cells))
        if len(found) > (max_rows or MAX_ROWS):
            raise TableFileError("too_long")
    if not found:
        raise TableFileError("empty")
    return found


def decode(content: bytes) -> str:
    """Text of a file: UTF-8, UTF-16 with its mark, else MS-DOS' or Windows' French or Arabic.

    :raise TableFileError: when it is none of them
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise TableFileError("encoding") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        if dos := _find_dos(content):
            return content.decode(dos, errors="replace")
        arabic = bool(_ARABIC_1256.search(content))
        return content.decode("cp1256" if arabic else "cp1252", errors="replace")


def _find_dos(content):
    """The encoding of a file that comes from a program of MS-DOS: French or Arabic."""
    found = charset_normalizer.from_bytes(content, cp_isolation=list(_CHARSETS)).best()
    return found.encoding if found and found.encoding in ("cp850", "cp720") else ""


def _without_bom16(content):
    return b"" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else content


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.lower().startswith("sep="):  # a spreadsheet's own mark, not a line of ours
        text = text.replace(first, "", 1)
        delimiter = first[4:5] or ";"
    else:
        delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise TableFileError("damaged") from error


# === CELLS === #


def clean(value) -> str:
    """Text of a cell: no direction marks, no spaces around, without the quote that keeps
    spreadsheets from taking it for a formula.

    :param value: text, number, date or nothing
    """
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = typed.visible(str(value)).strip()
    if text.startswith("'") and text[1:].startswith(_FORMULA):
        text = text[1:].strip()
    return text


def normalise(text: str) -> str:
    """A name as it is compared: no accents, no case, no signs.

    >>> normalise("Quantité minimale (pièces)")
    'quantiteminimalepieces'
    """
    return search_key(text).replace(" ", "")


def name_key(text: str) -> str:
    """A reference or a name as it is compared: as :func:`normalise`, but B8+ is not B8.

    >>> name_key("B-8 +")
    'b8+'
    """
    signs = (char for char in text if char in "*#@%&!?" or unicodedata.category(char) == "Sm")
    return normalise(text) + "".join(signs)


def title_keys(text: str) -> tuple[str, ...]:
    """Spellings under which a title is looked for: as it is, and without what every price of a
    list is: untaxed, in dinars. "TTC" stays, and makes the title an unknown one.

    >>> title_keys("Prix unitaire (DA)")
    ('prixunitaireda', 'prixunitaire')
    """
    return normalise(text), normalise(_SELF_EVIDENT.sub(" ", text))


def parse_decimal(value) -> Decimal:
    """Number of a cell, with decimal comma or point and thousands spaces of any kind.

    >>> parse_decimal("10 626,50")
    Decimal('10626.50')

    :raise typed.AmbiguousNumber: for "10,626", which is ten or ten thousand
    :raise ValueError: when it is no number
    """
    if isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        # calculated, by a rate or a division: nobody typed its many digits
        return _round(Decimal(f"{value:.15g}"))
    try:
        number = typed.parse_decimal(_CURRENCY.sub("", clean(value)).strip())
    except ValueError as error:  # tell the cell, not what was left of it
        raise type(error)(value) from error
    # 30.900000000000002 in a text file: a program wrote it
    return _round(number) if -number.as_tuple().exponent >= _MACHINE_DECIMALS else number


def _round(number):
    return round(number, MAX_DECIMALS).normalize() if number % 1 else number


def parse_date(value) -> date:
    """Day of a cell: 31/12/2026, 2026-12-31, 31-12-2026, 31.12.2026 or a date of a spreadsheet.

    :raise OddYear: of a year in which no price holds
    :raise ValueError: when it is no day
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _check_year(value)
    text = typed.plain_digits(clean(value))
    text = re.sub(r"[T ]00:00(:00)?$", "", text)
    for pattern in _DATE_FORMATS:
        try:
            day = datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        return _check_year(day)
    raise ValueError(value)


def _check_year(day):
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OddYear(day)
    return day


def safe_cell(value) -> str:
    """Text of a cell that no spreadsheet takes for a formula; :func:`clean` takes it back.

    Plain numbers stay what they are, negative ones too.
    """
    text = "" if value is None else str(value)
    if text.startswith(_FORMULA):
        try:
            parse_decimal(text)
        except ValueError:
            return f"'{text}"
    return text


def write_csv(header: Iterable, rows: Iterable[Iterable]) -> bytes:
    """A file that spreadsheets of French and Arabic offices open right: semicolons, UTF-8 mark."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")
