"""What is told about templates and about the account itself (protocol, sections 1 and 6)."""

from ..base import EventKind
from ..values import as_text, read_id
from .whatsapp_notification import make_event

# Words that the network writes in capitals, in one place or another.
LOWER = ("category", "quality")


def read_template(note):
    """A template was approved, refused, paused; judged by its readers; put into another
    category."""
    value = note.value
    named = {
        "id": read_id(value.get("message_template_id")),
        "name": read_id(value.get("message_template_name")),
        "language": read_id(value.get("message_template_language")),
        "category": read_id(value.get("new_category") or value.get("message_template_category")),
        "quality": read_id(value.get("new_quality_score")),
    }
    if not (named["id"] or named["name"]):
        return []
    reason = as_text(value.get("reason"))
    payload = {name: text.lower() if name in LOWER else text for name, text in named.items()}
    return [
        make_event(
            note,
            EventKind.TEMPLATE,
            named["id"] or named["name"],
            note.fact,
            status=read_id(value.get("event")).lower(),
            detail="" if reason.upper() == "NONE" else reason,
            payload={**payload, "value": value},
        )
    ]


def read_account(note):
    event = read_id(note.value.get("event") or note.value.get("decision"))
    return [
        make_event(
            note,
            EventKind.ACCOUNT,
            status=event.lower(),
            detail=f"{note.field}: {event}".removesuffix(": "),
            payload={"value": note.value},
        )
    ]
