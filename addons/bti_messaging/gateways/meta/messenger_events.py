"""What happens in the conversations of a Page, as events (protocol, section 5)."""

from dataclasses import replace

from ..base import Event, EventKind
from ..content import Address, AddressKind, Content, Referral
from ..values import (
    MILLISECOND,
    SECOND,
    as_dict,
    as_list,
    as_text,
    digest,
    make_key,
    read_id,
    read_time,
)
from .messenger_content import read_content, read_referral
from .webhook import make_unknown

OBJECT = "page"
# Words of reactions, where the emoji itself is missing.
EMOJIS = {
    "love": "❤",
    "like": "👍",
    "smile": "😆",
    "wow": "😮",
    "sad": "😢",
    "angry": "😠",
    "dislike": "👎",
}
# What is nothing without a person; the others name the message that they are about.
OF_PERSONS = frozenset(
    {
        EventKind.MESSAGE,
        EventKind.POSTBACK,
        EventKind.STATUS,
        EventKind.READ,
        EventKind.REFERRAL,
        EventKind.CONTROL,
    }
)
STOPPED = "STOP_NOTIFICATIONS"


def read_item(item, app_id):
    """Turn one thing of ``messaging`` or ``standby`` into events.

    :param webhook.Item item: of the envelope
    :param str app_id: of our app: what it sent comes back as an echo
    :return: at least one event
    :rtype: list[Event]
    """
    value = as_dict(item.value)
    base = _read_base(item, value)
    events = []
    for name, read in READERS.items():
        if isinstance(value.get(name), dict):
            events += read(base, value[name], app_id)
    return events or [replace(make_unknown(item), account=base.account)]


def read_template(item, _app_id=""):
    """The state of an approved text changed."""
    value = as_dict(item.value)
    template_id = read_id(value.get("message_template_id"))
    status = read_id(value.get("event")).lower()
    if not (template_id and status):
        return [make_unknown(item)]
    reason = as_text(value.get("reason"))
    return [
        Event(
            EventKind.TEMPLATE,
            key=make_key("template", template_id, status, digest([item.time, value])),
            account=item.account,
            status=status,
            detail="" if reason.upper() == "NONE" else reason,
            occurred_at=read_time(item.time, SECOND),
            payload={
                "id": template_id,
                "name": read_id(value.get("message_template_name")),
                "language": read_id(value.get("message_template_language")),
                "value": value,
            },
        )
    ]


def _read_base(item, value):
    """:return: what all things have in common: who, when, on which Page"""
    sender = read_id(as_dict(value.get("sender")).get("id"))
    recipient = read_id(as_dict(value.get("recipient")).get("id"))
    echo = as_dict(value.get("message")).get("is_echo") is True
    account = item.account or (sender if echo else recipient)
    outgoing = echo or (bool(sender) and sender == account)
    person = recipient if outgoing else sender
    moment = value.get("timestamp") or item.time
    return Event(
        EventKind.UNKNOWN,
        key="",
        account=account,
        sender="" if outgoing else sender,
        recipient="" if outgoing else recipient,
        occurred_at=read_time(moment, MILLISECOND),
        addresses=(Address(AddressKind.PSID, person, account),) if person else (),
        outgoing=outgoing,
        standby=item.field == "standby",
        payload={"timestamp": read_id(moment)},
    )


def _person(base):
    return base.addresses[0].value if base.addresses else ""


def _make(base, kind, *key, payload=None, **values):
    """:return: one event of the base, about nobody when it needs a person and has none"""
    about_message = kind is EventKind.STATUS and values.get("ref")
    told = base.addresses or kind not in OF_PERSONS or about_message
    return replace(
        base,
        kind=kind if told else EventKind.UNKNOWN,
        key=make_key(*key),
        payload={**base.payload, **(payload or {})},
        **values,
    )


# === MESSAGES === #


def _read_message(base, message, app_id):
    mid = read_id(message.get("mid"))
    if message.get("is_deleted") is True and mid:
        return [_make(base, EventKind.WITHDRAWAL, "withdrawal", mid, target=mid)]
    content = read_content(message)
    quick_reply = as_dict(message.get("quick_reply"))
    payload = {
        name: value for name, value in message.items() if name not in ("text", "attachments")
    }
    kind = EventKind.MESSAGE
    if "payload" in quick_reply:
        kind, payload["payload"] = EventKind.POSTBACK, as_text(quick_reply["payload"])
    return [
        _make(
            base,
            kind,
            mid or f"message:{digest([_person(base), base.payload, message])}",
            ref=_read_ref(base, message, app_id) or mid,
            text=content.text,
            content=content,
            target=read_id(as_dict(message.get("reply_to")).get("mid")),
            referral=read_referral(message.get("referral")),
            payload=payload,
        )
    ]


def _read_ref(base, message, app_id):
    """Our own reference, if it is our message come back. What another program or a colleague in
    the Page's inbox sent has none of ours."""
    ours = read_id(message.get("app_id")) in (app_id, "") if app_id else True
    return as_text(message.get("metadata")) if base.outgoing and ours else ""


def _read_edit(base, edit, _app_id):
    mid = read_id(edit.get("mid"))
    number = read_id(edit.get("num_edit")) or digest(edit)
    if not mid:
        return []
    content = read_content(edit)
    return [
        _make(
            base,
            EventKind.EDIT,
            "edit",
            mid,
            number,
            target=mid,
            text=content.text,
            content=content,
            payload={"num_edit": number},
        )
    ]


def _read_postback(base, postback, _app_id):
    title, payload = as_text(postback.get("title")), as_text(postback.get("payload"))
    mid = read_id(postback.get("mid"))
    key = (mid,) if mid else ("postback", _person(base), base.payload["timestamp"], payload)
    return [
        _make(
            base,
            EventKind.POSTBACK,
            *key,
            ref=mid,
            text=title,
            content=Content(text=title or payload),
            referral=read_referral(postback.get("referral")),
            payload={"payload": payload},
        )
    ]


def _read_reaction(base, reaction, _app_id):
    mid = read_id(reaction.get("mid"))
    action = read_id(reaction.get("action")).lower()
    if not mid or action not in ("react", "unreact"):
        return []
    word = as_text(reaction.get("reaction"))
    emoji = as_text(reaction.get("emoji")) or EMOJIS.get(word.lower(), word)
    return [
        _make(
            base,
            EventKind.REACTION,
            *("reaction", mid, _person(base), action, base.payload["timestamp"]),
            target=mid,
            text=emoji if action == "react" else "",
            payload={"reaction": word},
        )
    ]


# === RECEIPTS === #


def _read_delivery(base, delivery, _app_id):
    """With ids, or only with the moment until which all was delivered."""
    mids = list(dict.fromkeys(filter(None, map(read_id, as_list(delivery.get("mids"))))))
    watermark = read_id(delivery.get("watermark"))
    moment = read_time(delivery.get("watermark"), MILLISECOND) or base.occurred_at
    values = {"status": "delivered", "payload": {"watermark": watermark}}
    if mids:
        return [
            _make(base, EventKind.STATUS, "delivered", mid, ref=mid, **values, occurred_at=moment)
            for mid in mids
        ]
    if not read_time(delivery.get("watermark"), MILLISECOND):
        return []
    key = ("delivered", _person(base), watermark)
    return [_make(base, EventKind.STATUS, *key, **values, occurred_at=moment)]


def _read_read(base, read, _app_id):
    moment = read_time(read.get("watermark"), MILLISECOND)
    if not moment:
        return []
    watermark = read_id(read.get("watermark"))
    return [
        _make(
            base,
            EventKind.READ,
            "read",
            _person(base),
            watermark,
            occurred_at=moment,
            payload={"watermark": watermark},
        )
    ]


# === THE REST === #


def _read_referral(base, referral, _app_id):
    found = read_referral(referral)
    if not found:
        return []
    key = ("referral", _person(base), base.payload["timestamp"] or digest(referral))
    return [_make(base, EventKind.REFERRAL, *key, referral=found, payload={"referral": referral})]


def _read_optin(base, optin, _app_id):
    """A plugin of a site, or the question whether he wants news."""
    if not base.addresses:
        return []
    fact = ("optin", _person(base), base.payload["timestamp"], digest(optin))
    if read_id(optin.get("type")) == "notification_messages":
        stopped = read_id(optin.get("notification_messages_status")) == STOPPED
        status = "withdrawn" if stopped else "given"
        payload = {"optin": optin}
        return [
            _make(base, EventKind.CONSENT, *fact, status=status, text="marketing", payload=payload)
        ]
    referral = Referral(source="OPTIN", ref=as_text(optin.get("ref")))
    return [_make(base, EventKind.REFERRAL, *fact, referral=referral, payload={"optin": optin})]


def _read_control(base, control, app_id):
    """Another program, the Page's inbox or we hold the conversation now."""
    holder = read_id(control.get("new_owner_app_id"))
    ours = bool(app_id) and holder == app_id
    return [
        _make(
            base,
            EventKind.CONTROL,
            *("control", _person(base), base.payload["timestamp"], digest(control)),
            status="taken" if ours else "given",
            payload={"holder": holder, "control": control},
        )
    ]


def _read_policy(base, policy, _app_id):
    """The Page itself was blocked or unblocked: about no person."""
    action = read_id(policy.get("action")).lower()
    return [
        replace(
            base,
            kind=EventKind.ACCOUNT,
            key=make_key("policy", base.payload["timestamp"], action, digest(policy)),
            status=action,
            detail=f"{action}: {as_text(policy.get('reason'))}".strip(": "),
            payload={**base.payload, "policy": policy},
        )
    ]


# What stands beside sender and recipient: its reader.
READERS = {
    "message": _read_message,
    "message_edit": _read_edit,
    "postback": _read_postback,
    "reaction": _read_reaction,
    "delivery": _read_delivery,
    "read": _read_read,
    "referral": _read_referral,
    "optin": _read_optin,
    "pass_thread_control": _read_control,
    "take_thread_control": _read_control,
    "policy_enforcement": _read_policy,
}
