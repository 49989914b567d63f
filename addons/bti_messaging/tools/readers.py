"""In whose language something is written: jobs, webhooks and the superuser have none."""

from odoo.tools import get_lang


def language_of(env, *readers):
    """:param readers: users, partners or companies, those who count most first; an empty one, or
        one without a language, leaves it to the next
    :return: the code of an installed language; that of the environment when none of them has one
    :rtype: str
    """
    partners = (one.partner_id if one._name == "res.company" else one for one in readers)
    wanted = next(filter(None, (partner.lang for partner in partners)), None)
    return get_lang(env, wanted).code


def in_language_of(record, *readers):
    """:param readers: as :func:`language_of` takes them
    :return: the same record, whose words are in their language
    """
    return record.with_context(lang=language_of(record.env, *readers))
