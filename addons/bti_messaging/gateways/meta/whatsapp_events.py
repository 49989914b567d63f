"""Notifications of WhatsApp as events (protocol, sections 0 to 4 and 6)."""

from dataclasses import replace

from ..base import Event, EventKind
from ..values import as_dict, as_objects, as_text, digest, make_key, read_id, read_time
from .errors import read_failure
from .whatsapp_account import read_account, read_template
from .whatsapp_messages import Thread, describe_errors, read_message
from .whatsapp_notification import Notification, make_event
from .whatsapp_people import People

# status of the network: state of ours; in the order in which they follow each other
STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
RANKS = list(STATUSES)
# What a person said of messages about offers, in the phone's own settings.
PREFERENCES = {"stop": "withdrawn", "resume": "given"}
MARKETING = "marketing_messages"
# Part of the role of Meta's own agent among those that may hold a conversation.
META_AGENT = "agent"
OWNER_ROLES = (
    ("previous_owner_app_role", "previous_owner_role"),
    ("new_owner_app_role", "new_owner_role"),
)


def read_change(waba, time, field, value, portfolio=""):
    """Turn one change into events.

    :param str waba: id of the entry
    :param time: of the entry
    :param str field: of the change
    :param value: of the change
    :param str portfolio: id of the business portfolio; the account stands for it when not known
    :return: at least one
    :rtype: list[Event]
    """
    waba = read_id(waba)
    note = Notification(waba, read_id(time), read_id(field), as_dict(value), portfolio or waba)
    return READERS.get(note.field, _read_unknown)(note) or _read_unknown(note)


def _read_unknown(note):
    """What we do not know is kept, nothing follows from it."""
    return [make_event(note, EventKind.UNKNOWN, payload={"value": note.value})]


# === MESSAGES AND STATUSES === #


def _read_messages(note, **flags):
    """All that may stand beside each other in ``value``: messages of both sides, statuses, and
    errors that are about none of them."""
    value = note.value
    people = People.build(value, note.scope)
    thread = Thread(note.account, note.number, people, errors=value.get("errors"), **flags)
    messages = as_objects(value.get("messages"))
    events = [read_message(item, thread) for item in messages]
    echoed = replace(thread, outgoing=True)
    events += [read_message(item, echoed) for item in as_objects(value.get("message_echoes"))]
    statuses = sorted(as_objects(value.get("statuses")), key=_rank)
    events += [_read_status(item, note, people, thread.standby) for item in statuses]
    if as_objects(thread.errors) and not any(_is_placeholder(event) for event in events):
        events.append(_read_errors(note))
    return events


def _is_placeholder(event):
    """Whether the errors beside are about this message, and told with it."""
    return event.content is not None and bool(event.content.unsupported)


def _read_errors(note):
    errors = as_objects(note.value.get("errors"))
    return make_event(
        note, EventKind.ACCOUNT, detail=describe_errors(errors), payload={"errors": errors}
    )


def _read_standby(note):
    """What is said while another program holds the conversation; seen with the messages within a
    key of the same name and without."""
    inner = note.value.get("standby")
    if isinstance(inner, list):
        inner = {"messages": inner}
    value = {**note.value, **as_dict(inner)}
    return _read_messages(replace(note, value=value), standby=True)


def _rank(status):
    """:return: place in the ladder, so that what came in one notification is told in order"""
    name = read_id(status.get("status"))
    return RANKS.index(name) if name in RANKS else len(RANKS)


def _read_status(item, note, people, standby):
    name = read_id(item.get("status"))
    message_id = read_id(item.get("id"))
    ref = read_id(item.get("biz_opaque_callback_data")) or message_id
    names = ("recipient_user_id", "recipient_parent_user_id", "recipient_id")
    group = read_id(item.get("group_id")) or read_id(item.get("recipient_type")) == "group"
    known = name in STATUSES and ref and not group
    person = people.find(*(item.get(one) for one in names))
    errors = as_objects(item.get("errors"))
    failed = name == "failed"
    return Event(
        EventKind.STATUS if known else EventKind.UNKNOWN,
        key=make_key(message_id or ref, name) if known else make_key("status", digest(item)),
        ref=ref,
        status=STATUSES[name] if known else "",
        reason=read_failure(errors)[0] if failed and known else None,
        detail=describe_errors(errors),
        occurred_at=read_time(item.get("timestamp")),
        payload=item,
        account=note.account,
        addresses=() if group else person.addresses,
        standby=standby,
        pricing=_read_pricing(item),
    )


def _read_pricing(item):
    """:return: values of one level ("billable", "pricing_model", "type", "category")"""
    pricing = as_dict(item.get("pricing"))
    return {
        name: value for name, value in pricing.items() if isinstance(value, (str, bool, int, float))
    }


# === HISTORY AND ADDRESS BOOK OF THE PHONE APP === #


def _read_history(note):
    """Months of both sides' messages in chunks of threads; files come alone, afterwards."""
    events = _read_messages(note, history=True)
    for chunk in as_objects(note.value.get("history")):
        for thread in as_objects(chunk.get("threads")):
            events += _read_thread(thread, note)
        if chunk.get("errors"):
            # the owner of the phone did not want to share it
            inner = replace(note, value={**note.value, "errors": chunk["errors"]})
            events.append(_read_errors(inner))
    return events


def _read_thread(item, note):
    context = as_dict(item.get("context"))
    names = (context.get("user_id"), context.get("parent_user_id"), context.get("wa_id"))
    contact = {**context, **{"wa_id": context.get("wa_id") or item.get("id")}}
    people = People(note.scope, [contact, *as_objects(note.value.get("contacts"))])
    thread = Thread(
        note.account, note.number, people, person=(*names, item.get("id")), history=True
    )
    return [read_message(message, thread) for message in as_objects(item.get("messages"))]


def _read_contact_book(note):
    """People whom the phone's owner knows. Nothing is made of them by itself."""
    events = []
    for item in as_objects(note.value.get("state_sync")):
        contact = as_dict(item.get("contact"))
        people = People(note.scope, [{**contact, "profile": {"name": contact.get("full_name")}}])
        person = people.find(contact.get("user_id"), contact.get("phone_number"))
        events.append(
            make_event(
                note,
                EventKind.UNKNOWN,
                note.account,
                digest(item),
                addresses=person.addresses,
                name=person.name,
                history=True,
                occurred_at=read_time(as_dict(item.get("metadata")).get("timestamp")),
                payload=item,
            )
        )
    return events


# === PEOPLE === #


def _read_preferences(note):
    """What a person said of offers in his own settings; he may say it of several categories."""
    people = People.build(note.value, note.scope)
    events = []
    for item in as_objects(note.value.get("user_preferences")):
        person = people.find(item.get("user_id"), item.get("parent_user_id"), item.get("wa_id"))
        category, said = read_id(item.get("category")), read_id(item.get("value"))
        status = PREFERENCES.get(said, "") if category == MARKETING else ""
        known = status and person.addresses
        whom = person.addresses[0].value if person.addresses else digest(item)
        events.append(
            make_event(
                note,
                EventKind.CONSENT if known else EventKind.UNKNOWN,
                note.account,
                whom,
                category,
                said,
                read_id(item.get("timestamp")) or note.time,
                status=status,
                text="marketing" if known else "",
                detail=as_text(item.get("detail")),
                addresses=person.addresses,
                name=person.name,
                occurred_at=read_time(item.get("timestamp")),
                payload=item,
            )
        )
    return events


def _read_handover(note):
    """Who holds the conversation now, by the roles of the former holder and the new one (the
    protocol names none). What is not surely ours counts as given away: nothing automatic follows.
    """
    value = note.value
    kind = read_id(value.get("type"))
    passed = as_dict(value.get(kind))
    sender = as_dict(value.get("sender"))
    names = [sender.get(name) for name in ("user_id", "parent_user_id", "phone_number", "wa_id")]
    person = People.build(value, note.scope).find(*names)
    if not person.addresses:
        return []
    former, new = (" ".join(read_id(passed.get(name)) for name in names) for names in OWNER_ROLES)
    status = "taken" if META_AGENT in former and META_AGENT not in new else "given"
    return [
        make_event(
            note,
            EventKind.CONTROL,
            note.account,
            person.addresses[0].value,
            status,
            read_id(value.get("timestamp")) or note.fact,
            status=status,
            addresses=person.addresses,
            name=person.name,
            occurred_at=read_time(value.get("timestamp")),
            payload=value,
        )
    ]


READERS = {
    "messages": _read_messages,
    "smb_message_echoes": _read_messages,
    "standby": _read_standby,
    "history": _read_history,
    "smb_app_state_sync": _read_contact_book,
    "user_preferences": _read_preferences,
    "messaging_handovers": _read_handover,
    "message_template_status_update": read_template,
    "message_template_quality_update": read_template,
    "message_template_components_update": read_template,
    "template_category_update": read_template,
    "account_update": read_account,
    "account_alerts": read_account,
    "account_review_update": read_account,
    "business_capability_update": read_account,
    "phone_number_name_update": read_account,
    "phone_number_quality_update": read_account,
    "security": read_account,
}
FIELDS = tuple(READERS)
