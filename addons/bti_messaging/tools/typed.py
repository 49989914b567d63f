"""What people type and paste, as it was meant: no marks that nobody sees, digits of one alphabet,
numbers by one rule. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

# what people see as a space between thousands, and what they write instead of one
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f\u066c'’_]")
# 1 234 567,89 with one kind of sign between thousands and another one before the decimals
_NUMBER = re.compile(
    r"(?P<minus>[+-])? ?"
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{3}){2,}"
    r"|[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:\.[0-9]{3})+(?=,)|[0-9]{1,3}(?:,[0-9]{3})+(?=\.)"
    r"|(?=[.,]))"
    r"(?:(?P<sign>[.,])(?P<decimals>[0-9]+))?"
)


class AmbiguousNumber(ValueError):
    """A number that one office reads as thousands and another one as decimals."""


def visible(text: str) -> str:
    """A text without what takes no place on a screen: marks of the direction of writing, joiners,
    the sign by which telephones choose the picture of a character.

    >>> visible("\u200e0550\u202c")
    '0550'
    """
    if text.isascii():
        return text
    return "".join(
        char
        for char in text
        if unicodedata.category(char) not in ("Cf", "Me") and not "\ufe00" <= char <= "\ufe0f"
    )


def plain_digits(text: str) -> str:
    """A text with the digits of any alphabet as 0-9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def parse_decimal(text: str) -> Decimal:
    """A number with decimal comma or point and spaces of any kind between thousands.

    The quantity of an order line is read by the same rule in the browser
    (``bti_sales/static/src/quantity_entry/quantity_entry.js``).

    >>> parse_decimal("10 626,50")
    Decimal('10626.50')

    :raise AmbiguousNumber: for "10,626", which is ten or ten thousand
    :raise ValueError: when it is no number
    """
    plain = plain_digits(visible(text)).replace("٫", ",").replace("،", ",").replace("−", "-")
    match = _NUMBER.fullmatch(_SPACES.sub(" ", plain).strip())
    if not match:
        raise ValueError(text)
    whole, sign, decimals = match["whole"], match["sign"], match["decimals"]
    if sign and len(decimals) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole):
        raise AmbiguousNumber(text)
    whole = re.sub("[ .,]", "", whole) or "0"
    return Decimal(f"{match['minus'] or ''}{whole}.{decimals or 0}")
