"""Messages of WhatsApp, incoming and written elsewhere, as events (protocol, section 3)."""

from dataclasses import asdict, dataclass, field, replace

from ..base import Event, EventKind
from ..content import Content
from ..values import as_dict, as_objects, as_text, digest, make_key, read_id, read_time
from .whatsapp_content import CONTENT_TYPES, read_content, read_referral, read_response
from .whatsapp_people import People, read_address, read_addresses

# Types of system messages that tell of a new number or user id; those before 2026 spell
# "customer" where later ones have "user".
ADDRESS_CHANGES = frozenset(
    {
        "user_changed_number",
        "user_changed_user_id",
        "customer_changed_number",
        "customer_changed_user_id",
    }
)
# Of the system message itself: how the person was called until then, and is from then on.
FORMER_NAMES = ("previous_user_id", "previous_parent_user_id", "customer", "previous_wa_id")
NEW_NAMES = ("user_id", "parent_user_id", "wa_id", "new_wa_id")
# Added to the id of the message, lest two facts under one id be taken for one: what comes after a
# message has an id of its own, for all that is known, and a file of the history follows its
# placeholder in a later notification.
KEY_SUFFIX = {
    name: (name,) for name in ("reaction", "edit", "revoke", "system", "media_placeholder")
}
# Answers by touch within an interactive message.
TOUCHES = ("button_reply", "list_reply")


@dataclass(frozen=True)
class Thread:
    """What all messages of one notification, or of one thread of it, have in common.

    :param str account: phone_number_id of our number
    :param str number: our number, digits
    :param People people: the contacts named beside
    :param tuple person: names of the person, where the thread tells them and not the message
    :param list errors: what the network says of messages that it could not hand over
    """

    account: str
    number: str
    people: People
    person: tuple = ()
    outgoing: bool = False
    standby: bool = False
    history: bool = False
    errors: list = field(default_factory=list)


def read_message(item, thread):
    """:param dict item: one of ``messages``, ``message_echoes`` or of the history
    :param Thread thread: around it
    :return: one fact, ``UNKNOWN`` when nobody can be said to have written it
    :rtype: Event
    """
    nested = as_dict(item.get("message"))
    if nested and "type" not in item:
        item = {**nested, **item}  # standby has some messages one level deeper
    kind = _get_kind(item)
    base = _read_base(item, kind, thread)
    if base.payload.get("group_id"):
        # never in the private conversation of the one who wrote
        event = _with_content(base, read_content(kind, item), thread)
        return replace(event, kind=EventKind.UNKNOWN, addresses=())
    event = READERS.get(kind, _read_plain)(item, base, thread)
    return event if event.addresses else replace(event, kind=EventKind.UNKNOWN)


def describe_errors(errors):
    """:param errors: list of errors of a notification
    :return: code and words of each, for administrators
    :rtype: str
    """
    lines = []
    for error in as_objects(errors):
        details = as_text(as_dict(error.get("error_data")).get("details"))
        words = details or as_text(error.get("message")) or as_text(error.get("title"))
        lines.append(f"{read_id(error.get('code'))} {words}".strip())
    return "; ".join(filter(None, lines))[:500]


def _get_kind(item):
    """:return: the type, guessed from what there is when it is not told"""
    return read_id(item.get("type")) or next((name for name in KNOWN if item.get(name)), "")


def _read_base(item, kind, thread):
    """:return: what every kind of message tells"""
    context = as_dict(item.get("context"))
    outgoing = thread.outgoing or _is_ours(item, thread)
    side = "to" if outgoing else "from"
    names = [item.get(name) for name in (f"{side}_user_id", f"{side}_parent_user_id", side)]
    person = thread.people.find(*names, *thread.person)
    message_id = read_id(item.get("id"))
    payload = {name: value for name, value in item.items() if name not in ("text", "message")}
    group = read_id(item.get("group_id") or context.get("group_id"))
    if group:
        payload["group_id"] = group
    return Event(
        EventKind.MESSAGE,
        key=make_key(message_id or digest([thread.account, item]), *KEY_SUFFIX.get(kind, ())),
        ref=read_id(item.get("biz_opaque_callback_data")) or message_id,
        occurred_at=read_time(item.get("timestamp")),
        payload=payload,
        sender="" if outgoing else next(filter(None, map(read_id, reversed(names))), ""),
        recipient="" if outgoing else thread.number,
        account=thread.account,
        addresses=person.addresses,
        name=person.name,
        username=person.username,
        target=read_id(context.get("id")),
        referral=read_referral(item.get("referral")),
        outgoing=outgoing,
        standby=thread.standby,
        history=thread.history,
        forwarded=context.get("forwarded") is True or context.get("frequently_forwarded") is True,
    )


def _is_ours(item, thread):
    """In the history both sides' messages stand in one list, of which the thread names one."""
    if not thread.history:
        return False
    told = as_dict(item.get("history_context")).get("from_me")
    if isinstance(told, bool):
        return told
    sender = read_address(item.get("from"), thread.people.scope)
    if sender is None or sender.value == thread.number:
        return sender is not None or bool(read_id(item.get("to")))
    # not the other side, as far as this can be compared: an earlier number of ours
    named = read_addresses(thread.person, thread.people.scope)
    return sender not in named and any(one.kind is sender.kind for one in named)


# === KINDS OF MESSAGES === #


def _read_plain(item, base, thread):
    return _with_content(base, read_content(_get_kind(item), item), thread, item)


def _with_content(base, content, thread, item=None, **values):
    """:return: with what is said, and with the reason why something cannot be shown"""
    if content.unsupported:
        values["detail"] = describe_errors(as_dict(item).get("errors") or thread.errors)
    return replace(base, text=content.text, content=content, **values)


def _read_button(item, base, thread):
    """A quick reply of a template."""
    button = as_dict(item.get("button"))
    return _read_touch(base, thread, button.get("payload"), button.get("text"), "button")


def _read_touch(base, thread, payload, title, kind):
    title, payload = as_text(title), as_text(payload)
    if not (title or payload):
        return _with_content(base, Content(unsupported=kind), thread)
    return _with_content(
        base,
        Content(text=title or payload),
        thread,
        kind=EventKind.POSTBACK,
        payload={**base.payload, "payload": payload},
    )


def _read_interactive(item, base, thread):
    """Choices are touched, forms filled in; the key itself may be missing (section 3)."""
    interactive = as_dict(item.get("interactive"))
    for name in TOUCHES:
        if name in interactive:
            reply = as_dict(interactive[name])
            return _read_touch(base, thread, reply.get("id"), reply.get("title"), name)
    response = read_response(as_dict(interactive.get("nfm_reply")))
    if response is not None:
        base = replace(base, payload={**base.payload, "response": response})
    return _read_plain(item, base, thread)


def _read_reaction(item, base, _thread):
    reaction = as_dict(item.get("reaction"))
    target = read_id(reaction.get("message_id"))
    kind = EventKind.REACTION if target else EventKind.UNKNOWN
    return replace(base, kind=kind, target=target, text=as_text(reaction.get("emoji")))


def _read_edit(item, base, thread):
    edit = as_dict(item.get("edit"))
    message = as_dict(edit.get("message"))
    target = read_id(edit.get("original_message_id"))
    kind = EventKind.EDIT if target else EventKind.UNKNOWN
    content = read_content(_get_kind(message), message)
    return _with_content(base, content, thread, kind=kind, target=target)


def _read_revoke(item, base, _thread):
    target = read_id(as_dict(item.get("revoke")).get("original_message_id"))
    kind = EventKind.WITHDRAWAL if target else EventKind.UNKNOWN
    return replace(base, kind=kind, target=target)


def _read_welcome(_item, base, _thread):
    """The conversation was opened, nothing was said yet."""
    return replace(base, kind=EventKind.REFERRAL)


def _read_system(item, base, thread):
    """The person has a new number or user id; what else phones tell each other is kept."""
    system = as_dict(item.get("system"))
    scope = thread.people.scope
    new = read_addresses([system.get(name) for name in NEW_NAMES], scope)
    earlier = [*(system.get(name) for name in FORMER_NAMES), item.get("from")]
    former = [one for one in read_addresses(earlier, scope) if one not in new]
    if read_id(system.get("type")) not in ADDRESS_CHANGES or not (new and former):
        return replace(base, kind=EventKind.UNKNOWN, text=as_text(system.get("body")))
    payload = {**base.payload, "former": [asdict(one) for one in former]}
    return replace(base, kind=EventKind.ADDRESS, addresses=new, payload=payload)


READERS = {
    "button": _read_button,
    "interactive": _read_interactive,
    "reaction": _read_reaction,
    "edit": _read_edit,
    "revoke": _read_revoke,
    "request_welcome": _read_welcome,
    "system": _read_system,
}
KNOWN = (*CONTENT_TYPES, *READERS)
