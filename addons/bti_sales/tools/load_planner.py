"""Packing of equal units into as few trucks as possible; used through :mod:`.loading`.

Plain integers in, plain integers out. A *lot* is a number of equal units: the full pallets of one
item, or its loose pieces. Trucks that carry the same are kept as one *group* with a count, so that
a thousand equal truckloads cost as much as one.

How few trucks are guaranteed: one more than the fewer of

* *by product*: the trucks that each lot would fill alone, in fractions, added up and rounded up.
  Lots of which as many fit on a truck are filled one after the other to whole trucks, the rests go
  first fit, largest share first. A truck is closed over a unit of share ``1/m`` only when shares of
  more than ``1 - 1/m`` are on it, and there are less than ``m - 1`` trucks of rests with shares of
  ``1/m`` or more; it follows that one truck more than this sum is always enough.
* *by weight and room*: all pallet places over those of a truck, and all weight over a payload that
  leaves one unit free. Units dealt like cards, heaviest first, make trucks that differ by one unit
  at most, so that these trucks are enough.

Fewer than :func:`least_trucks` are impossible.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate

NO_LIMIT = 1 << 62


class Lot:
    """Equal units of one item.

    :ivar index: what the caller knows the lot by
    :ivar count: units
    :ivar weight_g: weight of a unit, grams
    :ivar per_place: units on one pallet place: 1 for pallets, 0 when they take no room
    :ivar is_heap: loose pieces, which people do not like to see scattered
    """

    __slots__ = ("count", "index", "is_heap", "per_place", "weight_g")

    def __init__(self, index, count, weight_g, per_place, is_heap=False):
        self.index = index
        self.count = count
        self.weight_g = weight_g
        self.per_place = per_place
        self.is_heap = is_heap

    def fits(self, free_g: int, free_places: int) -> int:
        """Units that fit into this much weight and room, were there enough of them."""
        fits = free_g // self.weight_g if self.weight_g else NO_LIMIT
        return min(fits, free_places * self.per_place) if self.per_place else fits

    def places(self, count: int) -> int:
        """Pallet places that so many units take together."""
        return -(-count // self.per_place) if self.per_place else 0


class Group:
    """Trucks that carry the same.

    :ivar repeat: number of trucks
    :ivar free_g: payload that is left on each, grams
    :ivar free_places: places that are left on each
    :ivar content: ``(lot index, units)``
    """

    __slots__ = ("content", "free_g", "free_places", "repeat")

    def __init__(self, repeat, free_g, free_places, content=()):
        self.repeat = repeat
        self.free_g = free_g
        self.free_places = free_places
        self.content = list(content)

    def put(self, lot: Lot, count: int):
        """Put units of a lot on each of these trucks."""
        self.content.append((lot.index, count))
        self.free_g -= count * lot.weight_g
        self.free_places -= lot.places(count)

    def split(self, repeat: int) -> Group:
        """Take so many trucks out of the group."""
        self.repeat -= repeat
        return Group(repeat, self.free_g, self.free_places, self.content)


def plan(lots: list[Lot], limits: list[tuple[int, int]]) -> list[Group]:
    """As few trucks as can be found for these lots, and quickly.

    :param lots: what is to be carried; each unit fits on one of the kinds of truck
    :param limits: payload (grams) and pallet places per kind of truck, ``NO_LIMIT`` if not known
    :return: groups of equal trucks; the free payload and room are those of the kind used to plan
    """
    if not lots:
        return []
    best, best_count = [], NO_LIMIT
    for payload_g, places in limits:
        if any(lot.fits(payload_g, places) < 1 for lot in lots):
            continue
        enough = max(1, least_trucks(lots, payload_g, places))
        for candidate in _candidates(lots, payload_g, places):
            count = sum(group.repeat for group in candidate)
            if count < best_count:
                best, best_count = candidate, count
            if best_count <= enough:
                break
        if best_count > enough:
            best = _deal_fewest(lots, payload_g, places, enough, best_count) or best
            best_count = sum(group.repeat for group in best)
    return best


def least_trucks(lots: list[Lot], payload_g: int, places: int) -> int:
    """No plan on one kind of truck can do with fewer trucks than this.

    Total weight and total room decide; and of units heavier than a part of the payload only so many
    go on one truck.
    """
    least = -(-sum(lot.count * lot.weight_g for lot in lots) // payload_g)
    least = max(least, -(-sum(lot.places(lot.count) for lot in lots) // places))
    count = 0
    for lot in sorted(lots, key=lambda lot: -lot.weight_g):
        if not lot.weight_g or lot.weight_g > payload_g:
            continue
        count += lot.count
        least = max(least, -(-count // (payload_g // lot.weight_g)))
    return least


def _candidates(lots, payload_g, places):
    """Plans of one kind of truck, the one that people expect first."""
    yield _fill(lots, payload_g, places)
    yield _fill(lots, payload_g, places, crumbs=True)
    heavy_first = sorted(lots, key=lambda lot: -lot.weight_g)
    yield _fill(heavy_first, payload_g, places, crumbs=True)
    yield _fill_by_share(_chunks(lots, payload_g), payload_g, places)


def _fill(lots, payload_g, places, crumbs=False):
    """Fill trucks lot by lot; a lot uses the gaps that earlier ones left.

    :param crumbs: scatter loose pieces over every gap, however small
    """
    groups = []
    for lot in lots:
        left, most = lot.count, lot.fits(payload_g, places)
        smallest = 1
        if lot.is_heap:
            whole = next((g for g in groups if lot.fits(g.free_g, g.free_places) >= left), None)
            if whole is not None:
                _put_on_one(groups, whole, lot, left)
                continue
            if not crumbs:
                # a place of the bed, or a twentieth of the truck, is worth a separate heap
                smallest = min(left, most, lot.per_place or -(-most // 20))
        left = _fill_gaps(groups, lot, left, smallest)
        full, rest = divmod(left, most)
        for repeat, count in ((full, most), (1, rest)):
            if repeat and count:
                group = Group(repeat, payload_g, places)
                group.put(lot, count)
                groups.append(group)
    return groups


def _put_on_one(groups, group, lot, count):
    """Put units on one truck of a group, the first one."""
    if group.repeat > 1:
        position = groups.index(group)
        group, others = group.split(1), group
        groups[position : position + 1] = [group, others]
    group.put(lot, count)


def _fill_gaps(groups, lot, left, smallest):
    """Use the gaps of trucks in their order, first fit.

    :return: the units that are left
    """
    weight_g, per_place = lot.weight_g, lot.per_place
    position = 0
    while left and position < len(groups):
        group = groups[position]
        # lot.fits(), written out: this is where planning spends its time
        room = group.free_g // weight_g if weight_g else NO_LIMIT
        if per_place and group.free_places * per_place < room:
            room = group.free_places * per_place
        if room >= smallest and room:
            full, rest = divmod(left, room)
            if full < group.repeat:
                if full:
                    filled = group.split(full)
                    filled.put(lot, room)
                    groups.insert(position, filled)
                if rest:
                    _put_on_one(groups, group, lot, rest)
                return 0
            group.put(lot, room)
            left -= room * group.repeat
        position += 1
    return left


def _chunks(lots, payload_g):
    """The lots in units of one place at most: loose pieces by what one place holds.

    A heap becomes two lots of the same index: whole places, and the last one that is not full.
    """
    chunks = []
    for lot in lots:
        if lot.per_place <= 1:
            chunks.append(lot)
            continue
        size = lot.per_place
        if lot.weight_g:
            size = min(size, payload_g // lot.weight_g)
        whole, rest = divmod(lot.count, size)
        for count, pieces in ((whole, size), (1, rest)):
            if count and pieces:
                chunks.append(_Chunk(lot, count, pieces))
    return chunks


class _Chunk(Lot):
    """Loose pieces that share a place, as a unit.

    :ivar pieces: pieces in one unit
    """

    __slots__ = ("pieces",)

    def __init__(self, lot, count, pieces):
        super().__init__(lot.index, count, lot.weight_g * pieces, 1)
        self.pieces = pieces


def _take(group, lot, count):
    """Put units on trucks, counted as the caller of :func:`plan` counts them."""
    group.put(lot, count)
    if isinstance(lot, _Chunk):
        group.content[-1] = (lot.index, count * lot.pieces)


def _fill_by_share(lots, payload_g, places):
    """Whole trucks of the units of which as many fit, then the rests, largest share first."""
    classes = defaultdict(list)
    for lot in lots:
        classes[lot.fits(payload_g, places)].append(lot)
    groups, rests = [], []
    for most in sorted(classes):
        room = most  # units that still go on the truck that is being filled
        begun = []
        for lot in classes[most]:
            left = lot.count
            if begun:
                count = min(left, room)
                begun.append((lot, count))
                left -= count
                room -= count
                if not room:
                    group = Group(1, payload_g, places)
                    for part, number in begun:
                        _take(group, part, number)
                    groups.append(group)
                    begun, room = [], most
            full, rest = divmod(left, most)
            if full:
                group = Group(full, payload_g, places)
                _take(group, lot, most)
                groups.append(group)
            if rest:
                begun.append((lot, rest))
                room -= rest
        rests.extend(begun)
    for lot, count in rests:
        left = count
        position = 0
        while left and position < len(groups):
            group = groups[position]
            position += 1
            room = min(left, lot.fits(group.free_g, group.free_places))
            if room > 0:
                if group.repeat > 1:
                    groups.insert(position, group)
                    group = groups[position - 1] = group.split(1)
                _take(group, lot, room)
                left -= room
        if left:
            group = Group(1, payload_g, places)
            _take(group, lot, left)
            groups.append(group)
    return groups


def _deal_fewest(lots, payload_g, places, enough, known):
    """Deal to as few trucks as possible, fewer than ``known`` and not fewer than ``enough``.

    :return: groups, or ``None`` when not even one truck less is possible so
    """
    chunks = _chunks(lots, payload_g)
    best = _deal(chunks, payload_g, places, known - 1)
    low, high = enough, known - 1  # ``high`` trucks are enough, with less than ``low`` no need
    while best and low < high:
        middle = (low + high) // 2
        candidate = _deal(chunks, payload_g, places, middle)
        if candidate is None:
            low = middle + 1
        else:
            best, high = candidate, middle
    return best


def _deal(lots, payload_g, places, count):
    """Deal all units to so many trucks like cards, heaviest first.

    Units without room are dealt from the other end, so that the trucks stay within one unit.

    :return: groups, or ``None`` when a truck would be overloaded
    """
    # index, weight, room (0 or 1), pieces of a unit; units for each truck; the trucks with one more
    dealt = []
    placed = sorted((lot for lot in lots if lot.per_place), key=lambda lot: -lot.weight_g)
    others = sorted((lot for lot in lots if not lot.per_place), key=lambda lot: -lot.weight_g)
    cuts = {0, count}
    for batch, backwards in ((placed, False), (others, True)):
        for lot, end in zip(batch, accumulate(lot.count for lot in batch), strict=True):
            share, rest = divmod(lot.count, count)
            first = (end - lot.count) % count
            spans = [(first, min(first + rest, count)), (0, max(first + rest - count, 0))]
            if backwards:
                spans = [(count - stop, count - start) for start, stop in spans]
            pieces = lot.pieces if isinstance(lot, _Chunk) else 1
            dealt.append((lot.index, lot.weight_g, lot.per_place, pieces, share, *spans))
            cuts.update(cut for span in spans for cut in span)
    groups = []
    borders = sorted(cuts)
    for start, stop in zip(borders, borders[1:], strict=False):
        free_g, free_places, content = payload_g, places, []
        for index, weight_g, room, pieces, share, (first, last), (again, until) in dealt:
            units = share + (first <= start < last or again <= start < until)
            if units:
                free_g -= units * weight_g
                free_places -= units * room
                content.append((index, units * pieces))
        if free_g < 0 or free_places < 0:
            return None
        if content:
            groups.append(Group(stop - start, free_g, free_places, content))
    return groups
