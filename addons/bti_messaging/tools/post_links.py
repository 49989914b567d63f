"""Links in posts and the campaign that they come of."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LINK = re.compile(r"https?://[^\s<>\"']+")
# The networks' own links carry no campaign.
OWN_HOSTS = ("facebook.com", "fb.com", "fb.me", "m.me", "instagram.com", "wa.me", "viber.com")
SOURCE = "Facebook"


def tag_links(text, campaign):
    """Let the links in a text say which campaign they come of.

    :param str text: of a post
    :param str campaign: name of the campaign; empty: nothing is added
    :rtype: str
    """
    if not campaign:
        return text
    return LINK.sub(lambda found: _tag_link(found[0], campaign), text)


def _tag_link(url, campaign):
    url, closing = re.fullmatch(r"(.*?)([.,;:!?)\]»]*)", url, re.DOTALL).groups()
    try:
        parts = urlsplit(url)
    except ValueError:  # nothing that a browser would open
        return url + closing
    host = (parts.hostname or "").removeprefix("www.")
    if any(host == own or host.endswith(f".{own}") for own in OWN_HOSTS):
        return url + closing
    tags = {"utm_source": SOURCE, "utm_medium": SOURCE, "utm_campaign": campaign}
    query = parse_qsl(parts.query, keep_blank_values=True)
    known = dict(query)
    query += [(name, value) for name, value in tags.items() if name not in known]
    return urlunsplit(parts._replace(query=urlencode(query))) + closing
