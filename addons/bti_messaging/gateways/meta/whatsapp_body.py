"""What is posted to send one message (protocol, sections 0 and 5): pure functions."""

import re

from ..content import AddressKind, MediaKind
from ..errors import FailureReason, PermanentError
from .whatsapp_people import BSUID

NUMBER = re.compile(r"\+?[1-9][0-9]{5,14}")
TYPES = {
    MediaKind.IMAGE: "image",
    MediaKind.VIDEO: "video",
    MediaKind.AUDIO: "audio",
    MediaKind.VOICE: "audio",
    MediaKind.DOCUMENT: "document",
    MediaKind.STICKER: "sticker",
}
CAPTIONED = frozenset({MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.DOCUMENT})
HEADERS = frozenset({MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.DOCUMENT})
# More choices than this go as a list.
MAX_BUTTONS = 3
BUTTON_TITLE = 20
INTERACTIVE_TEXT = 1024
CHOICE_PAYLOAD = 200
# What opens the list, in no language.
LIST_LABEL = "☰"
# What a value of a template must not hold, and how it is called for people.
FORBIDDEN = (
    (re.compile(r"[\r\n\v\f\x85\u2028\u2029]"), "a new line"),
    (re.compile(r"\t"), "a tab"),
    (re.compile(r" {5}"), "more than 4 spaces in a row"),
)
SPACE = re.compile(r"\s")


def collapse(value):
    """:param str value: of a gap in a template, as written
    :return: the same on one line with single spaces, for a preview and to be sent
    :rtype: str
    """
    return " ".join(value.split())


def find_forbidden(value, is_link=False):
    """:param str value: of a gap in a template
    :param bool is_link: it follows an address
    :return: what the network would not take of it, "" when nothing
    :rtype: str
    """
    if not value.strip():
        return "nothing"
    if is_link and (space := SPACE.search(value)):
        return "a space" if space[0] == " " else "a new line or a tab"
    return next((words for pattern, words in FORBIDDEN if pattern.search(value)), "")


def check_parameters(template):
    """Refuse what the network would refuse, naming the gap (protocol, section 0).

    :param TemplateText template: with its values
    :raises PermanentError: ``TEMPLATE``
    """
    values = [
        (f"parameter {name or number}", find_forbidden(value))
        for number, (name, value) in enumerate(template.parameters, 1)
    ]
    values += [
        (f"link of button {place + 1}", find_forbidden(value, is_link=True))
        for place, value in template.links
    ]
    for name, wrong in values:
        if wrong:
            raise PermanentError(f"{name} holds {wrong}", reason=FailureReason.TEMPLATE)


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
            ("contacts", content.contacts),
            ("choices", content.choices),
            ("a template", content.template),
            ("a reaction", message.reaction_to),
        )
        if asked
    ]
    if len(kinds) > 1:
        raise _unsupported(f"{' and '.join(kinds)} in one message")
    if content.text and (content.location or content.contacts or content.template):
        raise _unsupported(f"a text beside {kinds[0]}")
    for media in content.media:
        if content.text and media.kind not in CAPTIONED:
            raise _unsupported(f"a text beside {media.kind.value}")
        _check_uploaded(media)
    if content.choices:
        _check_choices(content)
    if content.template:
        _check_template(content.template, message.address)


def _unsupported(words):
    return PermanentError(words, reason=FailureReason.UNSUPPORTED)


def _check_uploaded(media):
    if not (media.media_id or media.url or media.content):
        raise PermanentError("the file was not uploaded", reason=FailureReason.MEDIA)


def _check_choices(content):
    if not content.text:
        raise PermanentError("choices without a text", reason=FailureReason.EMPTY)
    limits = [(content.text, INTERACTIVE_TEXT)]
    limits += [(choice.payload, CHOICE_PAYLOAD) for choice in content.choices]
    if len(content.choices) <= MAX_BUTTONS:
        limits += [(choice.title, BUTTON_TITLE) for choice in content.choices]
    for text, longest in limits:
        _check_length(text, longest)
    if not all(choice.title.strip() and choice.payload for choice in content.choices):
        raise PermanentError("a choice without title or payload", reason=FailureReason.EMPTY)


def _check_length(text, longest):
    if len(text) > longest:
        raise PermanentError(
            f"{len(text)} characters, {longest} at most", reason=FailureReason.TOO_LONG
        )


def _check_template(template, address):
    check_parameters(template)
    if template.category == "authentication" and BSUID.fullmatch(address.value):
        raise _unsupported("a code to somebody without a known number")
    if template.header:
        if template.header.kind not in HEADERS:
            raise _unsupported(f"{template.header.kind.value} above a template")
        _check_uploaded(template.header)


def build_recipient(address):
    """:param Address address: a number, with its plus sign or without, or a BSUID
    :return: where to, as top-level keys
    :rtype: dict
    :raises PermanentError: ``NUMBER_INVALID``
    """
    # a BSUID may have come where a number was expected
    if BSUID.fullmatch(address.value):
        return {"recipient": address.value}
    if address.kind is AddressKind.BSUID or not NUMBER.fullmatch(address.value):
        raise PermanentError(reason=FailureReason.NUMBER_INVALID)
    return {"to": address.value}


def build_body(message, said=None):
    """:param OutgoingMessage message: that was checked
    :param said: (type, its value) when it is no content of the message
    :return: JSON of ``POST /{phone_number_id}/messages``
    :rtype: dict
    """
    kind, value = said or _build_content(message)
    body = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **build_recipient(message.address),
        "type": kind,
        kind: value,
    }
    if message.reply_to:
        body["context"] = {"message_id": message.reply_to}
    if message.ref:
        body["biz_opaque_callback_data"] = message.ref
    return body


def _build_content(message):
    """:return: (type, its value)"""
    content = message.content
    if message.reaction_to:
        return "reaction", {"message_id": message.reaction_to, "emoji": content.text}
    for build, value in (
        (_build_template, content.template),
        (_build_choices, content.choices and content),
        (_build_media, content.media and content),
        (_build_location, content.location),
        (_build_contacts, content.contacts),
    ):
        if value:
            return build(value)
    return "text", {"body": content.text}


def _build_template(template):
    components = []
    if template.header:
        kind, value = _build_file(template.header)
        components.append({"type": "header", "parameters": [{"type": kind, kind: value}]})
    if template.parameters:
        parameters = [
            {"type": "text", **({"parameter_name": name} if name else {}), "text": value}
            for name, value in template.parameters
        ]
        components.append({"type": "body", "parameters": parameters})
    components += [
        {
            "type": "button",
            "sub_type": "url",
            "index": str(place),
            "parameters": [{"type": "text", "text": value}],
        }
        for place, value in template.links
    ]
    value = {"name": template.name, "language": {"code": template.language}}
    return "template", {**value, "components": components} if components else value


def _build_choices(content):
    rows = [{"id": choice.payload, "title": choice.title} for choice in content.choices]
    if len(rows) <= MAX_BUTTONS:
        action = {"buttons": [{"type": "reply", "reply": row} for row in rows]}
    else:
        action = {"button": LIST_LABEL, "sections": [{"rows": rows}]}
    kind = "button" if len(rows) <= MAX_BUTTONS else "list"
    return "interactive", {"type": kind, "body": {"text": content.text}, "action": action}


def build_contact_request(text):
    """:param str text: the question for a person's own number (protocol, section 0)
    :return: (type, its value)
    :raises PermanentError: ``EMPTY`` or ``TOO_LONG``
    """
    if not text:
        raise PermanentError("nothing to ask", reason=FailureReason.EMPTY)
    _check_length(text, INTERACTIVE_TEXT)
    return "interactive", {
        "type": "request_contact_info",
        "body": {"text": text},
        "action": {"name": "request_contact_info"},
    }


def _build_media(content):
    [media] = content.media
    kind, value = _build_file(media)
    return kind, {**value, "caption": content.text} if content.text else value


def _build_file(media):
    value = {"id": media.media_id} if media.media_id else {"link": media.url}
    if media.kind is MediaKind.DOCUMENT and media.filename:
        value["filename"] = media.filename
    if media.kind is MediaKind.VOICE:
        value["voice"] = True
    return TYPES[media.kind], value


def _build_location(location):
    texts = {"name": location.name, "address": location.address}
    return "location", {
        "latitude": location.latitude,
        "longitude": location.longitude,
        **{name: text for name, text in texts.items() if text},
    }


def _build_contacts(contacts):
    return "contacts", [
        {
            "name": {"formatted_name": contact.name, "first_name": contact.name},
            "phones": [{"phone": phone} for phone in contact.phones],
        }
        for contact in contacts
    ]
