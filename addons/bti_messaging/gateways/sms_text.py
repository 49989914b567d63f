"""How an SMS text is coded and how many parts it takes (3GPP TS 23.038 and 23.040)."""

from dataclasses import dataclass

# GSM 7-bit default alphabet; index = code, 0x1B (escape) stands for the extension table.
GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Extension table: an escape followed by a code, so two septets each.
GSM_EXTENSION = "\f^{}\\[~]|€"

GSM7 = "gsm7"
UCS2 = "ucs2"

# coding: (units in a single SMS, units in each part of a long one)
LIMITS = {GSM7: (160, 153), UCS2: (70, 67)}

_BASIC = frozenset(GSM_BASIC) - {"\x1b"}
_EXTENSION = frozenset(GSM_EXTENSION)


@dataclass(frozen=True)
class SmsText:
    """``coding`` is GSM7 or UCS2, ``units`` are septets or 16-bit units, ``parts`` SMS."""

    coding: str
    units: int
    parts: int


def sms_parts(text):
    """Tell how a text will travel.

    A part never ends inside an escape pair or a surrogate pair, hence the count by
    character: the last unit of a part may stay empty.

    :param str text: the text of the message
    :rtype: SmsText
    """
    coding = GSM7 if all(char in _BASIC or char in _EXTENSION for char in text) else UCS2
    sizes = [_char_units(char, coding) for char in text]
    units = sum(sizes)
    single, multi = LIMITS[coding]
    if units <= single:
        return SmsText(coding, units, 1)
    parts, room = 1, multi
    for size in sizes:
        if size > room:
            parts, room = parts + 1, multi
        room -= size
    return SmsText(coding, units, parts)


def _char_units(char, coding):
    if coding == GSM7:
        return 2 if char in _EXTENSION else 1
    return 2 if ord(char) > 0xFFFF else 1
