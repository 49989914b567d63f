"""What a WhatsApp number takes and refuses, the ladder of statuses, what people do."""

import pytest

from .client import Client, error_of, statuses


def test_the_ladder(graph, whatsapp, contact, office):
    answer = whatsapp.whatsapp(contact.wa_id, biz_opaque_callback_data="bti-out-1").json()
    assert answer["contacts"][0]["user_id"] == contact.user_id
    assert statuses(graph, office) == [("sent", 0), ("delivered", 0)]
    (value,) = office.items  # two statuses in one change
    assert value["metadata"]["phone_number_id"] == graph.number.id
    assert value["statuses"][0]["biz_opaque_callback_data"] == "bti-out-1"
    assert value["statuses"][0]["id"] == answer["messages"][0]["id"]
    assert "conversation" not in value["statuses"][0]
    graph.read_whatsapp(contact)
    assert statuses(graph, office) == [("read", 0)]


def test_statuses_out_of_order_and_one_by_one(graph, whatsapp, contact, office):
    whatsapp.whatsapp(contact.wa_id)
    graph.deliver(order="reversed")
    told = [value["statuses"][0]["status"] for value in office.items]
    assert told == ["delivered", "sent"]


FAILURES = [
    (lambda graph, contact: graph.advance(hours=25), {}, 131047),
    (lambda graph, contact: setattr(contact, "blocked", True), {}, 131026),
    (lambda graph, contact: setattr(contact, "on_whatsapp", False), {}, 131026),
    (lambda graph, contact: None, {"to": "213550999999"}, 131026),
]


@pytest.mark.parametrize(("spoil", "values", "code"), FAILURES)
def test_failures_are_told_by_a_status(graph, whatsapp, contact, office, spoil, values, code):
    spoil(graph, contact)
    answer = whatsapp.whatsapp(**{"to": contact.wa_id, **values})
    assert answer.status_code == 200
    assert statuses(graph, office) == [("failed", code)]


def test_the_window_may_be_told_in_the_answer(graph, whatsapp, contact):
    graph.window_error = "answer"
    graph.advance(hours=25)
    assert error_of(whatsapp.whatsapp(contact.wa_id)) == (131047, 0)


REPLY = {"type": "reply", "reply": {"id": "a", "title": "Oui, devis"}}


def _buttons(*buttons, body="Devis ?"):
    return {"type": "button", "body": {"text": body}, "action": {"buttons": list(buttons)}}


def _list(rows, title="Choix"):
    rows = [{"id": str(number), "title": title} for number in range(rows)]
    return {
        "type": "list",
        "body": {"text": "Quel produit ?"},
        "action": {"button": "Voir", "sections": [{"rows": rows}]},
    }


MESSAGES = [
    ("text", {"body": "x" * 4096}, 0),
    ("text", {"body": "x" * 4097}, 131009),
    ("text", {"body": ""}, 131008),
    ("text", "x", 100),
    ("nothing", {"body": "x"}, 131009),
    ("image", {"link": "https://example.invalid/a.jpg", "caption": "x" * 1024}, 0),
    ("image", {"link": "https://example.invalid/a.jpg", "caption": "x" * 1025}, 131009),
    ("image", {"link": "file:///etc/passwd"}, 131009),
    ("image", {"id": "1"}, 131009),
    ("image", {"id": "1", "link": "https://example.invalid/a.jpg"}, 131008),
    ("audio", {"link": "https://example.invalid/a.ogg", "caption": "x"}, 131009),
    ("location", {"latitude": 36.19, "longitude": 5.41, "name": "Sétif"}, 0),
    ("location", {"latitude": 136.19, "longitude": 5.41}, 131009),
    ("contacts", [{"name": {"formatted_name": "BTI"}, "phones": []}], 0),
    ("contacts", [{"name": {}}], 131008),
    ("interactive", _buttons(REPLY), 0),
    ("interactive", _buttons(*[REPLY] * 2), 131009),
    ("interactive", _buttons(*[{"reply": {"id": str(n), "title": "x"}} for n in range(4)]), 131009),
    ("interactive", _buttons({"reply": {"id": "a", "title": "x" * 21}}), 131009),
    ("interactive", _buttons(REPLY, body="x" * 1025), 131009),
    ("interactive", _list(10), 0),
    ("interactive", _list(11), 131009),
    ("interactive", _list(1, "x" * 25), 131009),
    ("interactive", {"type": "request_contact_info", "body": {"text": "Votre numéro ?"}}, 0),
    ("reaction", {"message_id": "wamid.unknown", "emoji": "👍"}, 131009),
]


@pytest.mark.parametrize(("kind", "content", "code"), MESSAGES)
def test_messages(graph, whatsapp, contact, kind, content, code):
    assert error_of(whatsapp.whatsapp(contact.wa_id, kind, content)) == (code, 0)
    assert len(graph.sent) == (not code)


ADDRESSES = [
    ({"to": "+213 661 00 01 01"}, 0),
    ({"to": ""}, 131008),
    ({"to": "", "recipient": "DZ.11"}, 0),
    ({"to": "213560000001"}, 131021),
    ({"to": "abc"}, 131009),
    ({"to": "213661000101", "biz_opaque_callback_data": "x" * 513}, 131009),
    ({"to": "213661000101", "messaging_product": "sms"}, 100),
]


@pytest.mark.parametrize(("values", "code"), ADDRESSES)
def test_addresses(graph, whatsapp, contact, values, code):
    contact.number.contacts["DZ.11"] = contact
    body = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}, **values}
    answer = whatsapp.post(f"{graph.number.id}/messages", **body)
    assert error_of(answer) == (code, 0)
    if values.get("recipient"):
        (person,) = answer.json()["contacts"]
        assert "wa_id" not in person and person["user_id"] == contact.user_id


def test_the_pace_per_person(graph, whatsapp, contact):
    answers = [error_of(whatsapp.whatsapp(contact.wa_id)) for _message in range(46)]
    assert answers == [(0, 0)] * 45 + [(131056, 0)]
    graph.advance(seconds=6)
    assert whatsapp.whatsapp(contact.wa_id).status_code == 200


EVENTS = [
    (lambda graph, one: graph.whatsapp_react(one, "wamid.1", ""), "reaction"),
    (lambda graph, one: graph.whatsapp_edit(one, "wamid.1", "B12"), "edit"),
    (lambda graph, one: graph.whatsapp_revoke(one, "wamid.1"), "revoke"),
    (lambda graph, one: graph.whatsapp_press(one, "oui", "Oui", "wamid.1"), "interactive"),
    (lambda graph, one: graph.whatsapp(one, "location", {"latitude": 36.1, "longitude": 5.4}),
     "location"),
    (lambda graph, one: graph.whatsapp(one, "unsupported", None, errors=[{"code": 131051}]),
     "unsupported"),
    (lambda graph, one: graph.change_number(one, "213770000202", "DZ.12"), "system"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "kind"), EVENTS)
def test_events(graph, contact, office, act, kind):
    act(graph, contact)
    graph.deliver()
    (message,) = office.items[0]["messages"]
    assert message["type"] == kind
    assert ("contacts" in office.items[0]) == (kind != "system")


def test_a_person_without_a_phone_number(graph, office):
    graph.subscribe(office.url)
    hidden = graph.add_contact("Samira", wa_id="", username="samira.b")
    graph.whatsapp_text(hidden, "Salam")
    graph.deliver()
    (value,) = office.items
    assert "wa_id" not in value["contacts"][0] and "from" not in value["messages"][0]
    assert value["messages"][0]["from_user_id"] == hidden.user_id


def test_the_phone_app_and_the_agent(graph, whatsapp, contact, office):
    graph.write_on_phone(contact, "Bonjour du téléphone")
    graph.hand_over_whatsapp(contact, True)
    graph.whatsapp_text(contact, "Encore ?")
    graph.answer_as_agent(contact, "Oui")
    whatsapp.whatsapp(contact.wa_id)
    graph.deliver()
    fields = [
        (change["field"], set(change["value"]) - {"messaging_product"})
        for body in office.bodies
        for entry in body["entry"]
        for change in entry["changes"]
    ]
    handover = {"recipient", "sender", "timestamp", "type", "control_passed"}
    assert fields == [
        ("smb_message_echoes", {"metadata", "message_echoes"}),
        ("messaging_handovers", handover),
        ("standby", {"metadata", "standby"}),
        ("standby", {"metadata", "standby"}),
        ("messaging_handovers", handover),
        ("messages", {"metadata", "statuses"}),
        ("messages", {"metadata", "statuses"}),
    ]
    assert not contact.agent_holds


SYNCS = [
    (True, 1, "history", 0),
    (True, 1, "smb_app_state_sync", 0),
    (True, 25, "history", 100),
    (False, 1, "history", 100),
    (True, 1, "nothing", 131009),
]


@pytest.mark.parametrize(("shared", "hours", "kind", "code"), SYNCS)
def test_what_the_phone_knows(graph, whatsapp, contact, office, shared, hours, kind, code):
    graph.number.shared = shared
    graph.number.past = [{"thread": contact.wa_id, "id": "wamid.old", "type": "text"}]
    graph.advance(hours=hours)
    values = {"messaging_product": "whatsapp", "sync_type": kind}
    answer = whatsapp.post(f"{graph.number.id}/smb_app_data", **values)
    assert error_of(answer) == (code, 0)
    graph.deliver()
    assert len(office.items) == (not code)


def test_numbers_and_marks(graph, whatsapp, contact):
    (number,) = whatsapp.get(f"{graph.waba.id}/phone_numbers").json()["data"]
    assert number["id"] == graph.number.id
    assert (
        whatsapp.get(graph.number.id, fields="quality_rating").json()["quality_rating"] == "GREEN"
    )
    wamid = graph.whatsapp_text(contact, "Salam")
    path, values = f"{graph.number.id}/messages", {"messaging_product": "whatsapp"}
    assert whatsapp.post(path, **values, status="read", message_id=wamid).json() == {
        "success": True
    }
    answer = whatsapp.post(path, **values, status="read", message_id="wamid.unknown")
    assert error_of(answer) == (131009, 0)


def test_what_a_token_is_worth(graph, whatsapp):
    app = Client(graph, graph.app_token)
    data = app.get("debug_token", input_token="page-token").json()["data"]
    assert data["is_valid"] and data["granular_scopes"][0]["target_ids"] == [graph.page.id]
    graph.kill_tokens(460)
    data = app.get("debug_token", input_token="page-token").json()["data"]
    assert not data["is_valid"] and data["error"]["subcode"] == 460
    assert error_of(whatsapp.get("debug_token", input_token="page-token")) == (190, 460)
    assert not app.get("debug_token", input_token="x").json()["data"]["is_valid"]


def test_pages_of_a_user(graph):
    graph.add_page("104200000000002", "Autre Page")
    accounts = Client(graph, graph.user_token).get("me/accounts").json()["data"]
    assert [account["name"] for account in accounts] == ["Briqueterie BTI", "Autre Page"]
    assert accounts[0]["access_token"] == graph.page_token.value
    own = Client(graph, graph.tokens[accounts[1]["access_token"]])
    assert own.get("me", fields="name").json()["name"] == "Autre Page"
