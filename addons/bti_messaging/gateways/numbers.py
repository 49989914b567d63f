"""Phone numbers: what can be said about one without asking anybody."""

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
    """Read a phone number as people write it.

    :param str number: digits in any script, with or without the country prefix
    :param str region: two-letter code of the country where it was written
    :return: None when it cannot be a phone number
    :rtype: Number | None
    """
    found = None
    for candidate in _candidates(number or ""):
        try:
            parsed = phonenumbers.parse(candidate, region or None)
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_possible_number(parsed):
            continue
        valid = phonenumbers.is_valid_number(parsed)
        if found is None or (valid and not found.valid):
            found = Number(
                e164=phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
                valid=valid,
                mobile=phonenumbers.number_type(parsed) not in NOT_MOBILE,
            )
        if valid:
            break
    return found


def _candidates(number):
    """Yield the number as written, then as an international one without its plus sign."""
    yield number
    bare = number.strip()
    if not bare.startswith("+"):
        yield "+" + bare.removeprefix("00")


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
        found = analyse(sender, region)
    return Sender(found.e164, True) if found else Sender(sender, False)


def get_national(number):
    """The digits of a number without country prefix and leading zero, which every spelling
    contains: ``550123456``.

    :param str number: E.164
    :rtype: str
    """
    return str(phonenumbers.parse(number).national_number)
