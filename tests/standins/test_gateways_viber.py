"""The real gateway to Viber against the stand-in."""

import pytest
from gateways import http
from gateways.base import (
    AccountBlocked,
    ConfigurationError,
    CredentialsError,
    EventKind,
    FailureReason,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from gateways.content import AddressKind, Content, Location, Media, MediaKind
from gateways.media import LinkExpired
from gateways.viber.viber import ViberConfig, ViberGateway

from .client import eventually
from .conftest import running
from .talk import GatewayOffice, make_message

JPEG = b"\xff\xd8\xff\xe0photo"


@pytest.fixture
def office(viber):
    for office in running(GatewayOffice):
        office.gateway = ViberGateway(
            ViberConfig(
                base_url=f"{viber.url}/pa",
                access_token=viber.token,
                external_id="bot",
                sender_name="BTI",
                webhook_url=office.url,
            )
        )
        office.gateway.set_webhook()
        yield office


@pytest.fixture
def gateway(office):
    return office.gateway


@pytest.fixture
def user(viber, office):
    user = viber.add_user(user_id="fX1v/Bzr+Yk0ZmI4dHVyZQ==")
    viber.say(user, "Salam")
    viber.deliver()
    return user


def to(user, *args, **values):
    return make_message(AddressKind.VIBER, user.id, *args, **values)


def test_the_webhook_is_set_and_refused(viber, gateway, office):
    assert viber.webhook == office.url
    assert gateway.get_account_info().webhook == office.url
    office.gateway = ViberGateway(ViberConfig(access_token="another"))
    with pytest.raises(ConfigurationError):
        gateway.set_webhook()


def test_a_message_in_and_one_out_with_its_receipts(viber, office, gateway, user):
    event = office.take()[-1]
    assert (event.kind, event.content.text, event.name) == (
        EventKind.MESSAGE, "Salam", "Lamia Cherif",
    )  # fmt: skip
    assert event.addresses[0].value == user.id
    message = to(user, "38 DA")
    gateway.check(message)
    result = gateway.send(message)
    viber.deliver()
    viber.see(user)
    viber.deliver(times=2)
    events = office.take()
    assert [event.status for event in events] == ["delivered", "read", "read"]
    assert events[1].key == events[2].key
    assert {event.ref for event in events} == {result.provider_ref}
    assert len(result.provider_ref) == 19


@pytest.mark.parametrize("kind", ["wrong", "missing"])
def test_without_proof_nothing_is_taken(viber, office, user, kind):
    office.take()
    viber.say(user, "x")
    (delivery,) = viber.deliver(signature=kind)
    assert delivery.status == 403
    assert not office.events


def test_what_is_sent(viber, gateway, user):
    picture = Media(MediaKind.IMAGE, url="https://e.invalid/a.jpg", mimetype="image/jpeg", size=9)
    paper = Media(MediaKind.DOCUMENT, url="https://e.invalid/a.pdf", filename="a.pdf", size=9)
    contents = [
        Content(text="plan", media=(picture,)),
        Content(media=(paper,)),
        Content(location=Location(36.19, 5.41)),
    ]
    for content in contents:
        message = to(user, content=content)
        gateway.check(message)
        assert gateway.send(message).provider_ref
    assert [sent["type"] for sent in viber.sent] == ["picture", "file", "location"]


EVENTS = [
    (lambda viber, user: viber.unsubscribe(user), EventKind.CONSENT),
    (lambda viber, user: viber.subscribe(user), EventKind.CONSENT),
    (lambda viber, user: viber.report(user, 5, "failed", "blocked"), EventKind.STATUS),
    (
        lambda viber, user: viber.send_file(user, "picture", b"\xff", "image/jpeg", "a.jpg"),
        EventKind.MESSAGE,
    ),
]


@pytest.mark.parametrize(("act", "kind"), EVENTS)
def test_events_are_read_and_keep_their_key(viber, office, user, act, kind):
    office.take()
    act(viber, user)
    viber.deliver(times=2)
    events = office.take()
    assert events[0].kind is kind
    assert len({event.key for event in events}) == len(events) / 2


def test_a_file_of_a_person(viber, office, gateway, user):
    office.take()
    viber.send_file(user, "picture", JPEG, "image/jpeg", "a.jpg", "chantier")
    viber.deliver()
    event = office.take()[0]
    (media,) = event.content.media
    assert event.content.text == "chantier"
    assert gateway.download(media).content == JPEG
    viber.advance(hours=1)
    with pytest.raises(LinkExpired):
        gateway.download(media)


FAILURES = [
    (2, CredentialsError),
    (6, PermanentError),
    (7, AccountBlocked),
    (12, TransientError),
    (99, (TransientError, UnknownOutcome)),
]


@pytest.mark.parametrize(("status", "error"), FAILURES)
def test_errors(viber, gateway, user, status, error):
    viber.fail_next(status)
    with pytest.raises(error) as caught:
        gateway.send(to(user))
    assert viber.token not in caught.value.detail
    assert user.id not in caught.value.detail


def test_people_who_are_gone(viber, gateway, user):
    viber.unsubscribe(user)
    with pytest.raises(PermanentError) as caught:
        gateway.send(to(user))
    assert caught.value.reason is FailureReason.UNREACHABLE


def test_what_nobody_knows_is_unknown(viber, gateway, user, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUT", 0.3)
    for trouble in (viber.close_next, viber.hang_next):
        trouble(after_accepting=True)
        with pytest.raises(UnknownOutcome):
            gateway.send(to(user))
    assert eventually(lambda: len(viber.sent) == 2)
