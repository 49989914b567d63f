"""What Meta calls: signature, handshake and envelope, the same for Page, Messenger and WhatsApp.

Source: protocol of Meta, sections 1 to 3.
"""

import hmac
import logging
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from .. import signature
from ..base import Event, EventKind, InvalidSignature
from ..values import as_dict, as_list, as_text, digest, load, read_id

_logger = logging.getLogger(__name__)

SIGNATURE = "x-hub-signature-256"
PREFIX = "sha256="
LISTS = ("messaging", "standby")
LONGEST_CHALLENGE = 200


@dataclass(frozen=True)
class Item:
    """One thing that Meta tells.

    :param str object: "page" or "whatsapp_business_account"
    :param str account: id of the entry: the Page, or the WhatsApp business account
    :param str field: "messaging", "standby", or what a change is about ("feed", "messages")
    :param value: its content, of any type
    :param time: of the entry, raw: milliseconds beside messages, seconds beside changes
    """

    object: str
    account: str
    field: str
    value: object
    time: object = field(default=None, compare=False)


def verify(secret, request):
    """Check who calls, over the raw bytes. The older signature by SHA-1 proves nothing.

    :param str secret: the app's
    :param InboundRequest request: as received
    :raises InvalidSignature: no secret configured; signature missing, wrong or of another kind
    """
    header = request.headers.get(SIGNATURE, "")
    if not header.startswith(PREFIX):
        raise InvalidSignature("no SHA-256 signature")
    signature.verify_body(secret, request.body, header.removeprefix(PREFIX))


def answer_challenge(token, request):
    """Answer the handshake by which Meta verifies the address, also each time the settings of the
    app are saved.

    :param str token: that we gave Meta
    :return: the text to answer, None when the request is no handshake
    :raises InvalidSignature: a wrong token, or none is configured
    """
    query = parse_qs(request.query, keep_blank_values=True)
    if request.method != "GET" or "hub.mode" not in query:
        return None
    given = query.get("hub.verify_token", [""])[0]
    if not token or not hmac.compare_digest(token.encode(), given.encode(errors="replace")):
        raise InvalidSignature("wrong verify token")
    return query.get("hub.challenge", [""])[0][:LONGEST_CHALLENGE]


def iterate(content):
    """Take an envelope apart: up to 1,000 things of several accounts in one request.

    :param dict content: by ``values.load``
    :return: generator of ``Item``; what has another shape is an item without a field
    """
    kind = as_text(content.get("object"))
    entries = content.get("entry")
    if not isinstance(entries, list):
        yield Item(kind, "", "", content)
        return
    for entry in entries:
        if not isinstance(entry, dict):
            yield Item(kind, "", "", entry)
            continue
        account, time = read_id(entry.get("id")), entry.get("time")
        for name in LISTS:
            for value in as_list(entry.get(name)):
                yield Item(kind, account, name, value, time)
        for change in as_list(entry.get("changes")):
            name = as_text(as_dict(change).get("field"))
            yield Item(kind, account, name, change["value"] if _has_value(change) else change, time)
        if not any(isinstance(entry.get(name), list) for name in (*LISTS, "changes")):
            yield Item(kind, account, "", entry, time)


def _has_value(change):
    return isinstance(change, dict) and "value" in change and bool(as_text(change.get("field")))


def parse(request, readers):
    """Turn a request into events; a bad thing in it loses none of the others.

    :param InboundRequest request: verified
    :param dict readers: {(object, field): function of an ``Item`` that gives its events}
    :return: the events; what no reader knows is an ``UNKNOWN`` one
    :rtype: list[Event]
    :raises ValueError: the body is no JSON object
    """
    events = []
    for item in iterate(load(request.body)):
        reader = readers.get((item.object, item.field))
        events += attempt(reader, item) if reader else [make_unknown(item)]
    return events


def attempt(reader, item):
    """Read one thing; if it is too odd for the reader, it is kept all the same.

    :param reader: function of an ``Item`` that gives its events
    :param Item item: perhaps a part of another
    :rtype: list[Event]
    """
    try:
        return list(reader(item))
    except Exception:
        # no content in the log; the event keeps it
        _logger.exception("Webhook of Meta: odd %s of %s", item.field, item.object)
        return [make_unknown(item)]


def make_unknown(item):
    """:return: the event of a thing that we do not know; the same thing has the same key
    :rtype: Event
    """
    account, value = item.account, item.value
    return Event(
        EventKind.UNKNOWN,
        key=f"unknown:{digest([item.object, account, item.field, value])}",
        account=account,
        payload={"object": item.object, "field": item.field, "value": value},
    )
