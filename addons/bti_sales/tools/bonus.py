"""Arithmetic of the bonus on volume: periods, tiers, shares. No ORM."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

MONTHS = {"quarter": 3, "half": 6, "year": 12}


def period_of(day: date, kind: str) -> tuple[date, date]:
    """First and last day of the calendar period that has ``day``.

    :param kind: a key of :data:`MONTHS`
    """
    months = MONTHS[kind]
    first_month = (day.month - 1) // months * months + 1
    start = day.replace(month=first_month, day=1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start, date(year, month + 1, 1) - timedelta(days=1)


def find_tiers(tiers: Iterable, measure: float) -> tuple[object | None, object | None]:
    """The tier that a volume reaches, and the one after it.

    :param tiers: objects with a ``threshold``, in any order
    :return: ``(tier or None, next tier or None)``
    """
    reached = following = None
    for tier in sorted(tiers, key=lambda tier: tier.threshold):
        if tier.threshold <= measure:
            reached = tier
        else:
            following = tier
            break
    return reached, following


def share_out(amount: float, weights: dict, digits: int) -> dict:
    """An amount divided in proportion, to the last centime.

    :param weights: ``{key: weight}``; a key without a positive weight gets nothing
    :param digits: decimals of the currency
    :return: ``{key: part}`` whose parts sum to the amount; the heaviest takes what rounding leaves
    """
    weights = {key: Decimal(str(weight)) for key, weight in weights.items() if weight > 0}
    total = sum(weights.values())
    if not total:
        return {}
    amount, step = Decimal(str(amount)), Decimal(1).scaleb(-digits)
    # down: rounded up, many small parts would take from the heaviest more than it has
    parts = {
        key: (amount * weight / total).quantize(step, ROUND_DOWN) for key, weight in weights.items()
    }
    heaviest = max(weights, key=weights.get)
    parts[heaviest] += amount - sum(parts.values())
    return {key: float(part) for key, part in parts.items() if part}
