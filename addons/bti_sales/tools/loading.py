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
    """Spread items over as many trucks of one kind as they need.

    Trucks are filled one after the other in the order of the items, full pallets first, so that
    the same order always gives the same plan. Pallets are never broken.

    :param items: quantities to load; items without pieces are skipped
    :param truck: the kind of truck
    :return: the loads, empty when there is nothing to carry
    :raise LoadingError: when one pallet or one piece is too heavy for the truck
    """
    loads: list[Load] = []
    free_g = free_places = 0

    def unlimited_or(capacity: int, need: int, free: int) -> int | None:
        return free // need if capacity and need else None

    for item in items:
        full_pallets, loose_pieces = item.split
        pallet_g = item.pieces_per_pallet * item.piece_weight_g + item.pallet_tare_g
        while full_pallets > 0 or loose_pieces > 0:
            if full_pallets > 0:
                wanted = full_pallets
                room = [
                    unlimited_or(truck.payload_g, pallet_g, free_g),
                    unlimited_or(truck.pallet_places, 1, free_places),
                ]
            else:
                wanted = loose_pieces
                room = [
                    unlimited_or(truck.payload_g, item.piece_weight_g, free_g),
                    free_places * item.pieces_per_pallet
                    if truck.pallet_places and item.pieces_per_pallet
                    else None,
                ]
            fits = min([wanted, *(r for r in room if r is not None)]) if loads else 0
            if fits <= 0:
                if loads and not loads[-1].parts:
                    raise LoadingError(item.key)
                loads.append(Load())
                free_g, free_places = truck.payload_g, truck.pallet_places
                continue
            part = loads[-1].parts[-1] if loads[-1].parts else None
            if part is None or part.item is not item:
                part = Part(item)
                loads[-1].parts.append(part)
            weight_before, places_before = part.weight_g, part.places
            if full_pallets > 0:
                part.full_pallets += fits
                full_pallets -= fits
            else:
                part.loose_pieces += fits
                loose_pieces -= fits
            free_g -= part.weight_g - weight_before
            free_places -= part.places - places_before
    return loads


def count_trucks(items: Iterable[Item], truck: Truck) -> int:
    """Number of trucks of one kind that the items need (see :func:`plan_loads`)."""
    return len(plan_loads(items, truck))
