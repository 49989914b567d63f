"""Numbers and their WABA; the number that the phone app uses too (coexistence)."""

from datetime import timedelta

from ..clock import seconds
from .errors import GraphError
from .routes import page_of, pick, route
from .state import Number, Waba

JOINING = timedelta(hours=24)
SYNCS = {"smb_app_state_sync", "history"}


def _describe(number):
    return {
        "id": number.id,
        "display_phone_number": f"+{number.digits[:3]} {number.digits[3:]}",
        "verified_name": number.verified_name,
        "quality_rating": number.quality,
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "is_on_biz_app": number.shared,
        "throughput": {"level": "STANDARD"},
        "messaging_limit_tier": "TIER_2K",
        "status": "CONNECTED",
        "name_status": "APPROVED",
    }


DEFAULT = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
)


@route("GET", Number, "", "whatsapp_business_management|whatsapp_business_messaging")
def read_number(graph, number, call):
    """What a number is."""
    return pick(_describe(number), call, DEFAULT)


@route("GET", Waba, "", "whatsapp_business_management")
def read_waba(graph, waba, call):
    """What a WABA is."""
    values = {
        "id": waba.id,
        "name": waba.name,
        "currency": "USD",
        "timezone_id": "1",
        "account_review_status": "APPROVED",
        "owner_business_info": {"id": "260000000000001", "name": waba.name},
    }
    return pick(values, call, ("name",))


@route("GET", Waba, "phone_numbers", "whatsapp_business_management")
def read_numbers(graph, waba, call):
    """Its numbers."""
    return page_of([pick(_describe(number), call, DEFAULT) for number in waba.numbers], call)


@route("POST", Number, "register", "whatsapp_business_management")
def register(graph, number, call):
    """Switch a number on; its pin has six digits."""
    if len(call.text("pin")) != 6 or not call.text("pin").isdigit():
        raise GraphError(131009, details="pin")
    return {"success": True}


@route("POST", Number, "smb_app_data", "whatsapp_business_management")
def ask_app_data(graph, number, call):
    """Ask for what the phone app knows; only within 24 h of joining."""
    kind = call.text("sync_type")
    if call.text("messaging_product") != "whatsapp" or kind not in SYNCS:
        raise GraphError(131009, details="sync_type")
    if not number.shared or graph.now - number.joined > JOINING:
        raise GraphError(100, details="not shared with the phone app, or too late")
    if kind == "history":
        _tell_history(graph, number)
    else:
        _tell_contacts(graph, number)
    return {"messaging_product": "whatsapp", "request_id": graph.next_id("44")}


def _tell_history(graph, number):
    """In one piece, all of it."""
    threads = {}
    for message in number.past:
        threads.setdefault(message.pop("thread"), []).append(message)
    history = {
        "metadata": {"phase": 0, "chunk_order": 1, "progress": 100},
        "threads": [{"id": wa_id, "messages": items} for wa_id, items in threads.items()],
    }
    number.past = []
    graph.tell_whatsapp(number, "history", {"history": [history]})


def _tell_contacts(graph, number):
    entries = [
        {
            "type": "contact",
            "contact": {"full_name": contact.name, "phone_number": contact.wa_id},
            "action": "add",
            "metadata": {"timestamp": str(seconds(graph.now))},
        }
        for key, contact in number.contacts.items()
        if key == contact.wa_id
    ]
    graph.tell_whatsapp(number, "smb_app_state_sync", {"state_sync": entries})
