"""What Viber tells by its webhook (protocol, section 3): pure functions."""

from ..base import Event, EventKind, FailureReason
from ..content import (
    Address,
    AddressKind,
    Content,
    Location,
    Media,
    MediaKind,
    Referral,
    SharedContact,
)
from ..values import MILLISECOND, as_dict, as_text, digest, read_id, read_name, read_time

# What Viber calls somebody without a name.
NO_NAME = "subscriber"
# event about a message of ours: its state
STATUSES = {"delivered": "delivered", "seen": "read", "failed": "failed"}
# event about a person's will: what he says of all messages
CONSENTS = {"subscribed": "given", "unsubscribed": "withdrawn"}
MEDIA = {
    "picture": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "file": MediaKind.DOCUMENT,
    "sticker": MediaKind.STICKER,
}
# What of a person is kept beside his name.
KEPT = ("avatar", "language", "country")
LONGEST_KEY = 150


def read_event(content, account):
    """Turn one request into events.

    :param dict content: the JSON object of its body
    :param str account: id of the bot, within which ids of people hold
    :rtype: list[Event]
    """
    name = read_id(content.get("event"))
    if name == "webhook":
        # Viber tries whether somebody answers
        return []
    person = as_dict(content.get("sender")) or as_dict(content.get("user"))
    user_id = read_id(person.get("id")) or read_id(content.get("user_id"))
    common = {
        "key": _make_key(name, user_id, content),
        "occurred_at": read_time(content.get("timestamp"), MILLISECOND),
        "sender": user_id,
        "addresses": (Address(AddressKind.VIBER, user_id, account),) if user_id else (),
        "name": _read_name(person),
    }
    read = READERS.get(name)
    event = read(name, content, common) if read else None
    return [event or Event(EventKind.UNKNOWN, **{**common, "payload": content})]


def _make_key(name, user_id, content):
    """Token and event (protocol, section 2): the token of receipts is that of our message."""
    token = read_id(content.get("message_token"))
    if not token:
        moment = read_id(content.get("timestamp"))
        token = f"{digest(user_id)}:{moment}" if user_id and moment else digest(content)
    key = f"{name}:{token}"
    return key if len(key) <= LONGEST_KEY else digest(key)


def _read_name(person):
    name = read_name(person.get("name"))
    return "" if name.lower() == NO_NAME else name


def _keep(content):
    """:return: raw values worth keeping, without empty ones"""
    person = as_dict(content.get("sender")) or as_dict(content.get("user"))
    kept = {name: as_text(person.get(name))[:2000] for name in KEPT}
    kept["tracking_data"] = as_text(as_dict(content.get("message")).get("tracking_data"))[:4096]
    return {name: text for name, text in kept.items() if text}


# === EVENTS === #


def _read_message(name, content, common):
    message = content.get("message")
    token = read_id(content.get("message_token"))
    if not isinstance(message, dict) or not common["sender"]:
        return None
    said = read_content(message)
    return Event(
        EventKind.MESSAGE,
        **common,
        ref=token,
        text=said.text,
        content=said,
        payload=_keep(content),
    )


def _read_start(name, content, common):
    """The chat was opened: not a word yet, no subscription, and no message of it to be kept."""
    if not common["sender"]:
        return None
    return Event(
        EventKind.REFERRAL,
        **common,
        referral=Referral(
            source=as_text(content.get("type"))[:100], ref=as_text(content.get("context"))[:2000]
        ),
        payload={**_keep(content), "subscribed": content.get("subscribed") is True},
    )


def _read_consent(name, content, common):
    if not common["sender"]:
        return None
    return Event(
        EventKind.CONSENT,
        **common,
        status=CONSENTS[name],
        text="all",
        payload=_keep(content),
    )


def _read_status(name, content, common):
    """Told for what people write too: whose token is none of our messages' concerns nobody."""
    token = read_id(content.get("message_token"))
    if not token:
        return None
    failed = name == "failed"
    return Event(
        EventKind.STATUS,
        **common,
        ref=token,
        status=STATUSES[name],
        reason=FailureReason.UNDELIVERED if failed else None,
        detail=as_text(content.get("desc"))[:200] if failed else "",
    )


READERS = {
    "message": _read_message,
    "conversation_started": _read_start,
    **dict.fromkeys(CONSENTS, _read_consent),
    **dict.fromkeys(STATUSES, _read_status),
}

# === CONTENT === #


def read_content(message):
    """What a message says.

    :param dict message: as received
    :return: never empty
    :rtype: Content
    """
    kind = read_id(message.get("type")).lower()
    text = as_text(message.get("text"))
    link = as_text(message.get("media"))
    if kind == "url" and link not in text:
        text = f"{text}\n{link}".strip()
    content = Content(
        text=text,
        media=_read_media(kind, message),
        location=_read_location(as_dict(message.get("location"))) if kind == "location" else None,
        contacts=_read_contacts(as_dict(message.get("contact"))) if kind == "contact" else (),
    )
    return Content(unsupported=kind[:100] or "message") if content.is_empty else content


def _read_media(kind, message):
    if kind not in MEDIA:
        return ()
    url, media_id = as_text(message.get("media")).strip(), read_id(message.get("sticker_id"))
    url = url if url.startswith(("http://", "https://")) else ""
    if not url and not media_id:
        return ()
    size = read_id(message.get("size"))
    return (
        Media(
            MEDIA[kind],
            url=url,
            media_id=media_id,
            filename=as_text(message.get("file_name"))[:256],
            size=int(size) if size.isdecimal() and len(size) < 15 else 0,
        ),
    )


def _read_location(place):
    try:
        latitude, longitude = (float(as_text(place.get(name))) for name in ("lat", "lon"))
    except ValueError:
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Location(latitude, longitude, address=as_text(place.get("address"))[:500])


def _read_contacts(contact):
    phone = read_id(contact.get("phone_number"))[:50]
    name = read_name(contact.get("name"))
    return (SharedContact(name, (phone,) if phone else ()),) if phone or name else ()
