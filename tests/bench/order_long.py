"""Create and confirm an order of 200 lines: a line costs what it costs among 20."""

import order

BARS = {"queries": 1.10, "seconds": 1.15, "processor": 1.15, "growth": 1.25}
SIZES = (20, 200)


def setup(env):
    """As for the short order, with more products."""
    return order.setup(env, SIZES[-1])


def run(env, data, size):
    """What is measured."""
    order.run(env, {**data, "products": data["products"][:size]})
