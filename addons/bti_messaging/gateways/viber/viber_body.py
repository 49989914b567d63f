"""What is posted to send one message (protocol, section 4): pure functions."""

import json
import re

from ..charset import clean_values
from ..content import MediaKind
from ..errors import FailureReason, PermanentError

MAX_REQUEST = 30_000  # bytes
MAX_URL = 2000
MAX_FILENAME = 256
MAX_SENDER = 28
MAX_TRACKING = 4096
URL = re.compile(r"https?://\S+")
# kind of file: type of the message; Viber has no sound apart
TYPES = {
    MediaKind.IMAGE: "picture",
    MediaKind.VIDEO: "video",
    MediaKind.DOCUMENT: "file",
    MediaKind.AUDIO: "file",
    MediaKind.VOICE: "file",
    MediaKind.STICKER: "sticker",
}


def check_content(message):
    """Refuse what one message cannot carry together.

    :param OutgoingMessage message: that passed ``Capability.check``
    :raises PermanentError: with the reason
    """
    content = message.content
    kinds = [
        name
        for name, asked in (
            ("a file", content.media),
            ("a place", content.location),
            ("a contact", content.contacts),
        )
        if asked
    ]
    captioned = content.media and content.media[0].kind is MediaKind.IMAGE
    if content.text and not captioned:
        kinds.append("a text")
    if content.text and not content.text.strip():
        raise PermanentError("nothing to say", reason=FailureReason.EMPTY)
    if len(kinds) > 1:
        raise PermanentError(
            f"{' and '.join(kinds)} in one message", reason=FailureReason.UNSUPPORTED
        )
    if len(content.contacts) > 1:
        raise PermanentError("contacts, one at a time", reason=FailureReason.UNSUPPORTED)
    for contact in content.contacts:
        if not contact.phones:
            raise PermanentError("a contact without a number", reason=FailureReason.EMPTY)
    for media in content.media:
        _check_media(media)


def _check_media(media):
    if media.kind is MediaKind.STICKER:
        if not (media.media_id.isascii() and media.media_id.isdecimal()):
            raise _refuse_media("a sticker without its number")
        return
    if not URL.fullmatch(media.url) or len(media.url) > MAX_URL:
        raise _refuse_media("the file has no public address")
    if media.kind is MediaKind.IMAGE:
        return
    if not get_size(media):
        raise _refuse_media("the size of the file is not known")
    if media.kind is not MediaKind.VIDEO and not 0 < len(media.filename) <= MAX_FILENAME:
        raise _refuse_media(f"a name of 1 to {MAX_FILENAME} characters is needed")


def _refuse_media(detail):
    return PermanentError(detail, reason=FailureReason.MEDIA)


def get_size(media):
    """:return: bytes of a file, 0 when not known"""
    return media.size or len(media.content)


def build_sender(name, avatar=""):
    """:return: who writes, as the person sees it; cut where Viber cuts"""
    sender = {"name": name.strip()[:MAX_SENDER]}
    return {**sender, "avatar": avatar} if avatar else sender


def build_body(message, sender):
    """:param OutgoingMessage message: that was checked
    :param dict sender: as of ``build_sender``
    :return: JSON object of ``send_message``
    :rtype: dict
    """
    return {
        "receiver": message.address.value,
        "min_api_version": 1,
        "sender": sender,
        "tracking_data": message.ref[:MAX_TRACKING],
        **_build_content(message.content),
    }


def _build_content(content):
    if content.media:
        return _build_media(content.media[0], content.text)
    if content.location:
        place = {"lat": content.location.latitude, "lon": content.location.longitude}
        return {"type": "location", "location": place}
    if content.contacts:
        contact = content.contacts[0]
        person = {"name": contact.name[:MAX_SENDER], "phone_number": contact.phones[0][:18]}
        return {"type": "contact", "contact": person}
    link = content.text.strip()
    if URL.fullmatch(link) and len(link) <= MAX_URL:
        return {"type": "url", "media": link}
    return {"type": "text", "text": content.text}


def _build_media(media, text):
    kind = TYPES[media.kind]
    if media.kind is MediaKind.STICKER:
        return {"type": kind, "sticker_id": int(media.media_id)}
    body = {"type": kind, "media": media.url}
    if media.kind is MediaKind.IMAGE:
        # a picture has its text, be it empty
        return {**body, "text": text}
    body["size"] = get_size(media)
    return body if media.kind is MediaKind.VIDEO else {**body, "file_name": media.filename}


def dump(body):
    """:return: bytes of a request: letters as they are, escaped they would be three times as long
    :raises PermanentError: ``TOO_LONG``
    """
    content = json.dumps(clean_values(body), ensure_ascii=False, separators=(",", ":")).encode()
    if len(content) > MAX_REQUEST:
        raise PermanentError(
            f"{len(content)} bytes, {MAX_REQUEST} at most", reason=FailureReason.TOO_LONG
        )
    return content
