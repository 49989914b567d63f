"""Keywords in what people write: pure functions.

Only a whole message counts: "non stop" and "ne pas arrêter la livraison" ask for nothing. A whole
message may be polite, say the word twice, name the sender, or have the phone's signature under it.
"""

import re
import unicodedata
from functools import lru_cache

# Letters that no decomposition takes apart, and those of Persian keyboards.
LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ٱ": "ا", "ـ": None, "ی": "ي", "ک": "ك"}
)
# A code (of an order, of a campaign) has a figure and is one word.
CODE = re.compile(r"^(?=\S*\d)\S{1,30}$")
TOKEN = re.compile(r"[^\W_]+")
BETWEEN = re.compile(r"[\W_]*")
# A number as people write it: 0550 12 34 56, 0550-12-34-56.
NUMBER = re.compile(r"\d(?:[\d .()/-]*\d)?(?![^\W_])")
# The line that mail programs put above a signature.
SIGNATURE_LINE = re.compile(r"^\s*(--|—|__)\s*$")


def normalise(text):
    """Reduce a text to what its writer meant: no case, accents, tatweel, harakat, hamza forms,
    invisible signs, outer punctuation; digits of any script as 0-9; single spaces.

    :param str text: as written
    :rtype: str
    """
    letters = unicodedata.normalize("NFKD", text or "").casefold().translate(LETTERS)
    kept = "".join(
        " " if character.isspace() else _read_digit(character)
        for character in letters
        if character.isspace() or unicodedata.category(character) not in ("Mn", "Cf", "Cc")
    )
    return strip_punctuation(" ".join(kept.split()))


def _read_digit(character):
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


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
    return list(_read_words(lines or ""))


@lru_cache(maxsize=512)
def _read_words(lines):
    return tuple(dict.fromkeys(filter(None, map(normalise, lines.splitlines()))))


def strip_signature(text, beginnings=()):
    """:param str text: as written
    :param beginnings: normalised words with which phones begin the line that they add
    :return: the text above such a line; what begins with one is left as it is
    :rtype: str
    """
    lines = (text or "").splitlines()
    for index, line in enumerate(lines[1:], start=1):
        above = "\n".join(lines[:index])
        if not above.strip():
            continue
        words = normalise(line)
        if SIGNATURE_LINE.match(line) or any(_begins(words, start) for start in beginnings):
            return above
    return text or ""


def _begins(text, phrase):
    return bool(_pattern(phrase).match(text))


@lru_cache(maxsize=4096)
def _pattern(phrase):
    """The words of a phrase with anything but letters between them, and none behind."""
    return re.compile(r"[\W_]+".join(map(re.escape, TOKEN.findall(phrase))) + r"(?![^\W_])")


def contains(text, phrase):
    """Whether a text has a word or expression among others, as a whole.

    :param str text: normalised
    :param str phrase: normalised
    :rtype: bool
    """
    pattern = _pattern(phrase)
    starts = (token.start() for token in TOKEN.finditer(text))
    return bool(TOKEN.search(phrase)) and any(pattern.match(text, start) for start in starts)


def match(text, words, brands=(), code=False, around=()):
    """Find the word that a whole message consists of.

    :param str text: normalised
    :param words: normalised words, of which one at least is in it
    :param brands: normalised names that may stand beside the word; of numbers the digits alone
    :param bool code: whether one code may follow it
    :param around: normalised polite words and the like, which say nothing
    :return: the code or name beside it, "" when nothing is, None when no word fits
    :rtype: str | None
    """
    if not any(_pattern(word).search(text) for word in words):
        return None
    reading = _Reading(text, words, brands, code, around)
    return reading.go_on(0, False, "")


class _Reading:
    """One message read from its beginning to its end; what does not lead there is given up."""

    def __init__(self, text, words, brands, code, around):
        self.text, self.code, self.failed = text, code, set()
        # the longest first: "stop sms" before "stop" followed by the brand "sms"
        self.words, self.brands, self.around = (
            sorted(filter(TOKEN.search, phrases), key=len, reverse=True)
            for phrases in (words, brands, around)
        )

    def go_on(self, start, found, beside):
        """Read on behind what is understood.

        :param int start: where
        :param bool found: whether a word was found already
        :param str beside: the name or code found already
        :return: as :func:`match`
        """
        start = BETWEEN.match(self.text, start).end()
        if start == len(self.text):
            return beside if found else None
        if (start, found, bool(beside)) in self.failed:
            return None
        for end, is_word, name in self._get_steps(start, found and not beside):
            rest = self.go_on(end, found or is_word, beside or name)
            if rest is not None:
                return rest
        self.failed.add((start, found, bool(beside)))
        return None

    def _get_steps(self, start, may_be_code):
        """Yield what may stand here: its end, whether it is a word, the name or code it is."""
        for phrases, is_word, is_name in (
            (self.words, True, False),
            (self.brands, False, True),
            (self.around, False, False),
        ):
            for phrase in phrases:
                if step := _pattern(phrase).match(self.text, start):
                    yield step.end(), is_word, phrase if is_name else ""
        number = NUMBER.match(self.text, start)
        digits = number and re.sub(r"\D", "", number[0])
        if digits in self.brands:
            yield number.end(), False, digits
        token = self.text[start:].partition(" ")[0]
        if self.code and may_be_code and CODE.match(token):
            yield start + len(token), False, strip_punctuation(token)
