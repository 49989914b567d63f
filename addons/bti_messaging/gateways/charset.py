"""Bytes and texts from outside made safe to store: pure functions."""

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


def decode(raw, charset="", coding=""):
    """Read the text of a message; whatever the bytes, nothing is refused and nothing lost.

    :param bytes raw: the text as it came
    :param str charset: its declared charset; may be empty, unknown or wrong
    :param str coding: Kannel's coding, "2" for UCS-2
    :return: the text; half characters of UTF-16 are kept as they are, see ``clean``
    """
    name = CHARSETS.get(re.sub(r"[^A-Z0-9]", "", charset.upper()))
    candidates = [name, "utf-8", "utf-16-be"] if coding == CODING_UCS2 else [name, "utf-8"]
    # letters of UCS-2 read as one byte each show as NUL: the declared charset is wrong then
    if coding == CODING_UCS2 and b"\x00" in raw and name not in ("utf-16-be", "utf-16-le"):
        candidates.insert(0, "utf-16-be")
    for candidate in filter(None, candidates):
        wide = candidate.startswith("utf-16")
        if wide and len(raw) % 2:
            continue
        try:
            return raw.decode(candidate, "surrogatepass" if wide else "strict")
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def clean(text):
    """:return: the text without what PostgreSQL cannot store: NUL and half characters become
    a visible replacement, halves that belong together become their character"""
    if not UNSTORABLE.search(text):
        return text
    joined = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return UNSTORABLE.sub(REPLACEMENT, joined)


def clean_values(value):
    """:return: the same texts, lists and dictionaries, each text as by ``clean``"""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean_values(key): clean_values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_values(item) for item in value]
    return value
