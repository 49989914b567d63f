"""Phone numbers: what can be said about one without asking anybody."""

import functools
import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType as Type

# Kinds of numbers that surely cannot receive an SMS. UNKNOWN is not among them: numbering
# plans grow faster than the library, a number of the right length is tried.
NOT_MOBILE = frozenset(
    {
        Type.FIXED_LINE,
        Type.TOLL_FREE,
        Type.PREMIUM_RATE,
        Type.SHARED_COST,
        Type.VOIP,
        Type.UAN,
        Type.VOICEMAIL,
    }
)

# "550123456.0": a column of a spreadsheet that was read as amounts.
SPREADSHEET = re.compile(r"(?<=[0-9]{8})[.,]0+(?![0-9])")
# What is not in a number: words, and signs between numbers. A line ends a number too.
ELSE = re.compile(r"[^0-9+()./ -]+")
# What a telephone puts between digits without being seen: marks of the direction of writing, and
# those that make a picture of a digit (U+FE0F, U+20E3) or an accent.
MARKS = frozenset({"Cf", "Mn", "Me"})
# Digits written together, and a plus sign before them.
GROUP = re.compile(r"\+?[0-9]+")
NO_DIGIT = re.compile(r"[^0-9+]+")
# Groups of digits in one field; more than that are no phone numbers.
MAX_GROUPS = 40

# Fewer digits are in too many numbers to find anybody by them.
SHORTEST_PART = 3

# Digits; nobody's full number is as short, in the countries that have some operator.
LONGEST_SHORT_CODE = 6


@dataclass(frozen=True)
class Number:
    """``e164`` as ``+213550123456``; ``valid``: known to the numbering plan; ``mobile``:
    may receive an SMS."""

    e164: str
    valid: bool
    mobile: bool


def analyse(number, region=None):
    """Read a phone number as people write it; of several the one for an SMS.

    :param str number: digits in any script, with or without the country prefix
    :param str region: two-letter code of the country where it was written
    :return: the first mobile number, else the first one; None when there is none
    :rtype: Number | None
    """
    found = read_all(number, region)
    return next((one for one in found if one.mobile), found[0] if found else None)


def read_all(text, region=None):
    """Read all phone numbers of one field, where people write a second number, a name or what
    a spreadsheet made of the number.

    Without "+" or "00" a number is one of this country; it belongs to its numbering plan, or has
    at least the length of a mobile number there.

    :param str text: as typed
    :param str region: two-letter code of the country where it was written
    :return: each number once, in the order of the text
    :rtype: tuple[Number]
    """
    return _read_all(text or "", region or "")


def is_one(text, region=None):
    """Whether a field holds one number and nothing else.

    :param str text: as typed
    :param str region: two-letter code of the country where it was written
    :rtype: bool
    """
    plain = SPREADSHEET.sub("", _simplify(text or ""))
    return not ELSE.search(plain) and _read(plain, region) is not None


def read_parts(text, region=None):
    """What E.164 numbers contain of what somebody types to find one: a number or a part of one, as
    he says it or as he reads it somewhere, among other words when it is whole.

    >>> read_parts("0550 00 01 20", "DZ")
    ('+213550000120',)
    >>> read_parts("0550 00", "DZ")
    ('055000', '+21355000')

    :param str text: as typed
    :param str region: two-letter code of the country where it is typed
    :return: texts, each of which is looked for in the numbers; none when these are no digits
    :rtype: tuple[str]
    """
    if whole := read_all(text, region):
        return tuple(number.e164 for number in whole)
    plain = SPREADSHEET.sub("", _simplify(text or ""))
    digits = NO_DIGIT.sub("", plain)
    typed = digits.removeprefix("+")
    if ELSE.search(plain) or "+" in typed or len(typed) < SHORTEST_PART:
        return ()
    prefix = phonenumbers.country_code_for_region(region) if region else 0
    parts = [] if digits != typed else [typed]
    if digits.startswith(("+", "00")):
        parts.append(f"+{typed.removeprefix('00')}")
    elif digits.startswith("0"):
        parts.append(f"+{prefix}{digits[1:]}" if prefix else digits[1:])
    # "+213 (0) 550": no number has a zero there
    return tuple(re.sub(rf"^\+{prefix}0(?=[0-9])", f"+{prefix}", part) for part in parts)


@functools.lru_cache(maxsize=4096)
def _read_all(text, region):
    text = SPREADSHEET.sub("", _simplify(text))
    found = {}
    for chunk in ELSE.split(text):
        for number in _read_chunk(chunk, region):
            found.setdefault(number.e164, number)
    return tuple(found.values())


def _simplify(text):
    """:return: the text with digits, dashes and spaces in their plainest form"""
    plain = []
    for character in text:
        category = unicodedata.category(character)
        if character.isdecimal():
            plain.append(str(unicodedata.decimal(character)))
        elif category == "Pd":
            plain.append("-")
        elif category not in MARKS:
            plain.append(" " if character.isspace() and character != "\n" else character)
    return "".join(plain).replace("\uff0b", "+")


def _read_chunk(chunk, region):
    """:return: the numbers of a text that has digits and the signs between them only"""
    if whole := _read(chunk, region):
        return [whole]
    numbers = []
    for part in chunk.split("/"):
        numbers += _read_groups(GROUP.findall(part), region)
    return numbers


def _read_groups(groups, region):
    """Share groups of digits out over numbers; each group belongs to one, or there is none.

    :param list[str] groups: digits, perhaps after a plus sign
    :return: the numbers
    """
    if len(groups) > MAX_GROUPS:
        return []
    # the first group that is not yet shared out: the numbers so far
    ways = {0: []}
    for begin in range(len(groups)):
        if begin not in ways:
            continue
        for end in range(begin + 1, len(groups) + 1):
            if end not in ways and (number := _read(" ".join(groups[begin:end]), region)):
                ways[end] = [*ways[begin], number]
    return ways.get(len(groups), [])


def _read(written, region):
    """:return: one number, None if this is not exactly one
    :rtype: Number | None
    """
    written = NO_DIGIT.sub("", written)
    if written.startswith("00"):
        written = f"+{written[2:]}"
    if written.startswith("+"):
        return _parse(written, None)
    prefix = phonenumbers.country_code_for_region(region) if region else 0
    if not prefix or "+" in written:
        return None
    found = _parse(written, region)
    if not (found and found.valid) and written.startswith(str(prefix)):
        full = _parse(f"+{written}", None)
        found = full if full and (full.valid or not found) else found
    return found


def _parse(written, region):
    try:
        parsed = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    valid = phonenumbers.is_valid_number(parsed)
    if region and not valid:
        own = parsed.country_code == phonenumbers.country_code_for_region(region)
        if not own or not phonenumbers.is_possible_number_for_type(parsed, Type.MOBILE):
            return None
    return Number(
        e164=phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        valid=valid,
        mobile=phonenumbers.number_type(parsed) not in NOT_MOBILE,
    )


def mask(number):
    """Hide the middle of a number, for logs: ``+2135*****56``."""
    return f"{number[:5]}{'*' * max(len(number) - 7, 0)}{number[-2:]}" if number else ""


@dataclass(frozen=True)
class Sender:
    """Who wrote: ``address`` is E.164 for a phone, else as it came (a name, a short code);
    ``person`` tells whether somebody can be answered there."""

    address: str
    person: bool


def read_sender(sender, region=None):
    """Read the sender of an inbound message. A person always has a full number; what is shorter
    (services of operators) or has letters is kept as it is.

    :param str sender: as the provider gives it
    :param str region: two-letter code of the country where the message was received
    :rtype: Sender
    """
    sender = " ".join((sender or "").split())
    digits = sum(character.isdigit() for character in sender)
    found = None
    if digits > LONGEST_SHORT_CODE and not any(character.isalpha() for character in sender):
        # providers write the number in full, often without its plus sign
        found = analyse(sender, region) or analyse(f"+{sender.removeprefix('00')}")
    return Sender(found.e164, True) if found else Sender(sender, False)


def get_national(number):
    """The digits of a number without country prefix and leading zero, which every spelling
    contains: ``550123456``.

    :param str number: E.164
    :rtype: str
    """
    return str(phonenumbers.parse(number).national_number)


def get_country(number):
    """The country to whose numbering plan a number belongs.

    :param str number: E.164; anything else belongs to none
    :return: two letters, or ""
    :rtype: str
    """
    if not (number or "").startswith("+"):
        return ""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""
    except phonenumbers.NumberParseException:
        return ""
