"""What the Send API takes and refuses, and what comes back of it."""

import hashlib
import hmac
import json

import pytest

from .client import Client, error_of, eventually
from .graph.errors import ERRORS

TAG = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
QUICK = {"content_type": "text", "title": "a", "payload": "b"}
IMAGE = {"type": "image", "payload": {"url": "https://example.invalid/a.jpg"}}


@pytest.fixture
def client(graph):
    return Client(graph)


@pytest.fixture
def person(graph):
    """Somebody who has just written."""
    person = graph.add_person()
    graph.say(person, "Bonjour")
    return person


def test_a_message_is_taken_and_kept(graph, client, person):
    answer = client.send(person.psid, "Le prix est de 38 DA.").json()
    assert answer["recipient_id"] == person.psid
    (sent,) = graph.sent
    assert sent["id"] == answer["message_id"]
    assert sent["message"] == {"text": "Le prix est de 38 DA."}


WINDOWS = [
    # hours since the last words, what is asked, the error
    (23, {}, (0, 0)),
    (25, {}, (10, 2018278)),
    (25, {"messaging_type": "UPDATE"}, (10, 2018278)),
    (25, TAG, (0, 0)),
    (7 * 24 - 1, TAG, (0, 0)),
    (7 * 24 + 1, TAG, (10, 2018278)),
    (1, {"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"}, (100, 1893061)),
    (1, {"messaging_type": "MESSAGE_TAG"}, (100, 1893061)),
    (1, {"messaging_type": ""}, (100, 0)),
    (1, {"messaging_type": "UTILITY"}, (100, 0)),
]


@pytest.mark.parametrize(("hours", "values", "error"), WINDOWS)
def test_windows(graph, client, person, hours, values, error):
    graph.advance(hours=hours)
    assert error_of(client.send(person.psid, **values)) == error


@pytest.mark.parametrize("action", ["say", "touch", "arrive", "react"])
def test_every_action_opens_the_window_again(graph, client, person, action):
    graph.advance(hours=30)
    arguments = {"touch": ("Démarrer", "START"), "react": ("m_1",)}.get(action, ())
    getattr(graph, action)(person, *arguments)
    assert client.send(person.psid).status_code == 200


MESSAGES = [
    ({"text": "x" * 2000}, (0, 0)),
    ({"text": "x" * 2001}, (100, 0)),
    ({}, (100, 0)),
    ({"text": ""}, (100, 0)),
    ({"text": "x", "attachment": IMAGE}, (100, 0)),
    ({"text": "x", "metadata": "x" * 1000}, (0, 0)),
    ({"text": "x", "metadata": "x" * 1001}, (100, 0)),
    ({"attachment": IMAGE}, (0, 0)),
    ({"attachment": {"type": "image", "payload": {"url": "file:///etc/passwd"}}}, (100, 2018047)),
    ({"attachment": {"type": "gif", "payload": IMAGE["payload"]}}, (100, 0)),
    ({"attachment": {"type": "image", "payload": {"attachment_id": "77"}}}, (100, 0)),
    (
        {
            "text": "x",
            "quick_replies": [{"content_type": "text", "title": "a", "payload": "b"}] * 13,
        },
        (0, 0),
    ),
    (
        {
            "text": "x",
            "quick_replies": [{"content_type": "text", "title": "a", "payload": "b"}] * 14,
        },
        (100, 0),
    ),
]


@pytest.mark.parametrize(("message", "error"), MESSAGES)
def test_messages(graph, client, person, message, error):
    assert error_of(client.send(person.psid, message=message)) == error
    assert len(graph.sent) == (error == (0, 0))


def test_uploads(graph, client, person):
    cases = [
        ("image", b"\xff\xd8", "image/jpeg", (0, 0)),
        ("file", b"%PDF", "application/pdf", (0, 0)),
        ("image", b"%PDF", "application/pdf", (100, 2018047)),
        ("image", b"", "image/jpeg", (100, 2018047)),
        ("file", b"x" * (25 * 1024 * 1024 + 1), "application/pdf", (100, 2018047)),
        ("gif", b"x", "image/gif", (100, 0)),
    ]
    for kind, content, mimetype, error in cases:
        answer = client.call(
            "POST",
            f"{graph.page.id}/message_attachments",
            data={"message": json.dumps({"attachment": {"type": kind, "payload": {}}})},
            files={"filedata": ("a", content, mimetype)},
        )
        assert error_of(answer) == error, (kind, mimetype, len(content))
        if error == (0, 0):
            payload = {"attachment_id": answer.json()["attachment_id"]}
            message = {"attachment": {"type": kind, "payload": payload}}
            assert client.send(person.psid, message=message).status_code == 200


def test_people_who_cannot_be_written_to(graph, client, person):
    assert error_of(client.send("6100000000000999")) == (100, 2018001)
    person.blocked = True
    assert error_of(client.send(person.psid)) == (551, 1545041)
    graph.page.restricted = True
    assert error_of(client.send(person.psid)) == (10, 1893063)


TOKENS = [
    (lambda graph, client: setattr(client, "token", ""), (190, 0)),
    (lambda graph, client: setattr(client, "token", "unknown"), (190, 0)),
    (lambda graph, client: graph.kill_tokens(460), (190, 460)),
    (lambda graph, client: graph.kill_tokens(458), (190, 458)),
    (lambda graph, client: setattr(graph.page_token, "expires_at", graph.now), (190, 463)),
    (lambda graph, client: graph.page_token.scopes.discard("pages_messaging"), (200, 0)),
    (lambda graph, client: setattr(graph.app, "require_proof", True), (100, 0)),
    (lambda graph, client: setattr(client, "token", "system-token"), (0, 0)),
]


@pytest.mark.parametrize(("spoil", "error"), TOKENS)
def test_tokens(graph, client, person, spoil, error):
    spoil(graph, client)
    assert error_of(client.send(person.psid)) == error


def test_the_proof_and_tokens_in_addresses(graph, client, person):
    graph.app.require_proof = True
    proof = hmac.new(graph.app.secret.encode(), client.token.encode(), hashlib.sha256).hexdigest()
    assert client.send(person.psid, appsecret_proof=proof).status_code == 200
    assert error_of(client.send(person.psid, appsecret_proof=proof[::-1])) == (100, 0)
    assert not graph.leaks
    client.session.get(f"{graph.url}/me?access_token={client.token}&appsecret_proof={proof}")
    assert graph.leaks == ["/me"]


def test_a_page_token_reaches_its_page_only(graph, client):
    other = graph.add_page("104200000000002", "Autre")
    assert error_of(client.get(other.id)) == (100, 33)
    assert Client(graph, graph.system_token).get(other.id).status_code == 200
    graph.system_token.targets = {graph.page.id}
    assert error_of(Client(graph, graph.system_token).get(other.id)) == (100, 33)


@pytest.mark.parametrize(("code", "subcode"), list(ERRORS))
def test_every_error_of_the_table_can_be_provoked(graph, client, person, code, subcode):
    graph.fail_next(code, subcode=subcode)
    answer = client.send(person.psid)
    assert error_of(answer) == (code, subcode)
    assert answer.status_code == ERRORS[code, subcode][0]
    assert not graph.sent
    assert client.send(person.psid).status_code == 200


@pytest.mark.parametrize(
    ("code", "subcode", "status"), [(283, 0, 403), (80004, 0, 400), (190, 492, 401)]
)
def test_ranges_and_unlisted_subcodes(graph, client, code, subcode, status):
    graph.fail_next(code, subcode=subcode)
    answer = client.get("me")
    assert (error_of(answer), answer.status_code) == ((code, subcode), status)


def test_a_code_that_is_none_is_told_at_once(graph):
    with pytest.raises(KeyError):
        graph.fail_next(123456)


def test_accepted_but_the_answer_is_lost(graph, client, person):
    graph.fail_next(1, subcode=1357046, times=2, after_accepting=True)
    for _time in range(2):
        assert error_of(client.send(person.psid)) == (1, 1357046)
    assert len(graph.sent) == 2


def test_the_connection_ends_or_hangs(graph, client, person):
    for accepted, trouble in ((True, {}), (False, {"after_accepting": False})):
        graph.sent.clear()
        graph.close_next(**trouble)
        with pytest.raises(OSError):
            client.send(person.psid)
        assert len(graph.sent) == accepted
    graph.hang_next(on="POST .*/messages")
    assert client.get("me").status_code == 200  # nobody else waits
    with pytest.raises(OSError):
        client.session.post(
            f"{graph.url}/{graph.page.id}/messages",
            json={"recipient": {"id": person.psid}, "messaging_type": "RESPONSE",
                  "message": {"text": "x"}},
            headers={"Authorization": f"Bearer {client.token}"},
            timeout=0.2,
        )  # fmt: skip
    assert eventually(lambda: len(graph.sent) == 1)  # taken all the same


def test_other_answers_and_slow_ones(graph, client, person):
    graph.answer_next(502, "<html>nginx</html>", {"Content-Type": "text/html"})
    assert client.send(person.psid).text == "<html>nginx</html>"
    assert not graph.sent
    graph.answer_next(200, "", after_accepting=True, times=2)
    assert [client.send(person.psid).text for _time in range(2)] == ["", ""]
    graph.slow_next(0.1)
    assert client.send(person.psid).elapsed.total_seconds() >= 0.1
    assert len(graph.sent) == 3


def test_it_can_be_ended_and_started_again(graph, client, person):
    """As a provider that is killed: the address and what it knows stay."""
    client.send(person.psid)
    graph.stop()
    with pytest.raises(OSError):
        client.send(person.psid)
    graph.start()
    assert client.send(person.psid).status_code == 200
    assert len(graph.sent) == 2


def test_rates(graph, client, person):
    graph.limits.budget = 10
    for _call in range(8):
        answer = client.get("me")
    assert '"call_count": 80' in answer.headers["X-App-Usage"]
    for _call in range(2):
        client.get("me")
    assert error_of(client.get("me")) == (4, 0)
    graph.advance(minutes=61)
    assert client.get("me").status_code == 200
    graph.limits.business[graph.page.id], graph.limits.regain = 100, 12
    answer = client.send(person.psid)
    assert error_of(answer) == (80006, 0)
    assert '"estimated_time_to_regain_access": 12' in answer.headers["X-Business-Use-Case-Usage"]


def test_profiles_and_conversations(graph, client, person):
    profile = client.get(person.psid, fields="first_name,last_name").json()
    assert profile == {"id": person.psid, "first_name": "Amine", "last_name": "Benkhaled"}
    person.hidden_profile = True
    assert error_of(client.get(person.psid)) == (100, 2018218)
    client.send(person.psid, "Bonsoir")
    (found,) = client.get(
        f"{graph.page.id}/conversations", fields="participants,messages{message,from}"
    ).json()["data"]
    assert [message["message"] for message in found["messages"]["data"]] == ["Bonsoir", "Bonjour"]
    assert found["messages"]["data"][1]["from"]["id"] == person.psid


def test_an_outage(graph, client, person):
    graph.outage()
    assert client.send(person.psid).status_code == 503
    graph.recover()
    assert client.send(person.psid).status_code == 200


def test_another_app_holds_the_conversation(graph, client, person, office):
    graph.subscribe(office.url)
    graph.hand_over(person, "263902037430900")
    graph.say(person, "Encore moi")
    graph.deliver(batch=10)
    (body,) = office.bodies
    assert body["entry"][0]["standby"][0]["message"]["text"] == "Encore moi"
    client.send(person.psid)  # takes control
    graph.say(person, "Merci")
    graph.deliver()
    assert office.bodies[-1]["entry"][0]["messaging"][0]["message"]["text"] == "Merci"


def test_the_echo_may_come_first(graph, client, person, office):
    graph.subscribe(office.url)
    graph.echo_first = True
    answer = client.send(person.psid, message={"text": "Oui", "metadata": "bti-1"})
    (echo,) = office.items
    assert echo["message"]["mid"] == answer.json()["message_id"]
    assert echo["message"]["metadata"] == "bti-1"
    assert echo["message"]["app_id"] == int(graph.app.id)
