"""What is told to the office: who, in which bytes, how often, until when."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from .client import Client, error_of, eventually
from .graph.mailbox import sign, wire


@pytest.fixture
def person(graph, office):
    graph.subscribe(office.url)
    return graph.add_person()


def test_arabic_is_escaped_as_meta_does_and_signed_so(graph, person, office):
    graph.say(person, "السلام </script> a@b.dz")
    graph.deliver()
    ((headers, body),) = office.requests
    assert body.isascii()
    assert b"\\u0627\\u0644\\u0633\\u0644\\u0627\\u0645 \\u003C\\/script> a\\u0040b.dz" in body
    digits = hmac.new(graph.app.secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={digits}"
    assert headers["X-Hub-Signature"].startswith("sha1=")
    assert json.loads(body)["entry"][0]["messaging"][0]["message"]["text"].startswith("السلام")


def test_the_wire_is_that_of_the_sample():
    """One line, and the bytes come back the same from their own values."""
    sample = rb'{"object":"page","text":"\u0627\u0644 \u003Cb> 1\/2 \u0040"}'
    assert wire(json.loads(sample)) == sample


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("good", {"X-Hub-Signature", "X-Hub-Signature-256"}),
        ("wrong", {"X-Hub-Signature", "X-Hub-Signature-256"}),
        ("sha1", {"X-Hub-Signature"}),
        ("missing", set()),
    ],
)
def test_signatures(kind, names):
    headers = sign("secret", b"{}", kind)
    assert set(headers) == names
    good = sign("secret", b"{}")["X-Hub-Signature-256"]
    assert (headers.get("X-Hub-Signature-256") == good) == (kind == "good")


EVENTS = [
    (lambda graph, person: graph.edit(person, "m_1", "Prix B12 ?"), "message_edit"),
    (lambda graph, person: graph.unsend(person, "m_1"), "message"),
    (lambda graph, person: graph.react(person, "m_1"), "reaction"),
    (lambda graph, person: graph.react(person, "m_1", ""), "reaction"),
    (lambda graph, person: graph.read(person), "read"),
    (lambda graph, person: graph.touch(person, "Démarrer", "GET_STARTED"), "postback"),
    (lambda graph, person: graph.arrive(person, "camion-7"), "referral"),
    (lambda graph, person: graph.arrive(person, source="ADS", ad_id="12"), "referral"),
    (lambda graph, person: graph.answer_in_inbox(person, "Bonjour"), "message"),
    (lambda graph, person: graph.report_delivered(person), "delivery"),
    (lambda graph, person: graph.hand_over(person, "263902037430900"), "take_thread_control"),
    (lambda graph, person: graph.hand_over(person, None), "pass_thread_control"),
    (
        lambda graph, person: graph.say(person, attachments=[("image", b"\xff", "image/jpeg")]),
        "message",
    ),
]


@pytest.mark.parametrize(("act", "name"), EVENTS)
def test_events(graph, person, office, act, name):
    act(graph, person)
    graph.deliver()
    (item,) = office.items
    assert set(item) == {"sender", "recipient", "timestamp", name}


def test_a_picture_is_behind_a_link_that_expires(graph, person, office):
    graph.say(person, attachments=[("image", b"\xff\xd8", "image/jpeg")])
    graph.deliver()
    url = office.items[0]["message"]["attachments"][0]["payload"]["url"]
    session = Client(graph).session
    assert session.get(url).content == b"\xff\xd8"
    assert session.get(f"{url}0").status_code == 403
    graph.advance(hours=24)
    assert session.get(url).status_code == 403


def test_both_subscriptions_are_needed(graph, office):
    fields = ["messages", "feed"]
    cases = [
        (fields, fields, 2),
        (fields, ["messages"], 1),
        (["messages"], fields, 1),
        ([], fields, 0),
    ]
    for app_fields, page_fields, told in cases:
        office.requests.clear()
        graph.subscribe(office.url)
        graph.app.subscriptions["page"].fields = set(app_fields)
        graph.page.subscribed[graph.app.id] = set(page_fields)
        graph.say(graph.add_person(), "Bonjour")
        graph.comment(graph.post, graph.add_visitor(), "Prix ?")
        graph.deliver()
        assert len(office.requests) == told, (app_fields, page_fields)


def test_subscribing_asks_for_the_challenge(graph, office):
    app, page = Client(graph, graph.app_token), Client(graph)
    values = {
        "object": "page",
        "callback_url": office.url,
        "verify_token": "wrong",
        "fields": "messages,feed",
    }
    path = f"{graph.app.id}/subscriptions"
    assert error_of(app.post(path, **values)) == (100, 0)
    assert app.get(path).json() == {"data": []}
    assert app.post(path, **{**values, "verify_token": "verify-me"}).json() == {"success": True}
    assert error_of(app.post(path, **{**values, "fields": "nothing"})) == (100, 0)
    (found,) = app.get(path).json()["data"]
    assert [field["name"] for field in found["fields"]] == ["feed", "messages"]
    path = f"{graph.page.id}/subscribed_apps"
    assert error_of(page.post(path, subscribed_fields="nothing")) == (100, 0)
    page.post(path, subscribed_fields=["messages", "leadgen"])
    (found,) = page.get(path).json()["data"]
    assert found["subscribed_fields"] == ["leadgen", "messages"]
    assert error_of(page.get(f"{graph.app.id}/subscriptions")) == (0, 0)
    page.call("DELETE", path)
    assert page.get(path).json() == {"data": []}


def test_a_batch_of_a_thousand_of_two_pages(graph, person, office):
    other = graph.add_page("104200000000002", "Autre Page")
    other.subscribed = dict(graph.page.subscribed)
    people = [person, graph.add_person("Samira", page=other)]
    for number in range(1000):
        graph.say(people[number % 2], str(number))
    (delivery,) = graph.deliver(batch=1000)
    (body,) = office.bodies
    assert [entry["id"] for entry in body["entry"]] == [graph.page.id, other.id]
    assert [len(entry["messaging"]) for entry in body["entry"]] == [500, 500]
    assert delivery.status == 200 and not graph.mailbox.queue


def test_order_and_duplicates(graph, person, office):
    def texts():
        found = [item["message"]["text"] for item in office.items]
        office.requests.clear()
        return found

    for options, expected in (
        ({}, ["1", "2", "3"]),
        ({"order": "reversed"}, ["3", "2", "1"]),
        ({"times": 2}, ["1", "1", "2", "2", "3", "3"]),
        ({"limit": 1}, ["1"]),
    ):
        graph.mailbox.queue.clear()
        for text in ("1", "2", "3"):
            graph.say(person, text)
        graph.deliver(**options)
        assert texts() == expected, options


def test_messages_and_comments_are_tried_again(graph, person, office):
    graph.say(person, "Bonjour")
    graph.comment(graph.post, graph.add_visitor(), "Prix ?")
    office.status = 500
    graph.deliver()
    graph.deliver()  # at once a second time, then later
    assert len(office.requests) == 4
    assert not graph.deliver()
    graph.advance(seconds=31)
    assert len(graph.deliver()) == 2
    office.status = 200
    graph.advance(minutes=10)
    graph.deliver()
    assert not graph.mailbox.queue
    assert len({json.dumps(item) for item in office.items}) == 2  # always the same facts


def test_an_hour_without_an_answer_costs_the_pages_subscription(graph, person, office):
    graph.say(person, "Bonjour")
    office.status = 500
    for _try in range(40):
        graph.deliver()
        graph.advance(minutes=2)
    assert not graph.mailbox.queue and len(graph.mailbox.dropped) == 1
    assert graph.app.id not in graph.page.subscribed


@pytest.mark.parametrize(
    ("act", "hours"),
    [
        (lambda graph: graph.comment(graph.post, graph.add_visitor(), "Prix ?"), 36),
        (lambda graph: graph.whatsapp_text(graph.add_contact(), "Salam"), 7 * 24),
    ],
)
def test_how_long_is_tried(graph, person, office, act, hours):
    act(graph)
    office.status = 503
    start, last = graph.now, None
    while graph.mailbox.queue:
        if graph.deliver():
            last = graph.now
        graph.advance(minutes=20)
    assert timedelta(hours=hours - 1) < last - start <= timedelta(hours=hours, minutes=20)


@pytest.mark.parametrize(("keep", "told"), [(True, ["1", "2"]), (False, ["1"])])
def test_an_outage_keeps_or_drops(graph, person, office, keep, told):
    graph.say(person, "1")
    graph.outage(keep=keep)
    graph.say(person, "2")
    assert not graph.deliver()
    graph.recover()
    graph.deliver()
    assert [item["message"]["text"] for item in office.items] == told


def test_by_itself(graph, person, office):
    graph.auto()
    graph.say(person, "Bonjour")
    assert eventually(lambda: office.items)


def test_any_bytes(graph, person, office):
    for body in (b"", b"[]", b'{"object":"page","entry":null}', b"\xff" * 3_000_000):
        assert graph.mailbox.post_bytes(body).status == 200
        headers, arrived = office.requests.pop()
        assert arrived == body
        assert headers["X-Hub-Signature-256"] == sign(graph.app.secret, body)["X-Hub-Signature-256"]


def test_nobody_listens(graph, person):
    graph.app.subscriptions["page"].url = "http://127.0.0.1:9/"
    graph.say(person, "Bonjour")
    (delivery,) = graph.deliver()
    assert delivery.status == 0
    assert graph.mailbox.queue
