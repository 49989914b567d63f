"""Which transport zone a place belongs to, and what a load costs there.

Pure functions on plain values: the price shown while an offer is typed, the delivery wizard of Odoo
and the order line all come from here. Units: km, kg, tonnes, prices in the zone's currency.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

OPERATORS = {
    "==": operator.eq,
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}

# How closely a zone describes a place: a commune beats its wilaya, which beats the country.
RANK_ANYWHERE, RANK_COUNTRY, RANK_STATE, RANK_CITY = range(4)


class UnknownFigureError(LookupError):
    """A price rule needs a figure that the order does not have.

    :ivar figure: ``distance`` or ``trucks``
    """

    def __init__(self, figure):
        super().__init__(f"{figure} is not known")
        self.figure = figure


class Destination(NamedTuple):
    """A place by database ids, 0 for what is not known."""

    country_id: int = 0
    state_id: int = 0
    city_id: int = 0
    zipcode: str = ""


@dataclass(frozen=True)
class PriceRule:
    """One line of a price table: "up to 50 km, 9 000 a truck".

    :param variable: figure that decides whether the rule holds
    :param comparison: one of :data:`OPERATORS`
    :param limit: what the figure is compared with
    :param base: fixed part of the price
    :param price: price of one unit of ``factor``
    :param factor: figure that multiplies ``price``
    :param minimum_per_truck: the price is never less than this for each truck
    """

    variable: str
    comparison: str
    limit: float
    base: float = 0.0
    price: float = 0.0
    factor: str = "weight"
    minimum_per_truck: float = 0.0

    def holds(self, figures: Mapping[str, float | None]) -> bool:
        """Whether the rule is meant for a load with these figures."""
        return OPERATORS[self.comparison](_known(figures, self.variable), self.limit)

    def amount(self, figures: Mapping[str, float | None]) -> float:
        """What the load costs by this rule."""
        amount = self.base
        if self.price:
            amount += self.price * _known(figures, self.factor)
        if self.minimum_per_truck:
            amount = max(amount, self.minimum_per_truck * _known(figures, "trucks"))
        return amount


@dataclass(frozen=True)
class Zone:
    """Where a delivery method goes: whole wilayas and single communes, or countries."""

    country_ids: frozenset = field(default_factory=frozenset)
    state_ids: frozenset = field(default_factory=frozenset)
    city_ids: frozenset = field(default_factory=frozenset)

    def rank(self, destination: Destination) -> int | None:
        """How closely the zone describes a place, ``None`` when the place is outside."""
        if self.country_ids and destination.country_id not in self.country_ids:
            return None
        if destination.city_id in self.city_ids:
            return RANK_CITY
        if self.state_ids:
            return RANK_STATE if destination.state_id in self.state_ids else None
        if self.city_ids:
            return None
        return RANK_COUNTRY if self.country_ids else RANK_ANYWHERE


def derive_figures(
    *, weight: float, trucks: int | None, pallets: int, distance: float | None
) -> dict[str, float | None]:
    """The figures that price rules may use, with those that follow from others.

    :param weight: load with its pallets, kg
    :param trucks: trucks of the order's kind, ``None`` when not known
    :param pallets: full pallets
    :param distance: from the yard to the site, km, ``None`` when not known
    """
    tonnes = weight / 1000
    return {
        "weight": weight,
        "tonnes": tonnes,
        "trucks": trucks,
        "pallets": pallets,
        "distance": distance,
        "tonne_km": None if distance is None else tonnes * distance,
        "truck_km": None if distance is None or trucks is None else trucks * distance,
    }


def find_price(rules: Iterable[PriceRule], figures: Mapping[str, float | None]) -> float | None:
    """Price by the first rule that holds, ``None`` when none does.

    :raise UnknownFigureError: when a rule on the way asks for a figure that is not known. Going on
        to the next rule would quote the price of another distance.
    """
    for rule in rules:
        if rule.holds(figures):
            return rule.amount(figures)
    return None


def _known(figures, name):
    value = figures[name]
    if value is None:
        unknown = "trucks" if name == "truck_km" and figures["trucks"] is None else name
        raise UnknownFigureError("distance" if unknown.endswith("_km") else unknown)
    return value
