"""Files on WhatsApp: uploaded by us, sent by people, see protocol of WhatsApp, section 7."""

import base64
import hashlib
from datetime import timedelta

from .errors import GraphError
from .files import WHATSAPP_LINK_LIVES
from .routes import route
from .state import Media, Number

MEGABYTE = 1024 * 1024
OURS_LIVES = timedelta(days=30)
THEIRS_LIVES = timedelta(days=7)
DOCUMENTS = {
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "text/plain",
}
# type: bytes at most
UPLOADS = {
    **dict.fromkeys(("image/jpeg", "image/png"), 5 * MEGABYTE),
    **dict.fromkeys(
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MEGABYTE
    ),
    **dict.fromkeys(("video/mp4", "video/3gpp"), 16 * MEGABYTE),
    **dict.fromkeys(DOCUMENTS, 100 * MEGABYTE),
    "image/webp": 500 * 1024,
}


def keep_media(graph, number, content, mimetype, filename="", lives=OURS_LIVES):
    """:return: a new file of a number
    :rtype: Media
    """
    media = Media(
        graph.next_id("17"), number, content, mimetype, graph.now, lives, filename=filename
    )
    number.media[media.id] = graph.keep(media)
    graph.files.put(f"whatsapp/{media.id}", content, mimetype, private=True)
    return media


def digest(content):
    """:return: SHA-256 as webhooks write it, in base64"""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@route("POST", Number, "media", "whatsapp_business_messaging")
def upload(graph, number, call):
    """Keep a file for sending; 30 days."""
    file = call.files.get("file")
    if call.text("messaging_product") != "whatsapp" or not file:
        raise GraphError(100, details="messaging_product and file are required")
    mimetype = (call.text("type") or file.mimetype or "").partition(";")[0].strip()
    content = file.read()
    if mimetype not in UPLOADS:
        raise GraphError(100, details=f"param file: {mimetype} is no allowed type")
    if not content or len(content) > UPLOADS[mimetype]:
        raise GraphError(131053, details=f"{len(content)} bytes of {mimetype}")
    return {"id": keep_media(graph, number, content, mimetype, file.filename).id}


@route("GET", Media, "", "whatsapp_business_messaging")
def look_up(graph, media, call):
    """Where to fetch it, for five minutes."""
    _must_live(graph, media, call)
    return {
        "messaging_product": "whatsapp",
        "url": graph.files.link(f"whatsapp/{media.id}", WHATSAPP_LINK_LIVES),
        "mime_type": media.mimetype,
        "sha256": hashlib.sha256(media.content).hexdigest(),
        "file_size": len(media.content),
        "id": media.id,
    }


def _must_live(graph, media, call):
    other = call.text("phone_number_id") not in ("", media.number.id)
    if other or graph.now - media.created > media.lives:
        raise GraphError(100, 33, details=f"'{media.id}'")


@route("DELETE", Media, "", "whatsapp_business_messaging")
def delete(graph, media, call):
    """Forget it."""
    _must_live(graph, media, call)
    del graph.nodes[media.id], media.number.media[media.id]
    graph.files.remove(f"whatsapp/{media.id}")
    return {"success": True}
