"""Arithmetic of pieces, pallets and trucks.

Pure functions on integers: no ORM, no float rounding, so that every part of the product (order
line, pro-forma, portal, load planning) finds the same numbers. Units are in the names: pieces,
pallets, grams (``_g``), places of the truck bed.

The truth is the whole piece. A *full pallet* holds ``pieces_per_pallet`` pieces and takes one place
of the truck; what remains of a product are *loose pieces*, which take the room of as many pallets
as would be needed to hold them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from . import load_planner

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
    :param key: whatever identifies the kind for the caller
    """

    payload_g: int = 0
    pallet_places: int = 0
    key: object = None

    @property
    def is_known(self) -> bool:
        """Whether anything is known that limits a load."""
        return self.payload_g > 0 or self.pallet_places > 0

    @property
    def limits(self) -> tuple[int, int]:
        """Payload and places, a very large number for what is not known."""
        no_limit = load_planner.NO_LIMIT
        return self.payload_g or no_limit, self.pallet_places or no_limit


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


@dataclass(frozen=True)
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


# Part of an item that is nothing to load.
NOTHING = Part(Item(key=None, pieces=0, form=""))


@dataclass(frozen=True)
class Load:
    """One truckload. Trucks that carry the same may be one and the same object.

    :param parts: what is on it, in the order of the items
    :param truck: the kind of truck that it was planned on
    """

    parts: tuple[Part, ...] = ()
    truck: Truck = Truck()

    @cached_property
    def weight_g(self) -> int:
        """Weight of the load, grams."""
        return sum(part.weight_g for part in self.parts)

    @cached_property
    def places(self) -> int:
        """Pallet places taken by the load."""
        return sum(part.places for part in self.parts)

    @cached_property
    def pieces(self) -> int:
        """Pieces of the load, all products together."""
        return sum(part.pieces for part in self.parts)


def usual_form(pieces_per_pallet: int) -> str:
    """The delivery form of what nobody said anything of, by its pallet size."""
    return FORM_MIXED if pieces_per_pallet > 0 else FORM_LOOSE


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


def face_pieces(length_mm: int, height_mm: int, joint_mm: int = 0) -> int:
    """Pieces per square metre of a face, hundredths, rounded to the nearest.

    :param length_mm: length of the visible face, millimetres
    :param height_mm: its height (the width for a floor), millimetres
    :param joint_mm: mortar joint around each piece, millimetres
    :return: 0 when a size is not known
    """
    if length_mm <= 0 or height_mm <= 0:
        return 0
    face = (length_mm + joint_mm) * (height_mm + joint_mm)
    return (2 * 100_000_000 + face) // (2 * face)


# === TRUCKS === #


def plan_loads(items: Iterable[Item], truck: Truck | Sequence[Truck]) -> list[Load]:
    """Spread items over as few trucks as possible.

    The plan that people expect comes first: trucks filled in the order of the items, full pallets
    before loose pieces, gaps of earlier trucks used, a heap of loose pieces kept together. When
    weight and room pull in different directions (heavy and light products), other orders and an
    even spread are tried, and the plan with the fewest trucks wins. The same items always give the
    same plan; pallets are never broken.

    There are never fewer trucks than possible, and at most one more than a clerk would work out on
    paper (see :mod:`.load_planner`).

    :param items: quantities to load; items without pieces are skipped
    :param truck: the kind of truck, or the kinds that may be used. Of several kinds the fewest
        trucks are planned, then each load takes the smallest kind that holds it; kinds of which no
        limit is known are left out when there are others.
    :return: the loads, empty when there is nothing to carry
    :raise LoadingError: when one pallet or one piece is too heavy for every kind of truck
    """
    kinds = _usable_kinds(truck)
    lots, parts = _lots(items)
    limits = _largest_limits(kinds)
    payload_g, places = max(limits)
    for lot in lots:
        if lot.fits(payload_g, places) < 1:
            raise LoadingError(parts[lot.index][0].key)
    loads = []
    for group in load_planner.plan(lots, limits):
        load = _make_load(group.content, parts, kinds)
        loads.extend([load] * group.repeat)
    return loads


def what_fits(load: Load, truck: Truck, item: Item) -> tuple[int, int]:
    """What more of an item still goes on a load.

    :param load: what is on the truck
    :param truck: the truck
    :param item: the product, by its weights, pallet size and form; its quantity does not matter
    :return: ``(full_pallets, pieces)``: whole pallets and the pieces on them when the item goes on
        pallets; ``(0, pieces)`` when it is loose. ``(0, 0)`` for a truck without known limits: it
        is never full.
    """
    if not truck.is_known:
        return 0, 0
    payload_g, places = truck.limits
    free_g, free_places = payload_g - load.weight_g, places - load.places
    if free_g < 0 or free_places < 0:
        return 0, 0
    size = item.pieces_per_pallet
    if item.form != FORM_LOOSE and size > 0:
        pallet_g = size * item.piece_weight_g + item.pallet_tare_g
        pallets = free_places if truck.pallet_places else load_planner.NO_LIMIT
        if pallet_g:
            pallets = min(pallets, free_g // pallet_g)
        pallets = 0 if pallets >= load_planner.NO_LIMIT // 2 else pallets
        return pallets, pallets * size
    pieces = free_g // item.piece_weight_g if item.piece_weight_g else load_planner.NO_LIMIT
    if size > 0:
        # a heap of the same item that does not fill its last place is filled up first
        present = sum(
            part.loose_pieces
            for part in load.parts
            if part.item.key == item.key and part.item.pieces_per_pallet == size
        )
        begun = loose_places(present, size) * size - present
        pieces = min(pieces, free_places * size + begun)
    # without weight and without places nothing limits it
    return 0, 0 if pieces >= load_planner.NO_LIMIT // 2**20 else pieces


def _usable_kinds(truck) -> list[Truck]:
    """The kinds of truck to plan with, smallest first."""
    kinds = [truck] if isinstance(truck, Truck) else list(truck)
    kinds = [kind for kind in kinds if kind.is_known] or kinds[:1] or [Truck()]
    return sorted(kinds, key=lambda kind: kind.limits)


def _largest_limits(kinds: list[Truck]) -> list[tuple[int, int]]:
    """Limits of the kinds that no other kind outdoes, the largest payload first."""
    largest: list[tuple[int, int]] = []
    for payload_g, places in sorted({kind.limits for kind in kinds}, reverse=True):
        if not largest or places > largest[-1][1]:
            largest.append((payload_g, places))
    return largest


def _lots(items: Iterable[Item]) -> tuple[list[load_planner.Lot], list[tuple[Item, bool]]]:
    """What the planner packs, and per lot its item and whether it is pallets."""
    lots, parts = [], []
    for item in items:
        full_pallets, loose_pieces = item.split
        size = item.pieces_per_pallet
        if full_pallets > 0:
            pallet_g = size * item.piece_weight_g + item.pallet_tare_g
            lots.append(load_planner.Lot(len(parts), full_pallets, pallet_g, 1))
            parts.append((item, True))
        if loose_pieces > 0:
            lots.append(
                load_planner.Lot(
                    len(parts), loose_pieces, item.piece_weight_g, max(size, 0), is_heap=True
                )
            )
            parts.append((item, False))
    return lots, parts


def _make_load(content, parts, kinds) -> Load:
    """A load of planned units, on the smallest kind of truck that holds it."""
    amounts: dict[int, list] = {}
    for index, count in sorted(content):
        item, on_pallet = parts[index]
        amount = amounts.setdefault(id(item), [item, 0, 0])
        amount[1 if on_pallet else 2] += count
    made = tuple(Part(*amount) for amount in amounts.values())
    load = Load(made, kinds[-1])
    for kind in kinds[:-1]:
        payload_g, places = kind.limits
        if load.weight_g <= payload_g and load.places <= places:
            return Load(made, kind)
    return load
