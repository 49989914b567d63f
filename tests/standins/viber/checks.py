"""What Viber refuses of a message, see protocol of Viber, section 4: (status, words), or None."""

import json

STATUSES = {
    0: "ok",
    1: "invalidUrl",
    2: "invalidAuthToken",
    3: "badData",
    4: "missingData",
    5: "receiverNotRegistered",
    6: "receiverNotSubscribed",
    7: "publicAccountBlocked",
    8: "publicAccountNotFound",
    9: "publicAccountSuspended",
    10: "webhookNotSet",
    11: "receiverNoSuitableDevice",
    12: "tooManyRequests",
    13: "apiVersionNotSupported",
    14: "incompatibleWithVersion",
    15: "publicAccountNotAuthorized",
    16: "inchatReplyMessageNotAllowed",
    17: "publicAccountIsNotInline",
    18: "noPublicChat",
    19: "cannotSendBroadcast",
    20: "broadcastNotAllowed",
    21: "unsupportedCountry",
    22: "paymentUnsupported",
    23: "freeMessagesExceeded",
    24: "noBalance",
    99: "generalError",
}
MEGABYTE = 1024 * 1024
REQUEST_SIZE = 30 * 1024
SENDER_NAME = 28
TRACKING = 4096
TEXT = 7000
CAPTION = 512
FILE_NAME = 256
URL = 2000
VIDEO_SIZE = 26 * MEGABYTE
FILE_SIZE = 50 * MEGABYTE
PICTURES = (".jpg", ".jpeg", ".png", ".gif")
# type: names that must be there
NEEDED = {
    "text": ("text",),
    "picture": ("media",),
    "video": ("media", "size"),
    "file": ("media", "size", "file_name"),
    "location": ("location",),
    "contact": ("contact",),
    "sticker": ("sticker_id",),
    "url": ("media",),
}
API_VERSIONS = range(1, 11)


def find_fault(values):
    """:param dict values: the body of a request to send
    :return: (status, words) of the first thing that is wrong, or None
    """
    if len(json.dumps(values).encode()) > REQUEST_SIZE:
        return 3, "request too large"
    sender = values.get("sender")
    if not isinstance(sender, dict) or not sender.get("name"):
        return 4, "sender.name"
    if len(str(sender["name"])) > SENDER_NAME:
        return 3, "sender.name is too long"
    if values.get("min_api_version", 1) not in API_VERSIONS:
        return 13, "min_api_version"
    if len(str(values.get("tracking_data") or "")) > TRACKING:
        return 3, "tracking_data is too long"
    kind = values.get("type")
    if kind not in NEEDED:
        return 3, f"type {kind}"
    for name in NEEDED[kind]:
        if not values.get(name):
            return 4, name
    return _find_fault_of_type(kind, values)


def _find_fault_of_type(kind, values):
    media = str(values.get("media") or "")
    longest = CAPTION if kind == "picture" else TEXT
    checks = (
        (len(str(values.get("text") or "")) > longest, "text is too long"),
        (len(media) > URL, "media is too long"),
        (media and not media.startswith(("http://", "https://")), "media is no address"),
        (
            kind == "picture" and not media.partition("?")[0].lower().endswith(PICTURES),
            "media is no picture",
        ),
        (kind == "video" and not _fits(values, VIDEO_SIZE), "size"),
        (kind == "file" and not _fits(values, FILE_SIZE), "size"),
        (len(str(values.get("file_name") or "")) > FILE_NAME, "file_name is too long"),
        (kind == "location" and not _is_place(values["location"]), "location"),
        (kind == "contact" and not _is_contact(values["contact"]), "contact"),
    )
    for wrong, words in checks:
        if wrong:
            return 3, words
    return None


def _fits(values, most):
    size = values.get("size")
    return isinstance(size, int) and 0 < size <= most


def _is_place(place):
    try:
        return abs(float(place["lat"])) <= 90 and abs(float(place["lon"])) <= 180
    except (KeyError, TypeError, ValueError):
        return False


def _is_contact(contact):
    return isinstance(contact, dict) and bool(contact.get("name") and contact.get("phone_number"))
