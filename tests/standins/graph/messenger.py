"""The Send API and what belongs to it, see protocol of Meta, sections 8 to 12."""

from datetime import timedelta

from ..clock import iso
from .errors import GraphError
from .private_reply import take_private_reply
from .routes import page_of, pick, route
from .state import Page, is_open
from .templates import fill

TEXT_LENGTH = 2000
QUICK_REPLIES = 13
METADATA_LENGTH = 1000
ATTACHMENT_SIZE = 25 * 1024 * 1024
ATTACHMENTS = ("image", "audio", "video", "file")
MESSAGING_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
HUMAN_WINDOW = timedelta(days=7)
ACTIONS = ("typing_on", "typing_off", "mark_seen")


@route("POST", Page, "messages", "pages_messaging")
def send(graph, page, call):
    """Take one message over, or a sender action."""
    if page.restricted:
        raise GraphError(10, 1893063)
    recipient = call.data("recipient") or {}
    message = call.data("message") or {}
    action = call.text("sender_action")
    if not isinstance(recipient, dict) or not isinstance(message, dict):
        raise GraphError(100, details="recipient and message are objects")
    if action:
        if action not in ACTIONS or message:
            raise GraphError(100, details="sender_action")
        return {"recipient_id": _find_thread(page, recipient).psid}
    _check_message(page, message)
    kind = call.text("messaging_type")
    if kind not in MESSAGING_TYPES:
        raise GraphError(100, details="messaging_type is required")
    if "comment_id" in recipient or "post_id" in recipient:
        thread = take_private_reply(graph, page, recipient)
    else:
        thread = _find_thread(page, recipient)
        _check_window(graph, page, call, kind, thread, message)
    return _accept(graph, page, thread, call, message)


def _find_thread(page, recipient):
    thread = page.threads.get(str(recipient.get("id", "")))
    if not thread:
        raise GraphError(100, 2018001)
    if thread.blocked:
        raise GraphError(551, 1545041)
    return thread


def _check_window(graph, page, call, kind, thread, message):
    if kind == "UTILITY":
        require_template(page, message)
        return
    window = timedelta(hours=24)
    if kind == "MESSAGE_TAG":
        if call.text("tag") != "HUMAN_AGENT":
            raise GraphError(100, 1893061)
        if "human_agent" not in call.token.scopes:
            raise GraphError(10, details="human_agent is not granted")
        window = HUMAN_WINDOW
    if not is_open(thread.last_inbound, graph.now, window):
        raise GraphError(10, 2018278)


def require_template(page, message):
    """:raises GraphError: no approved utility template, or wrong parameters"""
    template = message.get("template") or {}
    language = (template.get("language") or {}).get("code")
    found = page.utility_templates.get((template.get("name"), language))
    if not found or found.status != "APPROVED":
        raise GraphError(100, details="template does not exist or is not approved")
    fill(found, template.get("components") or [])


def _check_message(page, message):
    text, attachment = message.get("text"), message.get("attachment")
    attachments = message.get("attachments") or ([attachment] if attachment else [])
    if not (text or attachments or message.get("template")):
        raise GraphError(100, details="message cannot be empty, must provide valid attachment or "
                                      "text")  # fmt: skip
    if text and attachments:
        raise GraphError(100, details="text and attachment exclude each other")
    if text is not None and len(str(text)) > TEXT_LENGTH:
        raise GraphError(100, details="length of param message[text] must be less than or equal "
                                      f"to {TEXT_LENGTH}")  # fmt: skip
    if len(str(message.get("metadata") or "")) > METADATA_LENGTH:
        raise GraphError(100, details="metadata is too long")
    replies = message.get("quick_replies") or []
    if len(replies) > QUICK_REPLIES:
        raise GraphError(100, details=f"{QUICK_REPLIES} quick_replies at most")
    for reply in replies:
        if reply.get("content_type") != "text" or not reply.get("title"):
            raise GraphError(100, details="quick_replies")
    for item in attachments:
        _check_attachment(page, item)


def _check_attachment(page, attachment):
    kind, payload = attachment.get("type"), attachment.get("payload") or {}
    if kind == "template":
        return
    if kind not in ATTACHMENTS:
        raise GraphError(100, details=f"attachment type {kind}")
    if "attachment_id" in payload:
        known = page.attachments.get(str(payload["attachment_id"]))
        if not known or known[0] != kind:
            raise GraphError(100, details="attachment_id")
    elif not str(payload.get("url", "")).startswith(("http://", "https://")):
        raise GraphError(100, 2018047)


def _accept(graph, page, thread, call, message):
    """Keep it, echo it, report it delivered."""
    mid = graph.next_mid()
    taken = {
        "network": "messenger",
        "id": mid,
        "page": page.id,
        "to": thread.psid,
        "message": message,
        "messaging_type": call.text("messaging_type"),
        "tag": call.text("tag"),
        "recipient": call.data("recipient"),
        "at": graph.now,
    }
    graph.sent.append(taken)
    if thread.owner not in (None, call.token.app.id):
        thread.owner = call.token.app.id  # a send of ours takes control
    thread.messages.append({"id": mid, "out": True, "at": graph.now, **_shown(graph, message)})
    graph.echo(thread, mid, message, call.token.app.id)
    if graph.receipts:
        graph.report_delivered(thread, mid)
    return {"recipient_id": thread.psid, "message_id": mid}


def _shown(graph, message):
    attachment = message.get("attachment") or {}
    url = (attachment.get("payload") or {}).get("url", "")
    return {
        "text": str(message.get("text") or ""),
        "attachments": [{"type": attachment["type"], "url": url}] if attachment else [],
        "choices": [
            {"title": reply["title"], "payload": reply.get("payload", "")}
            for reply in message.get("quick_replies") or []
        ],
    }


@route("POST", Page, "message_attachments", "pages_messaging")
def upload(graph, page, call):
    """Keep a file for several messages; a multipart ``filedata``, or an address."""
    message = call.data("message") or {}
    attachment = message.get("attachment") or {}
    kind, payload = attachment.get("type"), attachment.get("payload") or {}
    if kind not in ATTACHMENTS:
        raise GraphError(100, details="message[attachment][type]")
    size, url = 0, payload.get("url", "")
    if "filedata" in call.files:
        file = call.files["filedata"]
        content = file.read()
        size = len(content)
        if not size or size > ATTACHMENT_SIZE:
            raise GraphError(100, 2018047)
        if kind != "file" and not (file.mimetype or "").startswith(f"{kind}/"):
            raise GraphError(100, 2018047)
        key = graph.next_id("77")
        graph.files.put(key, content, file.mimetype or "application/octet-stream")
        url = graph.files.link(key)
    elif not str(url).startswith(("http://", "https://")):
        raise GraphError(100, 2018047)
    attachment_id = graph.next_id("18")
    page.attachments[attachment_id] = (kind, size, url)
    return {"attachment_id": attachment_id}


@route("GET", Page, "conversations", "pages_messaging")
def read_conversations(graph, page, call):
    """The conversations with their messages, the newest first: how missed ones are found."""
    if call.text("platform", "messenger") != "messenger":
        return {"data": []}
    psid = call.text("user_id")
    threads = [
        thread for thread in page.threads.values() if thread.messages and psid in ("", thread.psid)
    ]
    threads.sort(key=lambda thread: thread.messages[-1]["at"], reverse=True)
    return page_of([pick(_conversation(thread), call) for thread in threads], call)


def _conversation(thread):
    person = {"id": thread.psid, "name": thread.name}
    page = {"id": thread.page.id, "name": thread.page.name}
    messages = [
        {
            "id": message["id"],
            "created_time": iso(message["at"]),
            "from": page if message["out"] else person,
            "to": {"data": [person if message["out"] else page]},
            "message": message["text"],
        }
        for message in reversed(thread.messages)
    ]
    return {
        "id": f"t_{thread.psid}",
        "updated_time": iso(thread.messages[-1]["at"]),
        "participants": {"data": [person, page]},
        "messages": {"data": messages[:25]},
    }


@route("POST", Page, "take_thread_control", "pages_messaging")
def take_control(graph, page, call):
    """From now on the conversation is this app's."""
    thread = _find_thread(page, call.data("recipient") or {})
    thread.owner = call.token.app.id
    return {"success": True}


@route("POST", Page, "pass_thread_control", "pages_messaging")
def pass_control(graph, page, call):
    """The conversation goes to another app."""
    thread = _find_thread(page, call.data("recipient") or {})
    thread.owner = call.text("target_app_id")
    return {"success": True}
