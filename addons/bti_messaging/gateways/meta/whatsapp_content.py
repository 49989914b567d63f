"""What a message of WhatsApp says (protocol, section 3)."""

import base64
import binascii
import json
import re

from ..charset import clean_values
from ..content import Content, Location, Media, MediaKind, Referral, SharedContact
from ..values import as_dict, as_objects, as_text, read_id, read_name, read_number

MEDIA = {
    "image": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "voice": MediaKind.VOICE,
    "document": MediaKind.DOCUMENT,
    "sticker": MediaKind.STICKER,
}
SHA256 = re.compile(r"[0-9a-fA-F]{64}")
# Who gave the shared contact: the person his own, asked by us.
OWN_CONTACT = "contact_request"


def read_content(kind, item):
    """:param str kind: type of the message
    :param dict item: the message
    :return: never empty: what cannot be shown is named as unsupported
    :rtype: Content
    """
    value = item.get(kind)
    read = READERS.get(kind)
    content = read(kind, value) if read else Content()
    if not content.is_empty:
        return content
    return Content(unsupported=_name_unsupported(kind, item))


def read_sha256(value):
    """:param value: hexadecimal digits (media lookup) or base64 (webhook)
    :return: hexadecimal digits, empty for anything else: a file is not checked against it
    """
    text = read_id(value)
    if SHA256.fullmatch(text):
        return text.lower()
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def read_referral(value):
    """:param value: where a person came from, an advert or a post of ours
    :rtype: Referral | None
    """
    value = as_dict(value)
    referral = Referral(
        source=read_id(value.get("source_type")),
        ref=read_id(value.get("ref")),
        ad_id=read_id(value.get("source_id")),
        url=read_id(value.get("source_url")),
        title=as_text(value.get("headline")),
        text=as_text(value.get("body")),
    )
    return None if referral == Referral() else referral


def read_response(reply):
    """:param dict reply: the answer to a form ("flow"); JSON within JSON, an object or a list
    :return: what was filled in, None when it cannot be read
    """
    written = reply.get("response_json")
    try:
        return clean_values(json.loads(written) if isinstance(written, str) else written)
    except (ValueError, RecursionError):
        return None


def _name_unsupported(kind, item):
    """:return: what it was, in the network's words: "view_once", "poll", "interactive" """
    value = as_dict(item.get("unsupported"))
    return read_id(value.get("type")) or kind or "unknown"


def _read_text(_kind, value):
    body = value.get("body") if isinstance(value, dict) else value
    return Content(text=as_text(body))


def _read_media(kind, value):
    value = as_dict(value)
    media = Media(
        MediaKind.VOICE if kind == "audio" and value.get("voice") is True else MEDIA[kind],
        url=read_id(value.get("url") or value.get("link")),
        media_id=read_id(value.get("id")),
        mimetype=read_id(value.get("mime_type")),
        filename=as_text(value.get("filename")),
        sha256=read_sha256(value.get("sha256")),
        view_once=value.get("view_once") is True,
    )
    caption = as_text(value.get("caption"))
    if not (media.media_id or media.url or media.view_once):
        return Content(text=caption, unsupported=kind) if caption else Content()
    return Content(text=caption, media=(media,))


def _read_location(_kind, value):
    value = as_dict(value)
    latitude = read_number(value.get("latitude"), -90, 90)
    longitude = read_number(value.get("longitude"), -180, 180)
    name, address = as_text(value.get("name")), as_text(value.get("address"))
    if latitude is None or longitude is None:
        text = "\n".join(filter(None, (name, address)))
        return Content(text=text, unsupported="location") if text else Content()
    return Content(location=Location(latitude, longitude, name, address, read_id(value.get("url"))))


def _read_contacts(_kind, value):
    return Content(contacts=tuple(filter(None, map(_read_contact, as_objects(value)))))


def _read_contact(value):
    phones = []
    for item in as_objects(value.get("phones")):
        digits = read_id(item.get("wa_id"))
        phone = read_id(item.get("phone")) or (f"+{digits}" if digits.isdecimal() else "")
        if phone and phone not in phones:
            phones.append(phone)
    name = as_dict(value.get("name"))
    shown = read_name(name.get("formatted_name")) or read_name(
        f"{read_name(name.get('first_name'))} {read_name(name.get('last_name'))}"
    )
    if not (shown or phones):
        return None
    return SharedContact(shown, tuple(phones), own=read_id(value.get("origin")) == OWN_CONTACT)


def _read_order(_kind, value):
    """A basket of the catalogue; for people to read, the raw values are kept beside."""
    value = as_dict(value)
    lines = [as_text(value.get("text"))]
    for item in as_objects(value.get("product_items")):
        price = f"{as_text(item.get('item_price'))} {as_text(item.get('currency'))}".strip()
        product = read_id(item.get("product_retailer_id"))
        lines.append(f"{as_text(item.get('quantity'))} × {product}" + (price and f" ({price})"))
    return Content(text="\n".join(filter(None, lines)))


def _read_interactive(_kind, value):
    """The answer to a form; touched buttons are no messages, see ``whatsapp_messages``."""
    reply = as_dict(as_dict(value).get("nfm_reply"))
    lines = [as_text(reply.get("body"))]
    response = read_response(reply)
    for answers in response if isinstance(response, list) else [response]:
        if isinstance(answers, dict):
            lines += [
                f"{name}: {_write(answer)}"
                for name, answer in answers.items()
                if name != "flow_token"
            ]
        else:
            lines.append(_write(answers))
    return Content(text="\n".join(filter(None, lines)))


def _write(answer):
    if isinstance(answer, (dict, list, bool)):
        return json.dumps(answer, ensure_ascii=False)
    return as_text(answer)


READERS = {
    "text": _read_text,
    "location": _read_location,
    "contacts": _read_contacts,
    "order": _read_order,
    "interactive": _read_interactive,
    **dict.fromkeys(MEDIA, _read_media),
}
CONTENT_TYPES = tuple(READERS)
