"""Inbound SMS as Kannel's sms-service hands them over (user guide 1.4.5, chapter 8).

Kannel signs nothing: the address that the administrator copies into its configuration carries
our signature. The text comes as the body: in an address it would be cut off by web servers (8 KB
is a usual limit, 64 KB is Odoo's) and stand in their logs. One in the query is read all the same.
"""

import email
import hashlib
from urllib.parse import unquote_to_bytes

from .. import charset, signature
from ..base import Event, EventKind, Part

SCOPE = "kannel-mo"
FLAG = "mo"
FLAG_VALUE = "1"
# %I stays the same when Kannel tries again.
ESCAPES = (
    ("from", "%p"),
    ("to", "%P"),
    ("ts", "%T"),
    ("id", "%I"),
    ("coding", "%c"),
    ("charset", "%C"),
    ("udh", "%u"),
)
MAX_KEY = 200
# What the signed address alone says.
SIGNED = (FLAG, "sig")
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# Information elements of a long message: identifier: bytes of its reference.
CONCATENATION = {0x00: 1, 0x08: 2}
SNIPPET = """\
group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
post-url = "{url}"
"""


def build_url(webhook_url, secret):
    """:return: the address for Kannel's post-url
    :raises InvalidSignature: there is no secret
    """
    sign = signature.sign(secret, SCOPE, FLAG_VALUE)
    escapes = "&".join(f"{name}={escape}" for name, escape in ESCAPES)
    return f"{webhook_url}?{FLAG}={FLAG_VALUE}&sig={sign}&{escapes}"


def build_snippet(url):
    """:return: the group that an administrator pastes into kannel.conf"""
    return SNIPPET.format(url=url)


def read_query(query):
    """:param str query: the raw query string
    :return: first value of each name, still bytes
    :rtype: dict[str, bytes]
    """
    values = {}
    for pair in query.encode("latin-1", "replace").split(b"&"):
        name, _equals, value = pair.partition(b"=")
        name = unquote_to_bytes(name.replace(b"+", b" ")).decode("utf-8", "replace")
        values.setdefault(name, unquote_to_bytes(value.replace(b"+", b" ")))
    return values


def read_form(request):
    """:param InboundRequest request: raw
    :return: the fields of a form in the body, still bytes; none when it is a plain text
    :rtype: dict[str, bytes]
    """
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == FORM and b"=" in request.body:
        return read_query(request.body.decode("latin-1"))
    if kind != MULTIPART:
        return {}
    header = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = email.message_from_bytes(header + request.body)
    fields = {}
    for part in message.get_payload() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            fields.setdefault(name, part.get_payload(decode=True) or b"")
    return fields


def is_mo(query):
    """Whether a raw query is that of an inbound message, and not of a report."""
    return FLAG in read_query(query)


def verify(secret, query):
    """Check the signature of an inbound message.

    :raises InvalidSignature: no secret, no signature, or a wrong one
    """
    values = read_query(query)
    signature.verify(secret, SCOPE, _text(values, FLAG), _text(values, "sig"))


def parse(request, read_timestamp):
    """Turn one verified request into its event.

    :param InboundRequest request: POST (post-url) with the text as body, or GET (get-url) with
        the text in the query; a proxy or a script may send the fields as a form
    :param read_timestamp: function from an epoch as text to a naive UTC datetime or None
    :rtype: list[Event]
    """
    values = read_query(request.query)
    form = read_form(request)
    for name, value in form.items():
        if name not in SIGNED and not values.get(name):
            values[name] = value
    raw = values.get("text", b"") or request.body
    text = charset.decode(raw, _text(values, "charset"), _text(values, "coding"))
    sender, recipient = _text(values, "from").strip(), _text(values, "to").strip()
    part = read_part(values.get("udh", b""))
    payload = {name: _text(values, name) for name in values if name not in ("text", "sig", "udh")}
    payload["udh"] = values.get("udh", b"").hex()
    if part:
        # a character of UTF-16 may be cut between two pieces: its halves are kept beside
        text, payload["head"], payload["tail"] = _take_halves(text)
    return [
        Event(
            EventKind.MESSAGE,
            key=_get_key(values, raw),
            occurred_at=read_timestamp(_text(values, "ts")),
            payload=charset.clean_values(payload),
            sender=sender,
            recipient=recipient,
            text=charset.clean(text),
            part=part,
        )
    ]


def read_part(header):
    """Find out of a user data header which piece of a long message this is.

    :param bytes header: raw, with its length byte first, or the same as hexadecimal digits
    :rtype: Part | None
    """
    header = _from_hex(header)
    if len(header) < 2 or header[0] != len(header) - 1:
        return None
    position = 1
    while position + 2 <= len(header):
        identifier, length = header[position], header[position + 1]
        data = header[position + 2 : position + 2 + length]
        size = CONCATENATION.get(identifier)
        if size and len(data) == length == size + 2:
            total, number = data[size], data[size + 1]
            if total > 1 and 1 <= number <= total:
                ref = int.from_bytes(data[:size], "big")
                return Part(ref=f"{8 * size}:{ref}", number=number, total=total)
        position += 2 + length
    return None


def _from_hex(header):
    try:
        decoded = bytes.fromhex(header.decode("ascii"))
    except ValueError:
        return header
    return decoded if decoded and decoded[0] == len(decoded) - 1 else header


def _take_halves(text):
    """:return: the text without a half character at its ends, and these halves"""
    head = tail = ""
    if text and "\udc00" <= text[0] <= "\udfff":
        head, text = f"{ord(text[0]):04x}", text[1:]
    if text and "\ud800" <= text[-1] <= "\udbff":
        tail, text = f"{ord(text[-1]):04x}", text[:-1]
    return text, head, tail


def join(pieces):
    """Put the texts of pieces together, in their order.

    :param list pieces: ``(text, payload)`` of each piece, or a text for a missing one
    :rtype: str
    """
    joined = ""
    for piece in pieces:
        if isinstance(piece, str):
            joined += piece
            continue
        text, payload = piece
        head, tail = (_half((payload or {}).get(name)) for name in ("head", "tail"))
        joined += head + text + tail
    return charset.clean(joined)


def _half(digits):
    return chr(int(digits, 16)) if digits else ""


def _get_key(values, raw):
    """The id of the message with what it consists of: a provider may begin to count anew."""
    identifier = charset.clean(_text(values, "id")).strip()
    if identifier and len(identifier) <= MAX_KEY:
        said = [values.get("from", b""), values.get("udh", b""), raw]
        return f"mo:{identifier}:{hashlib.sha256(bytes(1).join(said)).hexdigest()[:16]}"
    parts = [values.get(name, b"") for name in ("id", "from", "to", "ts", "udh")]
    digest = hashlib.sha256(b"\x00".join([*parts, raw])).hexdigest()
    return f"mo:sha256:{digest}"


def _text(values, name):
    return values.get(name, b"").decode("utf-8", "replace")
