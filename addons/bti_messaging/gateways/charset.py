"""Bytes and texts from outside made safe to store: pure functions."""

import math
import re

# The charsets that SMS gateways name, as Python names them. Anything else is guessed; Python's own
# list is not asked, it holds "charsets" that decompress or interpret.
CHARSETS = {
    "UTF8": "utf-8",
    "UTF16": "utf-16-be",
    "UTF16BE": "utf-16-be",
    "UTF16LE": "utf-16-le",
    "UCS2": "utf-16-be",
    "UCS2BE": "utf-16-be",
    "ISO10646UCS2": "utf-16-be",
    "ASCII": "ascii",
    "USASCII": "ascii",
    "ISO88591": "latin-1",
    "LATIN1": "latin-1",
    "ISO88596": "iso8859-6",
    "ISO885915": "iso8859-15",
    "WINDOWS1252": "cp1252",
    "CP1252": "cp1252",
    "WINDOWS1256": "cp1256",
    "CP1256": "cp1256",
}
CODING_UCS2 = "2"
# Half of a character of UTF-16; PostgreSQL stores none, nor NUL.
SURROGATE = re.compile("[\ud800-\udfff]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"
# What no text has in itself: two bytes of a letter read one by one show as such.
CONTROLS = frozenset({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D})
# Letters, digits, signs and pictures that people here write.
READABLE = re.compile(
    "[\t\n\r -~\xa0-\u024f\u0600-\u077f\u2000-\u20cf\u2d30-\u2d7f\ufb50-\ufeff"
    "\U00010000-\U0010ffff]"
)


def decode(raw, charset="", coding=""):
    """Read the text of a message; whatever the bytes, nothing is refused and nothing lost.

    :param bytes raw: the text as it came
    :param str charset: its declared charset; may be empty, unknown or wrong
    :param str coding: Kannel's coding, "2" for UCS-2
    :return: the text; half characters of UTF-16 are kept as they are, see ``clean``
    """
    name = CHARSETS.get(re.sub(r"[^A-Z0-9]", "", charset.upper()))
    candidates = [name, "utf-8", "utf-16-be"] if coding == CODING_UCS2 else [name, "utf-8"]
    for candidate in filter(None, [_guess(raw, name, coding), *candidates]):
        wide = candidate.startswith("utf-16")
        if wide and len(raw) % 2:
            continue
        try:
            return raw.decode(candidate, "surrogatepass" if wide else "strict")
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _guess(raw, declared, coding):
    """What the bytes themselves say, whatever was declared. Those of UCS-2 read one by one are full
    of control characters (an Arabic letter begins with 06), other texts have none; and letters of
    another charset are hardly ever UTF-8 by chance.

    :return: charset, or None when they say nothing
    """
    if CONTROLS.isdisjoint(raw):
        if max(raw, default=0) > 0x7F:
            try:
                raw.decode()
                return "utf-8"
            except UnicodeDecodeError:
                return None
        return None
    if coding not in (CODING_UCS2, "") or len(raw) % 2:
        return None
    names = sorted(("utf-16-be", "utf-16-le"), key=lambda name: name != declared)
    best, readable = max(
        ((name, len(READABLE.findall(raw.decode(name, "surrogatepass")))) for name in names),
        key=lambda found: found[1],
    )
    # bytes that are no letters either way are left to the declared charset
    return best if 4 * readable >= len(raw) else None


def clean(text):
    """:return: the text without what PostgreSQL cannot store: NUL and half characters become
    a visible replacement, halves that belong together become their character"""
    if not UNSTORABLE.search(text):
        return text
    joined = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return UNSTORABLE.sub(REPLACEMENT, joined)


def clean_values(value):
    """:return: the same texts, lists and dictionaries, each text as by ``clean``; a number that is
    none (NaN, Infinity) is left out, JSON knows none"""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {clean_values(key): clean_values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_values(item) for item in value]
    return value
