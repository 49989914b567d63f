"""Sending on WhatsApp, see protocol of WhatsApp, sections 5 to 8."""

from .errors import GraphError
from .routes import route
from .state import Media, Number, is_open
from .templates import fill, find_usable

TEXT_LENGTH = 4096
CAPTION_LENGTH = 1024
OPAQUE_LENGTH = 512
BUTTONS, BUTTON_TITLE = 3, 20
ROWS, ROW_TITLE = 10, 24
FILES = ("image", "video", "audio", "document", "sticker")
CAPTIONED = ("image", "video", "document")


@route("POST", Number, "messages", "whatsapp_business_messaging")
def send(graph, number, call):
    """Take one message over; or mark one read."""
    if call.text("messaging_product") != "whatsapp":
        raise GraphError(100, details="messaging_product must be whatsapp")
    if call.text("status") == "read":
        return mark_read(graph, number, call)
    to, recipient = call.text("to"), call.text("recipient")
    if not (to or recipient):
        raise GraphError(131008, details="to or recipient")
    if len(call.text("biz_opaque_callback_data")) > OPAQUE_LENGTH:
        raise GraphError(131009, details="biz_opaque_callback_data")
    digits = "".join(sign for sign in to if sign.isdigit())
    if to and (not digits or digits == number.digits):
        raise GraphError(131021 if digits else 131009, details="to")
    kind = call.text("type", "text")
    if kind not in CHECKS:
        raise GraphError(131009, details=f"type {kind}")
    content = call.data(kind)
    if not content or not isinstance(content, list if kind == "contacts" else dict):
        raise GraphError(131008, details=kind)
    template = CHECKS[kind](graph, number, content, kind)
    key = digits or recipient
    if template and template.category == "AUTHENTICATION" and not digits:
        raise GraphError(131062)
    graph.limits.count_pair(number, key)
    contact = number.contacts.get(key)
    failure = _failure(graph, contact, template)
    if failure == 131047 and graph.window_error == "answer":
        raise GraphError(131047)
    return _accept(graph, number, call, contact, key, template, failure)


def _failure(graph, contact, template):
    """:return: code with which it will fail, told by a status; 0: it arrives"""
    if not contact or not contact.on_whatsapp or contact.blocked:
        return 131026
    if template:
        return 131050 if template.category == "MARKETING" and contact.no_marketing else 0
    return 0 if is_open(contact.last_inbound, graph.now) else 131047


def _accept(graph, number, call, contact, key, template, failure):
    wamid = graph.next_wamid()
    kind = call.text("type", "text")
    content = call.data(kind)
    text = fill(template, content.get("components") or []) if template else _words(content)
    message = {
        "network": "whatsapp",
        "id": wamid,
        "number": number.id,
        "to": key,
        "type": kind,
        "content": content,
        "text": text,
        "context": call.data("context") or {},
        "opaque": call.text("biz_opaque_callback_data"),
        "category": template.category.lower() if template else "service",
        "status": "accepted",
        "contact": contact,
        "out": True,
        "at": graph.now,
    }
    graph.sent.append(message)
    number.messages[wamid] = message
    if contact and contact.agent_holds:
        graph.hand_over_whatsapp(contact, to_agent=False)  # any send of ours takes control
    if failure:
        graph.fail_message(message, failure)
    elif graph.receipts:
        for status in ("sent", "delivered"):
            graph.report(message, status)
    person = {"input": call.text("to") or key}
    if call.text("to"):
        person["wa_id"] = key
    if contact:
        person["user_id"] = contact.user_id
    return {
        "messaging_product": "whatsapp",
        "contacts": [person],
        "messages": [{"id": wamid, "message_status": "accepted"}],
    }


def _words(content):
    """:return: what a person reads of a message"""
    if isinstance(content, list):
        return ", ".join(item["name"]["formatted_name"] for item in content)
    body = content.get("body")
    if isinstance(body, dict):
        body = body.get("text")
    words = body or content.get("caption") or content.get("emoji") or content.get("name")
    return words if isinstance(words, str) else ""


def mark_read(graph, number, call):
    """Mark a message of the person read."""
    message = number.messages.get(call.text("message_id"))
    if not message or message["out"]:
        raise GraphError(131009, details="message_id")
    message["status"] = "read"
    return {"success": True}


# --- what each type must be ----------------------------------------------------------------------
def _check_text(graph, number, content, kind):
    body = content.get("body")
    if not isinstance(body, str) or not body.strip():
        raise GraphError(131008, details="text['body'] is required")
    if len(body) > TEXT_LENGTH:
        raise GraphError(131009, details=f"text['body'] must be at most {TEXT_LENGTH} characters")


def _check_file(graph, number, content, kind):
    media_id, link = content.get("id"), content.get("link")
    if bool(media_id) == bool(link):
        raise GraphError(131008, details=f"{kind}: one of id and link")
    if media_id:
        media = graph.nodes.get(str(media_id))
        if (
            not isinstance(media, Media)
            or media.number is not number
            or graph.now - media.created > media.lives
        ):
            raise GraphError(131009, details=f"{kind}['id'] is not a valid media id")
    elif not str(link).startswith(("http://", "https://")):
        raise GraphError(131009, details=f"{kind}['link']")
    caption = content.get("caption")
    if caption and kind not in CAPTIONED:
        raise GraphError(131009, details=f"{kind}['caption']")
    if len(caption or "") > CAPTION_LENGTH:
        raise GraphError(131009, details=f"caption must be at most {CAPTION_LENGTH} characters")


def _check_place(graph, number, content, kind):
    for name, most in (("latitude", 90), ("longitude", 180)):
        try:
            fits = abs(float(content[name])) <= most
        except (KeyError, TypeError, ValueError):
            fits = False
        if not fits:
            raise GraphError(131009, details=f"location['{name}']")


def _check_contacts(graph, number, content, kind):
    if not all((item.get("name") or {}).get("formatted_name") for item in content):
        raise GraphError(131008, details="contacts: name['formatted_name']")


def _check_interactive(graph, number, content, kind):
    body = (content.get("body") or {}).get("text") or ""
    if not body or len(body) > CAPTION_LENGTH:
        raise GraphError(131009, details="interactive['body']")
    action, kind = content.get("action") or {}, content.get("type")
    if kind == "button":
        buttons = [button.get("reply") or {} for button in action.get("buttons") or []]
        _check_titles(buttons, BUTTONS, BUTTON_TITLE)
    elif kind == "list":
        rows = [row for part in action.get("sections") or [] for row in part.get("rows") or []]
        if not action.get("button"):
            raise GraphError(131008, details="interactive['action']['button']")
        _check_titles(rows, ROWS, ROW_TITLE)
    elif kind not in ("request_contact_info", "location_request_message", "cta_url"):
        raise GraphError(131009, details=f"interactive['type'] {kind}")


def _check_titles(items, most, length):
    if not 0 < len(items) <= most:
        raise GraphError(131009, details=f"1 to {most} answers")
    ids = {item.get("id") for item in items}
    if len(ids) != len(items) or not all(ids):
        raise GraphError(131009, details="each answer has an id of its own")
    for item in items:
        if not 0 < len(item.get("title") or "") <= length:
            raise GraphError(131009, details=f"title: 1 to {length} characters")


def _check_reaction(graph, number, content, kind):
    if content.get("message_id") not in number.messages or "emoji" not in content:
        raise GraphError(131009, details="reaction")


def _check_template(graph, number, content, kind):
    template = find_usable(number.waba, content)
    fill(template, content.get("components") or [])
    return template


CHECKS = {
    "text": _check_text,
    **dict.fromkeys(FILES, _check_file),
    "location": _check_place,
    "contacts": _check_contacts,
    "interactive": _check_interactive,
    "reaction": _check_reaction,
    "template": _check_template,
}
