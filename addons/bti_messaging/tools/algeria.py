"""Arabic as Algeria writes it: French month names in Arabic letters, 24 hours, one order of dates.

Odoo has one Arabic, ``ar_001``, for which Babel gives the months of Egypt ("يناير"), hours of
twelve with ص and م, a Latin comma between date and time, and dates whose marks turn them around.
A language ``ar_DZ`` beside it would be no way out: translations, texts of clients and users hang
on the code, and Babel's own ``ar_DZ`` takes its abbreviated months from whichever Arabic was
loaded first in the process. So Babel's data of ``ar_001`` is put right, once in each process that
serves a database with this addon; everything of Odoo that formats a date reads it.
"""

from babel import localedata
from babel.dates import parse_pattern

ARABIC = "ar_001"
MONTHS = (
    "جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان",
    "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
_DATES = {"short": "dd/MM/y", "medium": "d MMM y", "long": "d MMMM y", "full": "EEEE d MMMM y"}
_TIMES = {"short": "HH:mm", "medium": "HH:mm:ss", "long": "HH:mm:ss z", "full": "HH:mm:ss zzzz"}

# What Odoo's Arabic has, and what it has here. No-break spaces part thousands, as in French: a
# plain space would let the two halves of a number change places in a line that runs leftwards.
ODOO_FORMATS = {
    "decimal_point": ".",
    "thousands_sep": ",",
    "time_format": "%I:%M:%S %p",
}
FORMATS = {
    "decimal_point": ",",
    "thousands_sep": "\u00a0",
    "time_format": "%H:%M:%S",
}


def teach_babel():
    """Put Babel's Arabic right; doing so again changes nothing."""
    data = localedata.load(ARABIC)
    names = dict(enumerate(MONTHS, start=1))
    data["months"] = {
        context: dict.fromkeys(("wide", "abbreviated", "narrow"), names)
        for context in ("format", "stand-alone")
    }
    data["date_formats"] = {name: parse_pattern(text) for name, text in _DATES.items()}
    data["time_formats"] = {name: parse_pattern(text) for name, text in _TIMES.items()}
    data["datetime_formats"] = dict.fromkeys(_DATES, "{1} {0}")
