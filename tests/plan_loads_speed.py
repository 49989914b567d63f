"""Time of planning 2,000 loads of 12 products: ``python tests/plan_loads_speed.py``.

No Odoo and no database: tools/loading.py is pure. The aim is less than a second for 2,000 loads of
what one order takes, whatever its size.
"""

import importlib
import random
import sys
import time
import types
from pathlib import Path

TOOLS = Path(__file__).parents[1] / "addons/bti_sales/tools"
LOADS = 2_000
SIZES = (500, 2_000, 5_000, 20_000, 100_000)  # largest number of pieces of a product


def load_tools():
    """tools.loading without the addon around it, which needs Odoo."""
    package = types.ModuleType("bti_tools")
    package.__path__ = [str(TOOLS)]
    sys.modules["bti_tools"] = package
    return importlib.import_module("bti_tools.loading")


def make_loads(loading, largest, count=LOADS):
    """Mixed loads of 12 products, the same at each run."""
    rng = random.Random(1)

    def item(key):
        size = rng.choice([0, 100, 148, 253])
        form = rng.choice(["loose", "pallet", "mixed"])
        pieces = rng.randint(1, largest)
        if form == "pallet" and size:
            pieces = max(1, pieces // size) * size
        return loading.Item(key, pieces, size, rng.randint(1_000, 12_000), 20_000, form)

    return [[item(key) for key in range(12)] for _load in range(count)]


def main():
    """Print seconds per 2,000 loads for small and large orders."""
    loading = load_tools()
    truck = loading.Truck(payload_g=25_000_000, pallet_places=22)
    for largest in SIZES:
        loads = make_loads(loading, largest)
        start = time.perf_counter()
        trucks = sum(len(loading.plan_loads(items, truck)) for items in loads)
        seconds = time.perf_counter() - start
        print(f"up to {largest:>7} pieces: {trucks / LOADS:6.1f} trucks, {seconds:.2f} s")


if __name__ == "__main__":
    main()
