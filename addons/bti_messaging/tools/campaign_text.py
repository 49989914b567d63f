"""The text of a campaign: what is the same for everybody is done once, the rest by replacing.

Pure functions on strings. A text on its way is a *pattern*: a text in which marks stand for what
each recipient has of his own.
"""

import re

from odoo.tools.mail import TEXT_URL_REGEX

# Characters that no text from the database contains.
ID_MARK = "\x00"  # the recipient's number in short links: /r/<code>/s/<id>
CODE_MARK = "\x01"  # the recipient's code in the opt-out link

_URL = re.compile(TEXT_URL_REGEX)
# A link is replaced whole, never as the beginning of a longer one.
_LINK_END = r"(?![\w@:%.+&~#=/-])"


def has_placeholder(text):
    """Whether a text differs from one recipient to the next: ``{{ object.name }}``.

    :param str text: a template
    :rtype: bool
    """
    return "{{" in text


def find_links(text, base_url):
    """The links of a text that have to be shortened.

    :param str text: a text without placeholders
    :param str base_url: of this server; its short links, opt-out pages and links that prove a
        client stay as they are
    :return: addresses, each once, in their order
    :rtype: list[str]
    """
    own = (f"{base_url}/r/", f"{base_url}/sms/", f"{base_url}/m/")
    return [url for url in dict.fromkeys(_URL.findall(text)) if not url.startswith(own)]


def mark_links(text, short_urls, base_url):
    """Put short links into a text, each followed by the mark of its recipient.

    :param str text: a text without placeholders
    :param dict[str, str] short_urls: short address by address
    :param str base_url: of this server
    :return: the pattern
    :rtype: str
    """
    short = f"{base_url}/r/"
    for url in dict.fromkeys(_URL.findall(text)):
        target = short_urls.get(url, url)
        if not target.startswith(short) or "/s/" in target:
            continue
        text = re.sub(
            re.escape(url) + _LINK_END,
            lambda _match, target=target: f"{target}/s/{ID_MARK}",
            text,
        )
    return text


def fill(pattern, number, code):
    """The text of one recipient.

    :param str pattern: see ``mark_links``
    :param int number: ``sms_id_int`` of his trace
    :param str code: ``sms_code`` of his trace
    :rtype: str
    """
    return pattern.replace(ID_MARK, str(number)).replace(CODE_MARK, code)
