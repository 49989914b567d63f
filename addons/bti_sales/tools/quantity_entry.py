"""What a quantity typed in pieces, pallets, trucks, tonnes or square metres makes of a product.

One table of rules per line, made here: how many pieces one of each unit is and how they are
rounded. The server counts by it, and so does the screen while somebody types, to which the table
is handed as it is (``static/src/quantity_entry/quantity_entry.js``). Pure functions: no ORM.
"""

from __future__ import annotations

import math
from fractions import Fraction

from . import loading

PIECE = "piece"
PALLET = "pallet"
TRUCK = "truck"
TONNE = "tonne"
AREA = "m2"


class EntryError(ValueError):
    """A quantity that cannot be one of the product.

    :ivar key: ``negative``, ``fraction`` (no whole number of pieces), ``no_pallet``, ``no_truck``
        (nothing is known that limits a truck), ``too_heavy`` (not one fits on it), ``no_weight``,
        ``no_area`` or ``too_little`` (rounded down it is nothing)
    """

    def __init__(self, key):
        super().__init__(key)
        self.key = key


def make_table(
    item: loading.Item,
    truck: loading.Truck,
    centi_pieces_per_m2: int = 0,
    waste_permille: int = 0,
    whole_pallets: bool = False,
) -> dict[str, dict]:
    """The rules of a line, by unit.

    :param item: the product, its pallet size and its delivery form; the quantity does not matter
    :param truck: the truck in which trucks are counted
    :param centi_pieces_per_m2: pieces per square metre, hundredths; 0 when not known
    :param waste_permille: pieces that break or are cut, thousandths
    :param whole_pallets: nothing but whole pallets is delivered
    :return: ``{unit: rule}``. One unit is ``pieces`` / ``per`` pieces; the result is a multiple of
        ``step``, ``rounds`` up, down or must be ``exact``; a result that fills pallets of
        ``pallet`` pieces is sold by the pallet (0: by the piece). A unit that cannot be used has
        ``error`` alone, see :class:`EntryError`.
    """
    size = max(item.pieces_per_pallet, 0)
    table = {PIECE: _rule(1), PALLET: {"error": "no_pallet"}, AREA: {"error": "no_area"}}
    if size:
        table[PALLET] = _rule(size, pallet=size)
    if centi_pieces_per_m2:
        step = size if whole_pallets else 0
        table[AREA] = _rule(
            centi_pieces_per_m2 * (1000 + waste_permille),
            per=100_000,
            step=step or 1,
            rounds="up",
            pallet=step,
        )
    table[TRUCK] = _truck_rule(item, truck, size)
    table[TONNE] = _tonne_rule(item, size)
    return table


def count_pieces(rule: dict, quantity: float) -> tuple[int, bool]:
    """Whole pieces of a quantity as typed.

    :param rule: of its unit, see :func:`make_table`
    :return: the pieces, and whether they are sold by the pallet
    :raise EntryError: when it cannot be a quantity of the product
    """
    if quantity < 0:
        raise EntryError("negative")
    if "error" in rule:
        raise EntryError(rule["error"])
    steps = Fraction(repr(quantity)) * rule["pieces"] / (rule["per"] * rule["step"])
    if rule["rounds"] == "exact" and steps.denominator != 1:
        raise EntryError("fraction")
    pieces = (math.ceil if rule["rounds"] == "up" else math.floor)(steps) * rule["step"]
    if quantity and not pieces:
        raise EntryError("too_little")
    return pieces, bool(rule["pallet"]) and not pieces % rule["pallet"]


def _rule(pieces, per=1, step=1, rounds="exact", pallet=0):
    return {"pieces": pieces, "per": per, "step": step, "rounds": rounds, "pallet": pallet}


def _truck_rule(item, truck, size):
    """One truck is what fills it of the product alone: whole pallets unless it is loose."""
    on_pallets, unit, unit_g = _loaded_unit(item, size)
    limits = []
    if truck.payload_g and unit_g:
        limits.append(truck.payload_g // unit_g)
    if truck.pallet_places and size:
        limits.append(truck.pallet_places * size // unit)
    if not limits or not min(limits):
        return {"error": "too_heavy" if limits else "no_truck"}
    return _rule(min(limits) * unit, step=unit, rounds="down", pallet=unit if on_pallets else 0)


def _tonne_rule(item, size):
    """Tonnes are said of what goes on a truck: with the pallets, and no heavier than that."""
    on_pallets, unit, unit_g = _loaded_unit(item, size)
    if not item.piece_weight_g:
        return {"error": "no_weight"}
    common = math.gcd(unit * 1_000_000, unit_g)
    return _rule(
        unit * 1_000_000 // common,
        per=unit_g // common,
        step=unit,
        rounds="down",
        pallet=unit if on_pallets else 0,
    )


def _loaded_unit(item, size):
    """``(on pallets, pieces, grams)`` of what is put on a truck at once: a pallet or a piece."""
    on_pallets = bool(size) and item.form != loading.FORM_LOOSE
    unit = size if on_pallets else 1
    grams = loading.load_weight_g(
        unit, 1 if on_pallets else 0, item.piece_weight_g, item.pallet_tare_g
    )
    return on_pallets, unit, grams
