"""Names of places as people type them."""

import unicodedata


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
