"""Counts in words: "1 palette", "20 palettes", "طبليتان", "3 طبليات", "20 طبلية".

Odoo's translations know no plural. The forms of a count are one text, parted by ``|``, in which
``#`` is the number: English and French write two (one, other), Arabic four (one, two, 3 to 10,
other). Which of them is meant is decided by the rules of Babel, so 0 and 1.5 are singular in
French and 103 takes the same form as 3 in Arabic. ``static/src/text/plural.js`` does the same in
the browser; ``tests/data/plural_cases.json`` holds both to it.
"""

from odoo.tools.misc import babel_locale_parse, formatLang

FORMS = {2: ("one", "other"), 4: ("one", "two", "few", "other")}


def choose(lang, forms, number):
    """The form of a language that goes with a number.

    :param str lang: code of the language in which the forms are written
    :param str forms: e.g. "# pallet|# pallets"; a text without ``|`` fits every number
    :param number: int or float
    :return: that form, ``#`` still in it
    :rtype: str
    """
    parts = forms.split("|")
    names = FORMS.get(len(parts))
    if not names:
        return parts[-1]
    category = babel_locale_parse(lang).plural_form(abs(number))
    return parts[names.index(category) if category in names else -1]


def counted(env, forms, number, digits=0):
    """A number with what it counts.

    :param env: environment whose language is that of ``forms``
    :param str forms: forms as translated, ``env._("# pallet|# pallets")``
    :param number: int or float
    :param int digits: decimals, for what is not whole
    :rtype: str
    """
    form = choose(env.lang or "en_US", forms, number)
    return form.replace("#", formatLang(env, number, digits=digits)) if "#" in form else form


def listed(env, texts):
    """Texts one after the other, parted as the language parts them: Arabic has a comma of its own.

    :param env: environment whose language reads the list
    :param texts: iterable of str; empty ones are left out
    :rtype: str
    """
    comma = "، " if (env.lang or "").startswith("ar") else ", "
    return comma.join(filter(None, texts))
