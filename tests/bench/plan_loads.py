"""Plan 2,000 loads of 12 products: against the simplest planner, whatever the size of an order.

No database is needed: the planner is pure. The bare engine fills truck after truck in the order of
the items, never looks back and only counts them.
"""

import random
import time

from odoo.addons.bti_sales.tools import loading

FLOORS = {}
BARS = {"times next fit": 20, "trucks against next fit": 1, "five times the goods": 2}
LOADS = 2_000
SIZES = (5_000, 20_000, 100_000)  # largest number of pieces of a product
TRUCK = loading.Truck(payload_g=25_000_000, pallet_places=22)


def measure(_database):
    """Seconds of all loads for small and large orders, and the trucks that they take."""
    seconds, times, trucks = {}, [], []
    for largest in SIZES:
        loads = _make_loads(largest)
        bare, bare_trucks = _time(_next_fit, loads)
        seconds[largest], our_trucks = _time(loading.plan_loads, loads)
        times.append(seconds[largest] / bare)
        trucks.append(our_trucks / bare_trucks)
    return {
        **{f"seconds, up to {largest:,} pieces": seconds[largest] for largest in SIZES},
        "times next fit": times,
        "trucks against next fit": trucks,
        "five times the goods": seconds[SIZES[2]] / seconds[SIZES[1]],
    }


def _time(plan, loads):
    """Processor seconds of planning all loads, and the trucks together."""
    start = time.process_time()
    trucks = sum(len(plan(items, TRUCK)) for items in loads)
    return time.process_time() - start, trucks


def _make_loads(largest):
    """Mixed loads of 12 products, the same at each run."""
    rng = random.Random(1)

    def item(key):
        size = rng.choice([0, 100, 148, 253])
        form = rng.choice(["loose", "pallet", "mixed"])
        pieces = rng.randint(1, largest)
        if form == "pallet" and size:
            pieces = max(1, pieces // size) * size
        return loading.Item(key, pieces, size, rng.randint(1_000, 12_000), 20_000, form)

    return [[item(key) for key in range(12)] for _load in range(LOADS)]


def _next_fit(items, truck):
    """Truck after truck in the order of the items, as a list of so many."""
    trucks, payload, places = 1, truck.payload_g, truck.pallet_places
    for item in items:
        pallets, loose = item.split
        size = item.pieces_per_pallet
        pallet_weight = size * item.piece_weight_g + item.pallet_tare_g
        while pallets or loose:
            taken = min(pallets, places, payload // pallet_weight)
            pallets -= taken
            places -= taken
            payload -= taken * pallet_weight
            if not pallets:
                taken = min(loose, payload // item.piece_weight_g, places * size or loose)
                loose -= taken
                places -= loading.loose_places(taken, size)
                payload -= taken * item.piece_weight_g
            if pallets or loose:
                trucks, payload, places = trucks + 1, truck.payload_g, truck.pallet_places
    return range(trucks)
