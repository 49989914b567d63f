"""What an order comes to, and whether it stays within what somebody has agreed to.

Plain values, no ORM: a content is a dict ``client``, ``site``, ``currency`` (ids), ``total`` (with
taxes) and ``lines``: ``[product id, quantity in its stock unit, net price of one]``.
"""

import hashlib
import json

_NO_MORE = 1e-6


def covers(agreed, content):
    """Tell whether who has agreed to one content has agreed to another one too.

    It has: no more of any product at its price or below, nothing else, no higher total, for the
    same client and site.

    :param dict agreed: what was agreed to, ``None`` when nothing is known of it
    :param dict content: what is asked
    :rtype: bool
    """
    if not agreed or any(agreed[key] != content[key] for key in ("client", "site", "currency")):
        return False
    if content["total"] > agreed["total"] + _NO_MORE:
        return False
    return all(
        _count(content, product, price) <= _count(agreed, product, price) + _NO_MORE
        for product, _quantity, price in content["lines"]
    ) and {line[0] for line in content["lines"]} <= {line[0] for line in agreed["lines"]}


def _count(content, product, price):
    """How much of a product a content has at a price or below."""
    return sum(
        line[1] for line in content["lines"] if line[0] == product and line[2] <= price + _NO_MORE
    )


def get_mark(facts):
    """A short mark of what somebody was shown: equal facts have equal marks.

    :param facts: plain values
    :return: 32 hexadecimal digits
    :rtype: str
    """
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]
