"""Imprints of erased addresses: the address is gone, but when it is typed again it is
recognized. Keyed, because all phone numbers of a country can be tried in a minute.
"""

import hashlib
import hmac

PREFIX = "erased:"
SIZE = 40  # hexadecimal digits, 160 bits


def make(key, text):
    """Make the imprint of a text.

    :param str key: secret of the database
    :param str text: e.g. a phone number in E.164
    :return: ``erased:`` and 40 hexadecimal digits
    :rtype: str
    """
    digest = hmac.digest(key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return PREFIX + digest.hex()[:SIZE]


def is_imprint(text):
    """:rtype: bool"""
    return bool(text) and text.startswith(PREFIX)
