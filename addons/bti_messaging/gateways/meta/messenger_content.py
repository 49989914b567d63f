"""What a message of Messenger says (protocol, section 5)."""

from urllib.parse import unquote, urlsplit

from ..content import Content, Location, Media, MediaKind, Referral
from ..values import as_dict, as_list, as_text, read_id

FILES = {
    "image": MediaKind.IMAGE,
    "animated_image": MediaKind.IMAGE,
    "audio": MediaKind.AUDIO,
    "video": MediaKind.VIDEO,
    "file": MediaKind.DOCUMENT,
    "sticker": MediaKind.STICKER,
}
# Something of Facebook or Instagram, or a page of the web: shown by its title and address.
LINKS = frozenset(
    {
        "fallback",
        "share",
        "post",
        "ig_post",
        "reel",
        "ig_reel",
        "story_mention",
        "appointment_booking",
        "template",
    }
)
# The thumb in its three sizes (section 0): there is nothing to fetch for it.
THUMBS = frozenset({"369239263222822", "369239343222814", "369239383222810"})
THUMB = "👍"
LONGEST_UNSUPPORTED = 100
LONGEST_FILENAME = 150


def read_content(message):
    """:param dict message: of an event, or of an edit
    :return: all it says; what the network would not hand over is named
    :rtype: Content
    """
    texts, media, places, unsupported = [as_text(message.get("text"))], [], [], []
    for attachment in as_list(message.get("attachments")):
        attachment = as_dict(attachment)
        kind = read_id(attachment.get("type")).lower()
        payload = as_dict(attachment.get("payload"))
        if read_id(payload.get("sticker_id")) in THUMBS:
            texts.append(THUMB)
        elif kind in FILES and _has_file(payload):
            media.append(_read_file(kind, payload))
        elif kind == "location" and (place := _read_place(attachment, payload)):
            places.append(place)
        elif kind in LINKS or read_url(payload.get("url")):
            texts += _read_words(attachment, payload, texts)
        else:
            unsupported.append(kind or "attachment")
    if message.get("is_unsupported") is True:
        unsupported.append("message")
    text = "\n".join(filter(None, texts))
    if not (text or media or places or unsupported):
        unsupported.append(_name_nothing(message))
    # a second place has no room of its own
    lines = [text, *(f"{place.latitude}, {place.longitude}" for place in places[1:])]
    return Content(
        text="\n".join(filter(None, lines)),
        media=tuple(media),
        location=places[0] if places else None,
        unsupported=", ".join(dict.fromkeys(unsupported))[:LONGEST_UNSUPPORTED],
    )


def read_url(value):
    """:return: an address of the web, "" for any other"""
    url = as_text(value).strip()
    return url if url.lower().startswith(("http://", "https://")) else ""


def read_referral(value):
    """Where a person came from: an advert, an m.me link, a button elsewhere.

    :rtype: Referral | None
    """
    value = as_dict(value)
    if not value:
        return None
    advert = as_dict(value.get("ads_context_data"))
    return Referral(
        source=read_id(value.get("source")),
        ref=as_text(value.get("ref")),
        ad_id=read_id(value.get("ad_id")),
        url=read_url(value.get("referer_uri")),
        title=as_text(advert.get("ad_title")),
    )


def _name_nothing(message):
    """:return: what a message without anything that we show consists of"""
    kinds = (read_id(as_dict(item).get("type")) for item in as_list(message.get("attachments")))
    return next(filter(None, kinds), "message")


def _has_file(payload):
    return bool(read_url(payload.get("url")) or read_id(payload.get("sticker_id")))


def _read_file(kind, payload):
    """The address is signed and soon dead; an image may still be a sticker of old."""
    url, sticker_id = read_url(payload.get("url")), read_id(payload.get("sticker_id"))
    return Media(
        MediaKind.STICKER if sticker_id else FILES[kind],
        url=url,
        media_id=sticker_id,
        filename=_read_filename(url) if kind == "file" else "",
    )


def _read_filename(url):
    try:
        name = unquote(urlsplit(url).path).rpartition("/")[2]
    except ValueError:
        return ""
    return "".join(filter(str.isprintable, name))[-LONGEST_FILENAME:].strip()


def _read_place(attachment, payload):
    point = as_dict(payload.get("coordinates"))
    try:
        latitude, longitude = float(point["lat"]), float(point["long"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    url = read_url(attachment.get("url"))
    return Location(latitude, longitude, name=as_text(attachment.get("title")), url=url)


def _read_words(attachment, payload, said):
    """:return: title, text and address of what was shared, without what was said already"""
    elements = as_list(payload.get("elements")) + as_list(
        as_dict(payload.get("generic")).get("elements")
    )
    sources = [attachment, payload, *map(as_dict, elements)]
    words = []
    for source in sources:
        for name in ("title", "text", "subtitle"):
            words.append(as_text(source.get(name)).strip())
        words.append(read_url(source.get("url") or source.get("item_url")))
    known = "\n".join(said)
    return [word for word in dict.fromkeys(words) if word and word not in known]
