"""What cells of price files have beside numbers and days. No ORM."""

import re
from decimal import Decimal

from odoo.addons.bti_crm.tools.exchange.table_file import clean, parse_decimal

MAX_PIECES = 10_000_000
MAX_PRICE = Decimal(100_000_000)
_PALLETS = re.compile(
    r"^(?P<number>.+?)\s*(?:pal|palettes?|pallets?|طبلية|طبليات)\.?$", re.IGNORECASE
)


def parse_pieces(value) -> tuple[Decimal, bool]:
    """Quantity of a cell, in pieces or, when the cell says so ("10 palettes"), in pallets.

    :return: ``(number, counted in pallets)``; whether it is whole is the caller's to judge
    :raise ValueError: when it is no number
    """
    if isinstance(value, str) and (match := _PALLETS.match(clean(value))):
        return parse_decimal(match["number"]), True
    return parse_decimal(value), False
