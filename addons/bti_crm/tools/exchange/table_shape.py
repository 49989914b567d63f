"""What of a table is a title, a line, a title once more or a sum. No ORM."""

from __future__ import annotations

import re
from datetime import date, timedelta

from odoo.addons.bti_messaging.tools import typed

from .table_file import clean, normalise, parse_date, title_keys

# a report has its name, its day and its author above the titles of its columns
_SEARCHED_ROWS = 15
_TOTAL = re.compile(
    r"^(?:sous|grand)?tota(?:l|ux)(?:general|generale|generaux|page|facture|client|ht|ttc)?$"
    r"|^(?:sub|grand)?totals?$|^areporter$|^report$"
    r"|^(?:ال)?(?:مجموع|اجمالي)(?:العام|الكلي|الجزيي)?$"
)
# days of spreadsheets, from 2000 to 2100
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_415
_SERIAL_ORIGIN = date(1899, 12, 30)


def find_header(rows, known):
    """Which row has the titles of the columns.

    :param rows: ``[(line number, cells)]``
    :param known: keys of titles that are expected, see :func:`title_keys`
    :return: its index in ``rows``; the first one where none has a known title
    :rtype: int
    """
    best, most = 0, 0
    for index, (_number, cells) in enumerate(rows[:_SEARCHED_ROWS]):
        hits = sum(
            1 for cell in cells if isinstance(cell, str) and known & set(title_keys(clean(cell)))
        )
        if hits > most:
            best, most = index, hits
    return best


def unique_titles(cells):
    """Titles of the columns; the second of a name is "Tel (2)".

    :rtype: list[str]
    """
    seen, titles = {}, []
    for cell in cells:
        title = " ".join(clean(cell).split())
        key = normalise(title)
        seen[key] = seen.get(key, 0) + 1
        titles.append(f"{title} ({seen[key]})" if title and seen[key] > 1 else title)
    return titles


def is_repeated(cells, header):
    """Whether a row has the titles once more, as a long printed list has on each page.

    :param header: cells of the first row of titles
    """
    mine = [normalise(clean(cell)) for cell in cells]
    titles = [normalise(clean(cell)) for cell in header]
    return mine[: len(titles)] == titles[: len(mine)] and any(mine)


def is_total(cells):
    """Whether a row sums up others: "Total", "TOTAL GÉNÉRAL :", "المجموع" and numbers."""
    texts = [clean(cell) for cell in cells]
    words = [text for text in texts if text and not _is_amount(text)]
    return len(words) == 1 and bool(_TOTAL.match(normalise(words[0])))


def _is_amount(text):
    try:
        typed.parse_decimal(text)
    except typed.AmbiguousNumber:
        return True
    except ValueError:
        return False
    return True


def parse_day(value):
    """As :func:`parse_date`, also out of the number that a spreadsheet keeps for a day.

    >>> parse_day("46022")
    datetime.date(2025, 12, 31)

    :raise OddYear: of a year in which nothing can have been
    :raise ValueError: when it is no day
    :rtype: date
    """
    try:
        return parse_date(value)
    except ValueError:
        if isinstance(value, bool):
            raise
        text = typed.plain_digits(clean(value)).partition(".")[0]
        if text.isascii() and text.isdigit() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
            return _SERIAL_ORIGIN + timedelta(days=int(text))
        raise
