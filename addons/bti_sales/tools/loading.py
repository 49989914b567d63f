"""Arithmetic of pieces, pallets and trucks.

Pure functions on integers: no ORM, no float rounding, so that every part of the product (order
line, pro-forma, portal, load planning) finds the same numbers. Units are in the names: pieces,
pallets, grams (``_g``), places of the truck bed.

The truth is the whole piece. A *full pallet* holds ``pieces_per_pallet`` pieces and takes one place
of the truck; what remains of a product are *loose pieces*, which take the room of as many pallets
as would be needed to hold them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

FORM_LOOSE = "loose"
FORM_PALLET = "pallet"
FORM_MIXED = "mixed"

# A conversion factor is stored as a binary float: 1/253 of a pallet is not exact.
_TOLERANCE = Fraction(1, 10**6)


class LoadingError(ValueError):
    """One unit (a pallet or a piece) alone is more than the truck can take.

    :ivar key: the item that does not fit
    """

    def __init__(self, key):
        super().__init__(f"item {key!r} does not fit on the truck")
        self.key = key


@dataclass(frozen=True)
class Truck:
    """What one kind of truck can take; 0 means that the limit is not known.

    :param payload_g: payload, grams
    :param pallet_places: places for pallets on the bed
    """

    payload_g: int = 0
    pallet_places: int = 0


@dataclass(frozen=True)
class Item:
    """A quantity of one product to be loaded.

    :param key: whatever identifies the item for the caller (line, move)
    :param pieces: whole pieces
    :param pieces_per_pallet: pieces on a full pallet, 0 when never palletised
    :param piece_weight_g: weight of a piece, grams
    :param pallet_tare_g: weight of an empty pallet with its straps, grams
    :param form: ``loose``, ``pallet`` or ``mixed``
    """

    key: object
    pieces: int
    pieces_per_pallet: int = 0
    piece_weight_g: int = 0
    pallet_tare_g: int = 0
    form: str = FORM_MIXED

    @property
    def split(self) -> tuple[int, int]:
        """Full pallets and loose pieces of the item, by its delivery form."""
        if self.form == FORM_LOOSE:
            return 0, self.pieces
        return split_pallets(self.pieces, self.pieces_per_pallet)


@dataclass
class Part:
    """What one truck carries of one item."""

    item: Item
    full_pallets: int = 0
    loose_pieces: int = 0

    @property
    def pieces(self) -> int:
        """Pieces on the truck, on pallets and loose."""
        return self.full_pallets * self.item.pieces_per_pallet + self.loose_pieces

    @property
    def weight_g(self) -> int:
        """Weight of the pieces and of the pallets that carry them, grams."""
        return load_weight_g(
            self.pieces, self.full_pallets, self.item.piece_weight_g, self.item.pallet_tare_g
        )

    @property
    def places(self) -> int:
        """Pallet places taken on the bed."""
        return self.full_pallets + loose_places(self.loose_pieces, self.item.pieces_per_pallet)


@dataclass
class Load:
    """One truckload."""

    parts: list[Part] = field(default_factory=list)

    @property
    def weight_g(self) -> int:
        """Weight of the load, grams."""
        return sum(part.weight_g for part in self.parts)

    @property
    def places(self) -> int:
        """Pallet places taken by the load."""
        return sum(part.places for part in self.parts)

    @property
    def pieces(self) -> int:
        """Pieces of the load, all products together."""
        return sum(part.pieces for part in self.parts)


def exact_pieces(quantity: float, factor: float) -> int | None:
    """Convert a quantity entered in some unit to whole pieces.

    :param quantity: quantity in the unit
    :param factor: pieces in one unit (253 for a pallet of 253)
    :return: the pieces, or ``None`` when the quantity is not a whole number of pieces
    """
    if quantity == int(quantity) and factor == int(factor):
        return int(quantity) * int(factor)
    pieces = Fraction(repr(quantity)) * Fraction(repr(factor))
    nearest = round(pieces)
    return nearest if abs(pieces - nearest) <= _TOLERANCE * max(1, abs(nearest)) else None


def split_pallets(pieces: int, pieces_per_pallet: int) -> tuple[int, int]:
    """Full pallets and the loose pieces that remain.

    A product without pallet size is all loose pieces. The sign of a negative quantity (a
    correction) is kept on both numbers.
    """
    if pieces_per_pallet <= 0:
        return 0, pieces
    sign = -1 if pieces < 0 else 1
    full, loose = divmod(abs(pieces), pieces_per_pallet)
    return sign * full, sign * loose


def nearest_multiples(pieces: int, pieces_per_pallet: int) -> tuple[int, int]:
    """The whole-pallet quantities just below and just above, in pieces.

    :return: ``(below, above)``; both equal ``pieces`` when it is a multiple already. ``below`` may
        be 0, which the caller should not offer.
    """
    full, loose = split_pallets(pieces, pieces_per_pallet)
    below = full * pieces_per_pallet
    return (below, below + pieces_per_pallet) if loose else (pieces, pieces)


def loose_places(loose_pieces: int, pieces_per_pallet: int) -> int:
    """Pallet places that loose pieces take; 0 when the product has no pallet size."""
    if pieces_per_pallet <= 0 or loose_pieces <= 0:
        return 0
    return -(-loose_pieces // pieces_per_pallet)


def load_weight_g(pieces: int, full_pallets: int, piece_weight_g: int, pallet_tare_g: int) -> int:
    """Weight of pieces plus the pallets under them, grams."""
    return pieces * piece_weight_g + full_pallets * pallet_tare_g


def plan_loads(items: Iterable[Item], truck: Truck) -> list[Load]:
    """Spread items over as few trucks of one kind as possible.

    The plan that people expect comes first: trucks filled in the order of the items, full pallets
    before loose pieces, gaps of earlier trucks used. When weight and room pull in different
    directions (heavy and light products), other orders and an even spread are tried, and the plan
    with the fewest trucks wins. The same items always give the same plan; pallets are never broken.

    :param items: quantities to load; items without pieces are skipped
    :param truck: the kind of truck
    :return: the loads, empty when there is nothing to carry
    :raise LoadingError: when one pallet or one piece is too heavy for the truck
    """
    lots = [lot for item in items for lot in _lots(item)]
    for lot in lots:
        if lot.fits(truck, truck.payload_g, truck.pallet_places) < 1:
            raise LoadingError(lot.item.key)
    least = _least_trucks(lots, truck)
    best = None
    by_density = sorted(lots, key=lambda lot: lot.weight_g)  # stable: the given order decides ties
    for order in (lots, by_density[::-1], by_density):
        loads = _fill_in_order(order, truck)
        if best is None or len(loads) < len(best):
            best = loads
        if len(best) <= least:
            return [bay.to_load() for bay in best]
    for count in range(len(best) - 1, least - 1, -1):
        loads = _spread_evenly(lots, truck, count) or _search(lots, truck, count)
        if not loads:
            break
        best = loads
    return [bay.to_load() for bay in best]


def count_trucks(items: Iterable[Item], truck: Truck) -> int:
    """Number of trucks of one kind that the items need (see :func:`plan_loads`)."""
    return len(plan_loads(items, truck))


# === PLANNING === #


@dataclass(frozen=True, eq=False)
class _Lot:
    """Equal units of one item: its full pallets, or its loose pieces."""

    item: Item
    count: int
    weight_g: int
    on_pallet: bool

    def places(self, count: int) -> int:
        """Pallet places that so many units take on one truck."""
        return count if self.on_pallet else loose_places(count, self.item.pieces_per_pallet)

    def fits(self, truck: Truck, free_g: int, free_places: int, present: int = 0) -> int:
        """How many more units fit, where ``present`` units of this lot are already."""
        fits = self.count
        if truck.payload_g and self.weight_g:
            fits = min(fits, free_g // self.weight_g)
        if truck.pallet_places:
            if self.on_pallet:
                fits = min(fits, free_places)
            elif self.item.pieces_per_pallet:
                size = self.item.pieces_per_pallet
                fits = min(fits, (self.places(present) + free_places) * size - present)
        return max(fits, 0)


class _Bay:
    """A truck being filled."""

    def __init__(self, truck: Truck):
        self.truck = truck
        self.free_g, self.free_places = truck.payload_g, truck.pallet_places
        self.content: dict[_Lot, int] = {}

    def room_for(self, lot: _Lot) -> int:
        return lot.fits(self.truck, self.free_g, self.free_places, self.content.get(lot, 0))

    def put(self, lot: _Lot, count: int):
        present = self.content.get(lot, 0)
        self.content[lot] = present + count
        self.free_g -= count * lot.weight_g
        self.free_places -= lot.places(present + count) - lot.places(present)

    def fullness(self) -> float:
        used = [
            1 - free / whole
            for free, whole in (
                (self.free_g, self.truck.payload_g),
                (self.free_places, self.truck.pallet_places),
            )
            if whole
        ]
        return max(used, default=0.0)

    def to_load(self) -> Load:
        parts: dict[int, Part] = {}
        for lot, count in self.content.items():
            if not count:
                continue
            part = parts.setdefault(id(lot.item), Part(lot.item))
            if lot.on_pallet:
                part.full_pallets += count
            else:
                part.loose_pieces += count
        return Load(list(parts.values()))


def _lots(item: Item) -> list[_Lot]:
    full_pallets, loose_pieces = item.split
    pallet_g = item.pieces_per_pallet * item.piece_weight_g + item.pallet_tare_g
    lots = [
        _Lot(item, full_pallets, pallet_g, True),
        _Lot(item, loose_pieces, item.piece_weight_g, False),
    ]
    return [lot for lot in lots if lot.count > 0]


def _least_trucks(lots: list[_Lot], truck: Truck) -> int:
    """No plan can do with fewer trucks: total weight and total room."""
    least = 1 if lots else 0
    if truck.payload_g:
        least = max(least, -(-sum(lot.count * lot.weight_g for lot in lots) // truck.payload_g))
    if truck.pallet_places:
        least = max(least, -(-sum(lot.places(lot.count) for lot in lots) // truck.pallet_places))
    return least


def _fill_in_order(lots: list[_Lot], truck: Truck) -> list[_Bay]:
    """Fill trucks in the order of the lots; a lot uses the gaps that earlier ones left."""
    bays: list[_Bay] = []
    for lot in lots:
        left = lot.count
        # a heap of loose pieces is not split while one truck can take it whole
        whole = [] if lot.on_pallet else [bay for bay in bays if bay.room_for(lot) >= left]
        for bay in whole[:1] or bays:
            left -= _put_what_fits(bay, lot, left)
            if not left:
                break
        while left:
            bays.append(_Bay(truck))
            left -= _put_what_fits(bays[-1], lot, left)
    return bays


def _put_what_fits(bay: _Bay, lot: _Lot, count: int) -> int:
    count = min(count, bay.room_for(lot))
    if count:
        bay.put(lot, count)
    return count


def _spread_evenly(lots: list[_Lot], truck: Truck, count: int) -> list[_Bay] | None:
    """Give each of ``count`` trucks the same share of every lot; ``None`` when it does not fit."""
    bays = [_Bay(truck) for _index in range(count)]
    for lot in sorted(lots, key=lambda lot: -lot.weight_g):
        share, left = divmod(lot.count, count) if lot.on_pallet else (0, lot.count)
        for bay in bays if share else ():
            left += share - _put_what_fits(bay, lot, share)
        # loose pieces stay together where they can: each heap takes whole places
        for bay in sorted(bays, key=lambda bay: (bay.room_for(lot) < left, bay.fullness())):
            if not left:
                break
            portion = left if not lot.on_pallet else min(left, 1 if share else -(-left // count))
            left -= _put_what_fits(bay, lot, portion)
        for bay in bays:
            left -= _put_what_fits(bay, lot, left)
        if left:
            return None
    return bays


# Small loads are searched exhaustively; beyond this many units the plans above are good enough.
_SEARCH_UNITS = 16
_SEARCH_STEPS = 20_000


def _search(lots: list[_Lot], truck: Truck, count: int) -> list[_Bay] | None:
    """Look for any plan with ``count`` trucks, when there are few pallets to move about."""
    if sum(lot.count for lot in lots) > _SEARCH_UNITS or not count:
        return None
    units = [lot for lot in sorted(lots, key=lambda lot: -lot.weight_g) for _u in range(lot.count)]
    bays = [_Bay(truck) for _index in range(count)]
    steps = iter(range(_SEARCH_STEPS))

    def place(index: int) -> bool:
        if index == len(units):
            return True
        lot, seen = units[index], set()
        for bay in bays:
            state = (bay.free_g, bay.free_places, bay.content.get(lot, 0))
            if state in seen or bay.room_for(lot) < 1:
                continue
            if next(steps, None) is None:
                return False
            seen.add(state)
            bay.put(lot, 1)
            if place(index + 1):
                return True
            bay.put(lot, -1)
        return False

    return bays if place(0) else None
