"""Stamp duty on a payment in cash, without the ORM."""

from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple


class Scale(NamedTuple):
    """A legal scale; amounts in the currency of the country.

    ``brackets`` are couples (amount up to and including which they hold, rate per tranche), in
    order; the last one has no limit (0). One rate holds for the whole amount: the scale of 2025
    has no progression from bracket to bracket.
    """

    tranche: Decimal
    threshold: Decimal
    minimum: Decimal
    maximum: Decimal
    brackets: tuple


def compute_duty(amount, scale):
    """Duty on an amount paid in cash.

    Each tranche counts whole, also when it is begun only.

    :param float amount: all taxes included
    :param Scale scale: scale of the day
    :rtype: Decimal
    """
    # repr: the decimal digits that people see, not the binary ones
    exact = Decimal(repr(float(amount)))
    if exact <= 0 or exact <= scale.threshold:
        return Decimal(0)
    rate = next((rate for limit, rate in scale.brackets if not limit or exact <= limit), Decimal(0))
    duty = (exact / scale.tranche).to_integral_value(ROUND_CEILING) * rate
    duty = max(duty, scale.minimum)
    return min(duty, scale.maximum) if scale.maximum else duty
