"""What Viber's bot takes and refuses, and what it tells."""

import hashlib
import hmac

import pytest
import requests

from .viber.checks import STATUSES

TEXT = {"type": "text", "text": "Bonjour"}
URL = "https://example.invalid/"


class Bot:
    """Calls as a gateway would make them."""

    def __init__(self, viber):
        self.viber = viber
        self.token = viber.token
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, action, **values):
        """:return: requests' answer"""
        headers = {"X-Viber-Auth-Token": self.token}
        url = f"{self.viber.url}/pa/{action}"
        return self.session.post(url, json=values, headers=headers, timeout=20)

    def send(self, receiver, **values):
        """:return: the status of a message"""
        body = {"receiver": receiver, "sender": {"name": "BTI"}, **TEXT, **values}
        answer = self.call("send_message", **body)
        assert answer.status_code == 200
        return answer.json()["status"]


@pytest.fixture
def bot(viber, office):
    bot = Bot(viber)
    bot.call("set_webhook", url=office.url, send_name=True)
    viber.deliver()
    office.requests.clear()
    return bot


@pytest.fixture
def user(viber, bot, office):
    """Somebody who has just written."""
    user = viber.add_user()
    viber.say(user, "Salam")
    viber.deliver()
    office.requests.clear()
    return user


def test_the_webhook_is_tried_at_once(viber, office):
    bot = Bot(viber)
    office.status = 500
    assert bot.call("set_webhook", url=office.url).json()["status"] == 1
    assert not viber.webhook
    office.status = 200
    answer = bot.call("set_webhook", url=office.url, event_types=["seen"]).json()
    assert answer["status"] == 0 and answer["event_types"] == ["message", "seen"]
    assert office.bodies[-1]["event"] == "webhook"
    assert bot.call("set_webhook", url=office.url, event_types=["x"]).json()["status"] == 3
    assert bot.call("set_webhook", url="").json()["status"] == 0
    assert not viber.webhook


def test_signatures(viber, user, office):
    for kind in ("good", "wrong", "missing"):
        viber.say(user, "Prix ؟")
        viber.deliver(signature=kind)
        headers, body = office.requests.pop()
        digits = hmac.new(viber.token.encode(), body, hashlib.sha256).hexdigest()
        expected = {"good": digits, "wrong": digits[::-1], "missing": None}[kind]
        assert headers.get("X-Viber-Content-Signature") == expected


def test_a_message_and_its_receipts(viber, bot, user, office):
    assert bot.send(user.id, tracking_data="bti-1") == 0
    viber.deliver()
    viber.see(user)
    viber.say(user, "Merci")
    viber.deliver()
    assert [body["event"] for body in office.bodies] == ["delivered", "seen", "message"]
    assert office.bodies[0]["message_token"] == int(viber.sent[0]["id"])
    assert office.bodies[2]["message"]["tracking_data"] == "bti-1"
    assert len(str(office.bodies[2]["message_token"])) == 19


def test_the_receipt_may_come_first(viber, bot, user, office):
    viber.receipt_first = True
    bot.send(user.id)
    assert [body["event"] for body in office.bodies] == ["delivered"]


MESSAGES = [
    ({"text": "x" * 7000}, 0),
    ({"text": "x" * 7001}, 3),
    ({"text": ""}, 4),
    ({"sender": {}}, 4),
    ({"sender": {"name": "x" * 28}}, 0),
    ({"sender": {"name": "x" * 29}}, 3),
    ({"tracking_data": "x" * 4097}, 3),
    ({"min_api_version": 11}, 13),
    ({"type": "nothing"}, 3),
    ({"type": "picture", "media": f"{URL}a.jpg", "text": "x" * 512}, 0),
    ({"type": "picture", "media": f"{URL}a.jpg", "text": "x" * 513}, 3),
    ({"type": "picture", "media": f"{URL}a.jpg?x=1"}, 0),
    ({"type": "picture", "media": f"{URL}a.webp"}, 3),
    ({"type": "picture", "media": "file:///etc/passwd.jpg"}, 3),
    ({"type": "picture"}, 4),
    ({"type": "video", "media": f"{URL}a.mp4", "size": 26 * 1024 * 1024}, 0),
    ({"type": "video", "media": f"{URL}a.mp4", "size": 26 * 1024 * 1024 + 1}, 3),
    ({"type": "video", "media": f"{URL}a.mp4"}, 4),
    ({"type": "file", "media": f"{URL}a", "size": 9, "file_name": "a.pdf"}, 0),
    ({"type": "file", "media": f"{URL}a", "size": 9, "file_name": "x" * 257}, 3),
    ({"type": "file", "media": f"{URL}a", "size": 9}, 4),
    ({"type": "location", "location": {"lat": 36.1, "lon": 5.4}}, 0),
    ({"type": "location", "location": {"lat": 136.1, "lon": 5.4}}, 3),
    ({"type": "contact", "contact": {"name": "BTI", "phone_number": "+213560000001"}}, 0),
    ({"type": "contact", "contact": {"name": "BTI"}}, 3),
    ({"type": "url", "media": "https://x.invalid/" + "x" * 2000}, 3),
    ({"keyboard": {"Buttons": ["x" * 31_000]}}, 3),
]


@pytest.mark.parametrize(("values", "status"), MESSAGES)
def test_messages(viber, bot, user, values, status):
    assert bot.send(user.id, **values) == status
    assert len(viber.sent) == (not status)


RECEIVERS = [
    (lambda viber, user: viber.users.clear(), 5),
    (lambda viber, user: viber.unsubscribe(user), 6),
    (lambda viber, user: setattr(user, "failure", 11), 11),
    (lambda viber, user: setattr(viber, "webhook", ""), 10),
    (lambda viber, user: setattr(viber, "blocked", 9), 9),
    (lambda viber, user: setattr(viber, "token", "another"), 2),
    (lambda viber, user: viber.advance(hours=25), 0),
]


@pytest.mark.parametrize(("spoil", "status"), RECEIVERS)
def test_receivers(viber, bot, user, spoil, status):
    spoil(viber, user)
    assert bot.send(user.id) == status


def test_a_hundred_messages_an_hour_without_an_answer(viber, bot, user):
    assert [bot.send(user.id) for _time in range(101)] == [0] * 100 + [12]
    viber.advance(hours=1)
    assert bot.send(user.id) == 0
    viber.say(user, "Oui ?")
    assert not user.unanswered


def test_sessions_and_what_they_cost(viber, bot, user):
    viber.free, viber.balance = 1, False
    bot.send(user.id)
    viber.advance(hours=25)
    assert [bot.send(user.id), bot.send(user.id)] == [0, 24]
    assert [message["billing_status"] for message in viber.sent] == [1, 2]
    viber.balance = True
    bot.send(user.id)
    assert viber.sent[-1]["billing_status"] == 4


@pytest.mark.parametrize("status", [status for status in STATUSES if status])
def test_every_status_can_be_provoked_with_http_200(viber, bot, user, status):
    viber.fail_next(status)
    assert bot.send(user.id) == status
    assert not viber.sent
    viber.fail_next(status, after_accepting=True)
    assert bot.send(user.id) == status
    assert len(viber.sent) == 1


EVENTS = [
    (lambda viber, user: viber.open_chat(user, "depliant-2026"), "conversation_started", "user"),
    (lambda viber, user: viber.subscribe(user), "subscribed", "user"),
    (lambda viber, user: viber.unsubscribe(user), "unsubscribed", "user_id"),
    (lambda viber, user: viber.report(user, 5, "failed"), "failed", "desc"),
    (lambda viber, user: viber.say(user, kind="sticker", sticker_id=40100), "message", "sender"),
    (
        lambda viber, user: viber.send_file(user, "picture", b"\xff", "image/jpeg", "a.jpg"),
        "message",
        "sender",
    ),
]


@pytest.mark.parametrize(("act", "event", "name"), EVENTS)
def test_events(viber, user, office, act, event, name):
    act(viber, user)
    viber.deliver(times=2)
    first, second = office.bodies
    assert first == second
    assert first["event"] == event and name in first
    assert {"timestamp", "chat_hostname", "message_token"} <= set(first)


def test_names_only_when_asked_for(viber, bot, user, office):
    bot.call("set_webhook", url=office.url)
    office.requests.clear()
    viber.say(user, "Salam")
    viber.deliver()
    assert office.bodies[0]["sender"]["name"] == "Subscriber"
    assert "avatar" not in office.bodies[0]["sender"]


def test_only_wanted_events_are_told_but_messages_always(viber, bot, user, office):
    bot.call("set_webhook", url=office.url, event_types=["seen"])
    office.requests.clear()
    viber.open_chat(user)
    viber.say(user, "Salam")
    viber.deliver()
    assert [body["event"] for body in office.bodies] == ["message"]


def test_it_tries_again_for_about_an_hour(viber, user, office):
    viber.say(user, "Salam")
    office.status = 500
    start, last = viber.now, None
    while viber.mailbox.queue:
        if viber.deliver():
            last = viber.now
        viber.advance(minutes=1)
    assert 50 <= (last - start).total_seconds() / 60 <= 61
    assert 4 <= len(office.requests) <= 8


def test_a_file_is_gone_after_an_hour(viber, bot, user, office):
    viber.send_file(user, "file", b"%PDF", "application/pdf", "plan.pdf")
    viber.deliver()
    message = office.bodies[0]["message"]
    assert bot.session.get(message["media"]).content == b"%PDF"
    assert (message["size"], message["file_name"]) == (4, "plan.pdf")
    viber.advance(hours=1)
    assert bot.session.get(message["media"]).status_code == 404


def test_an_outage(viber, bot, user, office):
    viber.outage(keep=True)
    viber.say(user, "Salam")
    assert bot.call("send_message").status_code == 503
    assert not viber.deliver()
    viber.recover()
    viber.deliver()
    assert len(office.bodies) == 1


def test_broadcasts_and_what_a_bot_is(viber, bot, user):
    body = {"sender": {"name": "BTI"}, **TEXT}
    answer = bot.call("broadcast_message", broadcast_list=[user.id, "x"], **body).json()
    assert answer["failed_list"] == [
        {"receiver": "x", "status": 5, "status_message": "receiverNotRegistered"}
    ]
    assert bot.call("broadcast_message", broadcast_list=["x"] * 301, **body).json()["status"] == 3
    assert bot.call("get_account_info").json()["subscribers_count"] == 1
    assert bot.call("get_user_details", id=user.id).json()["user"]["name"] == user.name
    assert bot.call("nothing").status_code == 404
