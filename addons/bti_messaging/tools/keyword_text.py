"""Keywords in what people write: pure functions.

Only a whole message counts: "non stop" and "ne pas arrêter la livraison" ask for nothing.
"""

import re
import unicodedata

# Letters that no decomposition takes apart.
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ٱ": "ا", "ـ": None})
# A code (of an order, of a campaign) has a figure and is one word.
CODE = re.compile(r"^(?=\S*\d)\S{1,30}$")


def normalise(text):
    """Reduce a text to what its writer meant: no case, accents, tatweel, harakat, hamza forms,
    invisible signs, outer punctuation; single spaces.

    :param str text: as written
    :rtype: str
    """
    letters = unicodedata.normalize("NFKD", text or "").casefold().translate(LETTERS)
    kept = "".join(
        " " if character.isspace() else character
        for character in letters
        if character.isspace() or unicodedata.category(character) not in ("Mn", "Cf", "Cc")
    )
    return strip_punctuation(" ".join(kept.split()))


def strip_punctuation(text):
    """:return: the text without what is neither letter nor digit at its ends"""
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return text[start:end]


def read_words(lines):
    """:param str lines: one word or expression per line
    :return: the normalised words, in their order, without doubles
    :rtype: list[str]
    """
    return list(dict.fromkeys(filter(None, map(normalise, (lines or "").splitlines()))))


def match(text, words, brands=(), code=False):
    """Find the word that a whole message consists of.

    :param str text: normalised
    :param words: normalised words
    :param brands: normalised names that may follow the word
    :param bool code: whether one code may follow it
    :return: the code or name that follows, "" when nothing does, None when no word fits
    :rtype: str | None
    """
    # the longest first: "stop sms" before "stop" followed by the brand "sms"
    for word in sorted(words, key=len, reverse=True):
        if text == word:
            return ""
        rest = text[len(word) :]
        if not text.startswith(word) or rest[0].isalnum():
            continue
        rest = strip_punctuation(rest)
        if rest in brands or (code and CODE.match(rest)):
            return rest
    return None
