"""Links by which a client proves to be himself, in texts that others may read.

Pure functions on strings. A *sealed* link to the page of choices says whose page it is, without the
signature: whoever sends the text signs it. Secrets of other links (portal, surveys, ratings) are
*masked* and kept apart. In both, dots stand for what is missing: the text keeps its length, its
alphabet and its price.
"""

import re

# Whose page, of which company, until when (hours of the token).
SEALED = re.compile(r"(?<=/m/)([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,8})\.+")
# Addresses of ours that are never shortened: core's lists of such take regular expressions.
OWN = r"/(?:m/(?:c/)?|ph/|o/)[\w.-]{16,}"
_BEFORE = "|".join(
    rf"(?<={before})"
    for before in (
        "/m/", "/m/c/", "/ph/", "/o/", "/rate/",
        "access_token=", "answer_token=", "[?&]token=", "&amp;token=",
    )
)  # fmt: skip
_SECRET = re.compile(rf"(?:{_BEFORE})[\w-]{{16,}}")
_MASKED = re.compile(rf"(?:{_BEFORE})\.{{16,}}")


def seal(partner_id, company_id, hours, length):
    """Write what a link to the page of choices says, but for its signature.

    :param int partner_id: whose page
    :param int company_id: company that asks
    :param int hours: expiry, see ``signed_token.to_hours``
    :param int length: of the signed token
    :rtype: str
    """
    return fill(f"{partner_id}.{company_id}.{hours}.", length)


def fill(content, length):
    """Let dots stand for what is missing, so that a text is as long as when it is sent.

    :param str content: what a sealed link says, with a dot at its end
    :param int length: of the signed token
    :rtype: str
    """
    return content.ljust(length, ".")


def mask(text):
    """Take the secrets out of the links of a text.

    :param str text: as it is sent
    :return: the text as it is stored, and the secrets in their order
    :rtype: tuple[str, list[str]]
    """
    if not any(part in text for part in ("/m/", "token=", "/rate/", "/ph/", "/o/")):
        return text, []
    secrets = _SECRET.findall(text)
    return _SECRET.sub(lambda match: "." * len(match[0]), text) if secrets else text, secrets


def unmask(text, secrets):
    """Put the secrets back.

    :param str text: see ``mask``
    :param list[str] secrets: see ``mask``
    :rtype: str
    """
    left = iter(secrets)
    return _MASKED.sub(lambda match: next(left, match[0]), text)
