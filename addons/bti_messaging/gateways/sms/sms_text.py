"""How an SMS text is coded and how many parts it takes (3GPP TS 23.038 and 23.040)."""

import re
import unicodedata
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

# Signs of typography and letters without a base letter of their own, in keyboard writing. The same
# table is in static/src/sms_text/sms_text.js; tests/data/sms_text_cases.json holds both to it.
PLAIN_SIGNS = {
    "’": "'", "‘": "'", "‚": "'", "′": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "•": "-", "·": "-",
    "…": "...", "×": "x", "°": "o", "²": "2", "³": "3", "½": "1/2", "¼": "1/4",
    "œ": "oe", "Œ": "OE", "™": "TM", "©": "(c)", "®": "(R)",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ",
    "\u200b": "", "\u200e": "", "\u200f": "", "\ufeff": "", "\u00ad": "",
}  # fmt: skip

_BASIC = frozenset(GSM_BASIC) - {"\x1b"}
_EXTENSION = frozenset(GSM_EXTENSION)
_KEPT = re.compile(r"(\{\{.*?\}\}|https?://\S+)")


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


def unicode_chars(text):
    """The characters that force 16-bit coding.

    :param str text: the text of a message
    :return: each once, in their order
    :rtype: list[str]
    """
    return list(dict.fromkeys(char for char in text if not (char in _BASIC or char in _EXTENSION)))


def plain_text(text):
    """The text with what the GSM alphabet lacks written more simply: ``prêt`` becomes ``pret``.

    Letters lose the accent that forces 16-bit coding, typographic signs become those of a
    keyboard. Letters that the alphabet has (é, è, à, ù, É, Ç...) stay. When something is left that
    no plain writing exists for (Arabic, an emoji), the accents would be lost for nothing: the text
    comes back unchanged.

    :param str text: the text of a message
    :rtype: str
    """
    plain = "".join(_plain_char(char) for char in unicodedata.normalize("NFC", text))
    return plain if sms_parts(plain).coding == GSM7 else text


def plain_template(text):
    """``plain_text`` of what people read: fields to fill in and links stay as they are, changed
    they would no longer work.

    :param str text: the body of a template, or of a message
    :rtype: str
    """
    pieces = _KEPT.split(text)
    plain = "".join(piece if index % 2 else plain_text(piece) for index, piece in enumerate(pieces))
    return plain if sms_parts(plain).coding == GSM7 else text


def _plain_char(char):
    if char in _BASIC or char in _EXTENSION:
        return char
    if char in PLAIN_SIGNS:
        return PLAIN_SIGNS[char]
    base = unicodedata.normalize("NFD", char)[0]
    return base if base in _BASIC else char
