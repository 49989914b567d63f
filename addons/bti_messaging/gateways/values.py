"""Reading JSON that others wrote: whatever its types are, nothing raises and nothing is lost."""

import hashlib
import json
import math
from datetime import UTC, datetime, timedelta

from .charset import clean_values

EPOCH = datetime(1970, 1, 1)
# What a provider, or a program between, writes where there is no name.
NO_NAMES = {"", "none", "null", "undefined", "nan", "false", "unknown"}
LONGEST_NAME = 200
# More digits than any id: Python refuses to read numbers of some thousands.
LONGEST_NUMBER = 40
# Longer keys of events are shortened to what identifies them all the same.
LONGEST_KEY = 200
SECOND = 1
MILLISECOND = 1000


def load(body):
    """Read a JSON object from the bytes of a request; its numbers keep all digits.

    :param bytes body: as received
    :return: the object, its texts as by ``charset.clean``
    :rtype: dict
    :raises ValueError: it is no JSON object
    """
    try:
        content = clean_values(json.loads(body, parse_int=_read_integer))
    except RecursionError:
        raise ValueError("lists within lists without an end") from None
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
    return content


def _read_integer(digits):
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def as_dict(value):
    """:return: the value if it is a JSON object, else an empty one"""
    return value if isinstance(value, dict) else {}


def as_list(value):
    """:return: the value if it is a list, else an empty one"""
    return value if isinstance(value, list) else []


def as_text(value):
    """:return: an id or a text, whatever JSON type it came as; "" for what is neither
    :rtype: str
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return str(int(value)) if int(value) == value else str(value)


def read_id(value):
    """:return: an id as text without spaces around, "" when there is none
    :rtype: str
    """
    return as_text(value).strip()


def read_name(value):
    """:return: what somebody calls himself, "" for words that stand for no name
    :rtype: str
    """
    name = as_text(value).strip()[:LONGEST_NAME]
    return "" if name.lower() in NO_NAMES else name


def read_time(value, unit=SECOND):
    """Read a moment: a number since 1970, also as digits, or an ISO date with its offset.

    :param int unit: ``SECOND`` or ``MILLISECOND``
    :return: naive UTC, without fractions; None for 0, negative, out of the calendar, or no moment
    :rtype: datetime | None
    """
    try:
        if isinstance(value, str) and not value.strip().lstrip("-").isdecimal():
            moment = datetime.fromisoformat(value.strip())
            if moment.tzinfo is None:
                return None
            return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        if isinstance(value, bool):
            return None
        seconds = int(value) // unit
        return EPOCH + timedelta(seconds=seconds) if seconds > 0 else None
    except (TypeError, ValueError, OverflowError):
        return None


def digest(value):
    """:return: hexadecimal digits, the same for the same JSON value however it was written
    :rtype: str
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def as_objects(value):
    """:return: the objects of a list, what else stands there left out; one alone is a list too
    :rtype: list[dict]
    """
    return [item for item in (as_list(value) or [value]) if isinstance(item, dict)]


def read_number(value, low, high):
    """:return: a number between two others, also when it came as text; None when it is none
    :rtype: float | None
    """
    try:
        number = float(as_text(value))
    except ValueError:
        return None
    return number if low <= number <= high else None


def make_key(*parts):
    """:param parts: texts that identify a fact together
    :return: the same for the same parts, of ``LONGEST_KEY`` characters at most
    :rtype: str
    """
    key = ":".join(parts)
    if len(key) <= LONGEST_KEY:
        return key
    tail = digest(key)
    return f"{key[: LONGEST_KEY - len(tail) - 1]}:{tail}"
