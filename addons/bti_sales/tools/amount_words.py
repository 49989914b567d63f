"""Amounts in words, in French and in Arabic.

``num2words`` writes whole numbers; what it gets wrong is mended here. Its French knows neither
the dinar nor "un million *de* dinars". Its Arabic knows no currency but the riyal, leaves
"مئتا" and "ألفا" without their end where nothing follows, and puts a space after "and".
"""

from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

# ISO code -> (singular, plural, singular of the part, plural of the part)
_FRENCH = {
    "DZD": ("dinar algérien", "dinars algériens", "centime", "centimes"),
    "EUR": ("euro", "euros", "centime", "centimes"),
    "USD": ("dollar américain", "dollars américains", "cent", "cents"),
    "GBP": ("livre sterling", "livres sterling", "penny", "pence"),
    "CHF": ("franc suisse", "francs suisses", "centime", "centimes"),
    "MAD": ("dirham marocain", "dirhams marocains", "centime", "centimes"),
    "TND": ("dinar tunisien", "dinars tunisiens", "millime", "millimes"),
    "SAR": ("riyal saoudien", "riyals saoudiens", "halala", "halalas"),
    "CNY": ("yuan", "yuans", "fen", "fen"),
    "TRY": ("livre turque", "livres turques", "kuruş", "kuruş"),
    "JPY": ("yen", "yens", "sen", "sen"),
}
_FRENCH_FEMININE = {"livre sterling", "livre turque"}

# ISO code -> forms of the unit, forms of its part; a form is (one, two, three to ten, eleven and
# more, after a hundred or a thousand)
_DINAR = ("دينار", "ديناران", "دنانير", "ديناراً", "دينار")
_CENTIME = ("سنتيم", "سنتيمان", "سنتيمات", "سنتيماً", "سنتيم")
_DIRHAM = ("درهم", "درهمان", "دراهم", "درهماً", "درهم")
_RIYAL = ("ريال", "ريالان", "ريالات", "ريالاً", "ريال")
_DOLLAR = ("دولار", "دولاران", "دولارات", "دولاراً", "دولار")
_CENT = ("سنت", "سنتان", "سنتات", "سنتاً", "سنت")
_MILLIME = ("مليم", "مليمان", "مليمات", "مليماً", "مليم")
_HALALA = ("هللة", "هللتان", "هللات", "هللة", "هللة")


def _qualified(forms, one, two, many, eleven):
    """Forms of a noun with its adjective."""
    adjectives = (one, two, many, eleven, one)
    return tuple(f"{form} {adjective}" for form, adjective in zip(forms, adjectives, strict=True))


_ARABIC = {
    "DZD": (_qualified(_DINAR, "جزائري", "جزائريان", "جزائرية", "جزائرياً"), _CENTIME),
    "TND": (_qualified(_DINAR, "تونسي", "تونسيان", "تونسية", "تونسياً"), _MILLIME),
    "MAD": (_qualified(_DIRHAM, "مغربي", "مغربيان", "مغربية", "مغربياً"), _CENTIME),
    "SAR": (_qualified(_RIYAL, "سعودي", "سعوديان", "سعودية", "سعودياً"), _HALALA),
    "USD": (_qualified(_DOLLAR, "أمريكي", "أمريكيان", "أمريكية", "أمريكياً"), _CENT),
    "EUR": (("يورو",) * 5, _CENT),
}
_ARABIC_SCALES = (
    (10**9, ("مليار", "ملياران", "مليارات", "ملياراً", "مليار")),
    (10**6, ("مليون", "مليونان", "ملايين", "مليوناً", "مليون")),
    (10**3, ("ألف", "ألفان", "آلاف", "ألفاً", "ألف")),
)
# feminine nouns of a currency's part, of which there are less than a hundred
_ARABIC_FEMININE = {_HALALA}
_ARABIC_FEMININE_ONES = {"أحد": "إحدى", "واحد": "إحدى", "اثنا": "اثنتا", "اثنان": "اثنتان"}

#: largest whole amount that is written in words
LIMIT = 10**12


def split_amount(amount, places):
    """Whole units and parts of an amount.

    >>> split_amount(1.05, 2)
    (False, 1, 5)

    :param float amount: amount of money
    :param int places: decimal places of its currency
    :return: negative or not, units, parts
    :rtype: tuple[bool, int, int]
    """
    # repr: the decimal digits that people see, not the binary ones
    exact = Decimal(repr(float(amount))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    parts = int(abs(exact).scaleb(places))
    return exact < 0, *divmod(parts, 10**places)


def french(amount, currency, places=2, names=None):
    """Amount in French words.

    >>> french(1250.5, "DZD")
    'mille deux cent cinquante dinars algériens et cinquante centimes'

    :param float amount: below :data:`LIMIT`
    :param str currency: ISO code
    :param int places: decimal places of the currency
    :param tuple names: four names for a currency that is not known here
    :rtype: str
    """
    one, many, part, parts = _FRENCH.get(currency) or names or (currency, currency, "cent", "cents")
    negative, units, rest = split_amount(amount, places)
    words = _french_count(units, one, many)
    if places:
        words += f" et {_french_count(rest, part, parts)}"
    return f"moins {words}" if negative else words


def _french_count(number, one, many):
    words = num2words(number, lang="fr")
    if one in _FRENCH_FEMININE and words.endswith("un"):
        words += "e"
    noun = one if number < 2 else many
    if number >= 10**6 and number % 10**6 == 0:
        # a million is a noun: un million de dinars, un million d'euros
        return f"{words} d'{noun}" if noun[0].lower() in "aeiouéè" else f"{words} de {noun}"
    return f"{words} {noun}"


def arabic(amount, currency, places=2, names=None):
    """Amount in Arabic words.

    :param float amount: below :data:`LIMIT`
    :param str currency: ISO code
    :param int places: decimal places of the currency
    :param tuple names: two names, unit and part, for a currency that is not known here
    :rtype: str
    """
    if currency in _ARABIC:
        unit, part = _ARABIC[currency]
    else:
        unit, part = ((name,) * 5 for name in names or (currency, "سنت"))
    negative, units, rest = split_amount(amount, places)
    words = _arabic_count(units, unit)
    if places:
        words += f" و{_arabic_count(rest, part)}"
    return f"ناقص {words}" if negative else words


def _arabic_count(number, forms):
    """A whole number and the noun that it counts, in the form that the number asks for."""
    if number == 0:
        return f"صفر {forms[0]}"
    pieces, rest = [], number
    for scale, scale_forms in _ARABIC_SCALES:
        count, rest = divmod(rest, scale)
        if count:
            # before the noun of the currency, a scale stands in the construct state
            pieces += _arabic_group(count, scale_forms, construct=rest == 0)
    if not rest:
        return f"{_join(pieces)} {forms[4]}"
    return _join(pieces + _arabic_group(rest, forms, is_last=True))


def _arabic_group(count, forms, construct=False, is_last=False):
    """``count`` (1 to 999) of a noun, in pieces that "and" joins.

    :param tuple forms: the forms of the noun
    :param bool construct: nothing but the currency follows
    :param bool is_last: the noun is the currency itself
    """
    hundreds, rest = count // 100 * 100, count % 100
    if not rest:
        return [f"{_arabic_number(hundreds, construct=True)} {forms[4]}"]
    if rest > 2:
        words = _arabic_number(count)
        if forms in _ARABIC_FEMININE:
            words = _arabic_feminine(words)
        if rest <= 10:
            return [f"{words} {forms[2]}"]
        return [f"{words} {forms[4] if construct else forms[3]}"]
    # one and two are the noun itself
    pieces = []
    if hundreds:
        # a hundred thousand and a thousand, but: a hundred and one dinars
        head = _arabic_number(hundreds, construct=not is_last)
        pieces.append(head if is_last else f"{head} {forms[4]}")
    if rest == 2:
        pieces.append(forms[1].replace("ان", "ا", 1) if construct else forms[1])
    elif is_last:
        pieces.append(f"{forms[0]} {'واحدة' if forms in _ARABIC_FEMININE else 'واحد'}")
    else:
        pieces.append(forms[0])
    return pieces


def _arabic_feminine(words):
    """A number from 3 to 99 as it counts a feminine noun."""
    ones, *rest = words.split(" ")
    ones = _ARABIC_FEMININE_ONES.get(ones) or ones.removesuffix("ة")
    return " ".join([ones, *("عشرة" if word == "عشر" else word for word in rest)])


def _arabic_number(number, construct=False):
    """A number up to 999 alone."""
    if number == 200:
        return "مئتا" if construct else "مئتان"
    return _join(num2words(number, lang="ar").split(" و "))


def _join(pieces):
    return " و".join(pieces)
