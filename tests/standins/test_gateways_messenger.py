"""The real gateway to Messenger against the stand-in: what each says, the other understands."""

import pytest
from gateways import http
from gateways.base import (
    AccountBlocked,
    CredentialsError,
    EventKind,
    FailureReason,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from gateways.content import AddressKind, Choice, Content, Media, MediaKind
from gateways.meta.messenger import MessengerConfig, MessengerGateway

from .client import Client, eventually
from .conftest import running
from .talk import GatewayOffice, make_message

PSID = AddressKind.PSID
JPEG = b"\xff\xd8\xff\xe0photo"


@pytest.fixture
def office(graph):
    for office in running(GatewayOffice):
        office.gateway = MessengerGateway(
            MessengerConfig(
                base_url=graph.url,
                access_token=graph.page_token.value,
                app_secret=graph.app.secret,
                app_id=graph.app.id,
                verify_token="verify-me",
                external_id=graph.page.id,
            )
        )
        graph.app.require_proof = True
        graph.subscribe(office.url)
        yield office
        assert not graph.leaks  # no token in any address


@pytest.fixture
def gateway(office):
    return office.gateway


@pytest.fixture
def person(graph, office):
    person = graph.add_person()
    graph.say(person, "Prix ؟")
    graph.deliver()
    return person


def to(person, *args, **values):
    return make_message(PSID, person.psid, *args, scope=person.page.id, **values)


def test_the_handshake(graph, office):
    app = Client(graph, graph.app_token)
    graph.app.require_proof = False
    values = {"object": "page", "callback_url": office.url, "fields": "messages"}
    path = f"{graph.app.id}/subscriptions"
    answers = [app.post(path, verify_token=word, **values) for word in ("wrong", "verify-me")]
    assert [answer.status_code for answer in answers] == [400, 200]


def test_a_message_in_and_one_out_with_its_receipts(graph, office, gateway, person):
    (event,) = office.take()
    assert (event.kind, event.content.text) == (EventKind.MESSAGE, "Prix ؟")
    assert event.account == graph.page.id
    assert (event.addresses[0].kind, event.addresses[0].value) == (PSID, person.psid)
    message = to(person, "38 DA")
    gateway.check(message)
    result = gateway.send(message)
    graph.advance(seconds=5)
    graph.read(person)
    graph.deliver()
    echo, delivered, read = office.take()
    assert echo.outgoing and echo.ref == message.ref and echo.content.text == "38 DA"
    assert (delivered.kind, delivered.status) == (EventKind.STATUS, "delivered")
    assert delivered.ref == result.provider_ref
    assert read.kind is EventKind.READ


@pytest.mark.parametrize("kind", ["wrong", "missing", "sha1"])
def test_without_proof_nothing_is_taken(graph, office, person, kind):
    office.take()
    graph.say(person, "x")
    (delivery,) = graph.deliver(signature=kind)
    assert delivery.status == 403
    assert not office.events


EVENTS = [
    (lambda graph, one: graph.edit(one, "m_1", "B12"), EventKind.EDIT),
    (lambda graph, one: graph.unsend(one, "m_1"), EventKind.WITHDRAWAL),
    (lambda graph, one: graph.react(one, "m_1"), EventKind.REACTION),
    (lambda graph, one: graph.touch(one, "Démarrer", "START"), EventKind.POSTBACK),
    (lambda graph, one: graph.arrive(one, "camion-7"), EventKind.REFERRAL),
    (lambda graph, one: graph.hand_over(one, "263902037430900"), EventKind.CONTROL),
    (lambda graph, one: graph.say(one, is_unsupported=True), EventKind.MESSAGE),
]


@pytest.mark.parametrize(("act", "kind"), EVENTS)
def test_events_are_read_and_keep_their_key(graph, office, person, act, kind):
    office.take()
    act(graph, person)
    graph.deliver(times=2)
    first, second = office.take()
    assert (first.kind, first.key) == (kind, second.key)


def test_a_batch_of_a_thousand(graph, office, person):
    office.take()
    for number in range(1000):
        graph.say(person, str(number))
    graph.deliver(batch=1000, order=7)
    events = office.take()
    assert len({event.key for event in events}) == 1000


def test_an_answer_in_the_page_inbox_and_another_app(graph, office, person):
    office.take()
    mid = graph.answer_in_inbox(person, "Je regarde")
    graph.hand_over(person, "263902037430900")
    graph.say(person, "Encore moi")
    graph.deliver()
    foreign, _control, standby = office.take()
    assert foreign.outgoing and foreign.ref == mid
    assert standby.standby and standby.content.text == "Encore moi"


def test_files_both_ways(graph, office, gateway, person):
    office.take()
    graph.say(person, attachments=[("image", JPEG, "image/jpeg")])
    graph.deliver()
    (event,) = office.take()
    (media,) = event.content.media
    assert gateway.download(media).content == JPEG
    uploaded = gateway.upload(Media(MediaKind.IMAGE, content=JPEG, mimetype="image/jpeg"))
    gateway.send(to(person, content=Content(media=(uploaded,))))
    assert graph.sent[-1]["message"]["attachment"]["payload"]["attachment_id"] == uploaded.media_id


def test_choices_and_a_quotation(graph, gateway, person):
    content = Content(text="Livraison ?", choices=(Choice("OUI", "Oui"), Choice("NON", "Non")))
    gateway.send(to(person, content=content))
    gateway.send(to(person, reply_to=person.messages[0]["id"]))
    assert [choice["title"] for choice in person.messages[1]["choices"]] == ["Oui", "Non"]
    assert graph.sent[1]["message"]["reply_to"] == {"mid": person.messages[0]["id"]}


WINDOWS = [
    ({"hours": 25}, {}, FailureReason.WINDOW_CLOSED),
    ({"hours": 25}, {"human": True, "in_window": False}, None),
    ({"days": 8}, {"human": True, "in_window": False}, FailureReason.WINDOW_CLOSED),
]


@pytest.mark.parametrize(("step", "values", "reason"), WINDOWS)
def test_windows(graph, gateway, person, step, values, reason):
    graph.advance(**step)
    if not reason:
        assert gateway.send(to(person, **values)).provider_ref
        return
    with pytest.raises(PermanentError) as caught:
        gateway.send(to(person, **values))
    assert caught.value.reason is reason


def test_a_private_reply_is_given_once(graph, gateway):
    comment = graph.comment(graph.post, graph.add_visitor(), "Prix ?")
    message = make_message(AddressKind.COMMENT, comment.id, "38 DA", scope=graph.page.id)
    first = gateway.send(message)
    assert first.provider_ref and first.addresses[0].value in graph.page.threads
    assert not gateway.send(message).provider_ref  # done before: no failure
    assert len(graph.sent) == 1


FAILURES = [
    ({"code": 190, "subcode": 460}, CredentialsError),
    ({"code": 200}, PermissionMissing),
    ({"code": 368}, AccountBlocked),
    ({"code": 10, "subcode": 1893063}, AccountBlocked),
    ({"code": 613}, TransientError),
    ({"code": 4}, TransientError),
    ({"code": 551, "subcode": 1545041}, PermanentError),
    ({"code": 1, "subcode": 1357046, "after_accepting": True}, UnknownOutcome),
]


@pytest.mark.parametrize(("trouble", "error"), FAILURES)
def test_errors(graph, gateway, person, trouble, error):
    graph.fail_next(**trouble)
    with pytest.raises(error) as caught:
        gateway.send(to(person))
    assert graph.page_token.value not in caught.value.detail
    assert person.psid not in caught.value.detail


@pytest.mark.parametrize("accepted", [True, False])
def test_what_nobody_knows_is_unknown(graph, gateway, person, accepted, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUT", 0.3)
    for trouble in (graph.close_next, graph.hang_next):
        trouble(after_accepting=accepted)
        with pytest.raises(UnknownOutcome):
            gateway.send(to(person))
    assert eventually(lambda: len(graph.sent) == 2 * accepted)


def test_rates_and_an_outage(graph, gateway, person):
    graph.limits.business[graph.page.id], graph.limits.regain = 85, 3
    gateway.send(to(person))
    assert gateway.usage.slow_down and gateway.usage.seconds == 180
    graph.outage()
    with pytest.raises(TransientError):
        gateway.send(to(person))


def test_profiles_and_the_token(graph, gateway, person):
    assert gateway.get_profile(person.psid).name == "Amine Benkhaled"
    person.hidden_profile = True
    assert not gateway.get_profile(person.psid).name
    info = gateway.graph.debug_token()
    assert info.valid and info.granted["pages_messaging"] == (graph.page.id,)
    graph.kill_tokens()
    assert not gateway.graph.debug_token().valid
    with pytest.raises(CredentialsError):
        gateway.send(to(person))
