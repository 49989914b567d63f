"""Layouts of the numbers that identify an Algerian business.

Only the RIB has a published key. The other functions know the layouts that are seen on published
documents: what they refuse is a reason to look again, not a proof of error.
"""

import re

from odoo.addons.bti_messaging.tools.typed import plain_digits, visible

_DASHES = re.compile("[\u2010-\u2015]")
# the name of the number, as it stands before it on stamps: "NIF : 0000...", "RC n° 16/00-..."
_LABEL = re.compile(r"^(?:(?:N\.?I\.?F|N\.?I\.?S|R\.?C|A\.?I|R\.?I\.?B|N[°ºO]?)[.:°º]*)+(?=\d)")
_RC_WILAYA_FIRST = re.compile(r"(\d{2})/\d{2}-?\d{7,8}[A-Z]\d{2}")
_RC_YEAR_FIRST = re.compile(r"\d{2}[A-Z]\d{7,8}(?:-?(\d{2})/\d{2})?")


def compact(number):
    """Return ``number`` as it is stored: without its name, any space or a mark that nobody sees,
    in capitals, with plain digits.

    >>> compact("15/00-0012345 b 05")
    '15/00-0012345B05'

    :param str number: as somebody typed or imported it
    :rtype: str
    """
    plain = plain_digits(visible(_DASHES.sub("-", number))).upper()
    return _LABEL.sub("", "".join(plain.split()))


def is_nif(number):
    """Tax number (*numéro d'identification fiscale*): 15 digits, 20 with the number of an
    establishment.

    :param str number: compact number
    :rtype: bool
    """
    return bool(re.fullmatch(r"\d{15}(?:\d{5})?", number))


def is_nis(number):
    """Statistical number (*numéro d'identification statistique*) of the ONS: 15 digits.

    Layout of ``dz-format`` 0.1.0 (MIT); the ONS publishes no key.

    :param str number: compact number
    :rtype: bool
    """
    return bool(re.fullmatch(r"\d{15}", number))


def is_rc(number):
    """Number in the trade register (RC), in one of the layouts in use.

    Wilaya first, ``16/00-0013767B00``; year first, ``22B1242074`` or ``01B0015609-16/00``. The
    letter tells persons (A) from companies (B). Layouts of ``dz-format`` 0.1.0 (MIT), seen on
    extracts and tenders; the CNRC publishes no rule.

    :param str number: compact number
    :rtype: bool
    """
    match = _RC_WILAYA_FIRST.fullmatch(number) or _RC_YEAR_FIRST.fullmatch(number)
    return bool(match) and (match[1] is None or 1 <= int(match[1]) <= 69)


def is_ai(number):
    """Tax article (*article d'imposition*): 11 digits, the first two being the wilaya.

    Layout of the forms of the tax administration as businesses quote it; no official rule was
    found. Eight digits and more pass, as old articles are shorter.

    :param str number: compact number
    :rtype: bool
    """
    return bool(re.fullmatch(r"\d{8,11}", number))


def is_rib(number):
    """Bank account number (*relevé d'identité bancaire*): 20 digits, the last two being the key.

    Bank 3, branch 5, account 10, key 2. The key is 97 less the remainder by 97 of branch,
    account and 00; the bank is no part of it. Rule of ``dz-format`` 0.1.0 (MIT), which checked it
    on published accounts; the post office's accounts (bank 007) follow it.

    :param str number: digits, spaces allowed
    :rtype: bool
    """
    digits = re.sub(r"[.-]", "", compact(number))
    if not re.fullmatch(r"\d{20}", digits):
        return False
    return int(digits[18:]) == 97 - int(digits[3:18] + "00") % 97


def format_rib(number):
    """Group the digits of a RIB as banks print it.

    >>> format_rib("00799999000000020091")
    '007 99999 0000000200 91'

    :param str number: digits, spaces allowed
    :return: the groups, or ``number`` as it is when it has not 20 digits
    :rtype: str
    """
    digits = re.sub(r"[.-]", "", compact(number))
    if not re.fullmatch(r"\d{20}", digits):
        return number
    return f"{digits[:3]} {digits[3:8]} {digits[8:18]} {digits[18:]}"
