"""One change of a notification of WhatsApp (protocol, section 1)."""

from dataclasses import dataclass

from ..base import Event
from ..values import as_dict, digest, make_key, read_id, read_time


@dataclass(frozen=True)
class Notification:
    """One change of one entry.

    :param str waba: id of the WhatsApp business account
    :param str time: of the entry, as it came
    :param str scope: the portfolio within which user ids hold
    """

    waba: str
    time: str
    field: str
    value: dict
    scope: str

    @property
    def account(self):
        """phone_number_id of our number, empty when the change is about the whole account."""
        metadata = as_dict(self.value.get("metadata")) or as_dict(self.value.get("recipient"))
        return read_id(metadata.get("phone_number_id"))

    @property
    def number(self):
        """Our number as shown, its digits."""
        shown = read_id(as_dict(self.value.get("metadata")).get("display_phone_number"))
        return "".join(filter(str.isdecimal, shown))

    @property
    def fact(self):
        """What tells this change from others where the network gives no id."""
        return digest([self.waba, self.time, self.field, self.value])


def make_event(note, kind, *key, payload=None, **values):
    """:return: an event about no message; ``key`` tells it from others of its field"""
    return Event(
        kind,
        key=make_key(note.field or "change", *(key or (note.fact,))),
        account=note.account,
        payload={"field": note.field, "waba": note.waba, **(payload or {})},
        occurred_at=values.pop("occurred_at", None) or read_time(note.time),
        **values,
    )
