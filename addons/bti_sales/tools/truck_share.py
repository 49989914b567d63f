"""Sharing whole trucks out over the lines of an order. Pure functions: no ORM."""

from __future__ import annotations

from collections.abc import Sequence

_PARTS = 10**4  # a share is counted in ten-thousandths of a truck


def apportion_trucks(trucks: int, uses: Sequence) -> list[float]:
    """Share trucks out in proportion to what each line uses, nothing lost by rounding.

    :param trucks: whole trucks
    :param uses: one number per line, 0 for a line that is no load
    :return: shares with four decimals that add up to the trucks; all 0 when nothing is used
    """
    whole = sum(uses)
    if not whole or not trucks:
        return [0.0] * len(uses)
    exact = [use * trucks * _PARTS / whole for use in uses]
    parts = [int(share) for share in exact]
    # the largest remainders get what rounding down left; the first line wins a tie
    by_remainder = sorted(range(len(uses)), key=lambda index: parts[index] - exact[index])
    for index in by_remainder[: trucks * _PARTS - sum(parts)]:
        parts[index] += 1
    return [part / _PARTS for part in parts]
