"""Names of places as people type them."""

import re
import unicodedata

# One letter for those that people write for each other: the forms of alif, the two ya and the
# Persian one, ta marbuta and ha, the Persian kaf, hamza on its seats, and g as Algeria writes it.
_LETTERS = str.maketrans("أإآٱىیےئؤةۀەھکڪگڨڤ", "ااااييييوههههكككقق")
_TATWEEL = "\u0640"
_BETWEEN = re.compile(r"[\W_]+")


def plain(text):
    """Return ``text`` without accents, in lower case; Arabic letters in their plainest form.

    >>> plain("Aïn El Hammam")
    'ain el hammam'

    :param str text: a name or what somebody types to find it
    :rtype: str
    """
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.lower().replace("ى", "ي")


def search_key(text):
    """A name as it is compared: :func:`plain`, without hyphens, apostrophes, tatweel and signs
    that nobody sees, one letter for those that are written for each other.

    >>> search_key("M’Sila"), search_key("Bou-Saâda"), search_key("ورڨـلة")
    ('m sila', 'bou saada', 'ورقله')

    :param str text: a name or what somebody types to find it
    :rtype: str
    """
    kept = (
        str(unicodedata.decimal(char, char))
        for char in plain(text or "").replace(_TATWEEL, "").translate(_LETTERS)
        if unicodedata.category(char) not in ("Cf", "Mn")
    )
    return " ".join(_BETWEEN.sub(" ", "".join(kept)).split())


def search_keys(text):
    """The spellings under which a name is kept and looked for: in words, and as one word.

    >>> search_keys("Bou Saâda")
    ('bou saada', 'bousaada')

    :rtype: tuple[str]
    """
    key = search_key(text)
    return tuple(dict.fromkeys(filter(None, (key, key.replace(" ", "")))))
