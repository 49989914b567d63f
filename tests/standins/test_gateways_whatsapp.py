"""The real gateway to WhatsApp against the stand-in."""

from dataclasses import replace

import pytest
from gateways.base import (
    CredentialsError,
    EventKind,
    FailureReason,
    PermanentError,
    TransientError,
)
from gateways.content import (
    AddressKind,
    Choice,
    Content,
    Location,
    Media,
    MediaKind,
    TemplateText,
)
from gateways.media import LinkExpired
from gateways.meta import whatsapp_templates as templates
from gateways.meta.whatsapp import WhatsAppConfig, WhatsAppGateway

from .conftest import running
from .talk import GatewayOffice, make_message

WHATSAPP = AddressKind.WHATSAPP
JPEG = b"\xff\xd8\xff\xe0photo"


@pytest.fixture
def office(graph):
    for office in running(GatewayOffice):
        office.gateway = WhatsAppGateway(
            WhatsAppConfig(
                base_url=graph.url,
                access_token=graph.system_token.value,
                app_secret=graph.app.secret,
                app_id=graph.app.id,
                verify_token="verify-me",
                external_id=graph.number.id,
                account_id=graph.waba.id,
                business_id="260000000000001",
            )
        )
        graph.app.require_proof = True
        graph.subscribe(office.url)
        yield office
        assert not graph.leaks


@pytest.fixture
def gateway(office):
    return office.gateway


@pytest.fixture
def contact(graph, office):
    contact = graph.add_contact()
    graph.whatsapp_text(contact, "Salam")
    graph.deliver()
    return contact


def to(contact, *args, **values):
    return make_message(WHATSAPP, contact.wa_id, *args, **values)


def test_a_message_in_and_one_out_with_its_ladder(graph, office, gateway, contact):
    (event,) = office.take()
    assert (event.kind, event.content.text, event.name) == (
        EventKind.MESSAGE, "Salam", "Karim Ould Ali",
    )  # fmt: skip
    assert event.account == graph.number.id
    kinds = {address.kind: address.value for address in event.addresses}
    assert kinds == {AddressKind.BSUID: contact.user_id, WHATSAPP: contact.wa_id}
    message = to(contact, "38 DA")
    gateway.check(message)
    result = gateway.send(message)
    graph.read_whatsapp(contact)
    graph.deliver(batch=10, times=2, order="reversed")
    events = office.take()
    assert {event.status for event in events} == {"sent", "delivered", "read"}
    assert len({event.key for event in events}) == 3
    for event in events:
        assert event.ref == message.ref
        assert event.payload and result.provider_ref in str(event.payload)
        assert event.pricing["category"] == "service"


def test_what_is_sent(graph, gateway, contact):
    contents = [
        Content(text="x", choices=(Choice("a", "Oui"), Choice("b", "Non"))),
        Content(text="x", choices=tuple(Choice(str(n), f"Produit {n}") for n in range(10))),
        Content(location=Location(36.19, 5.41, "Usine")),
        Content(text="plan", media=(Media(MediaKind.DOCUMENT, url="https://e.invalid/a.pdf",
                                          mimetype="application/pdf", filename="a.pdf"),)),
    ]  # fmt: skip
    for content in contents:
        message = to(contact, content=content)
        gateway.check(message)
        assert gateway.send(message).provider_ref
    quoted = contact.number.messages
    gateway.send(to(contact, reply_to=next(iter(quoted))))
    gateway.send(to(contact, "👍", reaction_to=next(iter(quoted))))
    assert [sent["type"] for sent in graph.sent] == [
        "interactive", "interactive", "location", "document", "text", "reaction",
    ]  # fmt: skip
    assert graph.sent[4]["context"] == {"message_id": next(iter(quoted))}


def test_to_a_person_without_a_phone_number(graph, office, gateway):
    hidden = graph.add_contact("Samira", wa_id="", username="samira.b")
    graph.whatsapp_text(hidden, "Salam")
    graph.deliver()
    (event,) = office.take()
    assert event.username == "samira.b"
    (address,) = event.addresses
    assert address.kind is AddressKind.BSUID
    gateway.send(make_message(AddressKind.BSUID, address.value, scope=address.scope))
    assert graph.sent[0]["contact"] is hidden


def test_templates(graph, gateway, contact):
    graph.add_template("livraison", body="Bonjour {{1}}, livraison {{2}}.")
    graph.advance(days=3)
    good = TemplateText("livraison", "fr", parameters=(("", "Amine"), ("", "demain")))
    gateway.send(to(contact, content=Content(template=good), in_window=False))
    assert graph.sent[0]["text"] == "Bonjour Amine, livraison demain."
    bad = TemplateText("livraison", "fr", parameters=(("", "Amine"),))
    with pytest.raises(PermanentError) as caught:
        gateway.send(to(contact, content=Content(template=bad), in_window=False))
    assert caught.value.reason is FailureReason.TEMPLATE


def test_templates_with_a_file_and_a_link(graph, gateway, contact):
    link = {"type": "URL", "text": "Suivre", "url": "https://bti.example/{{1}}"}
    graph.add_template(
        "bon",
        body="Voici.",
        components=[
            {"type": "HEADER", "format": "DOCUMENT"},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Merci"}, link]},
        ],
    )
    graph.advance(days=3)
    file = Media(
        MediaKind.DOCUMENT, content=b"%PDF-1.4", mimetype="application/pdf", filename="bon.pdf"
    )
    whole = TemplateText("bon", "fr", header=file, links=((1, "S42"),))
    message = to(contact, content=Content(template=whole), in_window=False)
    gateway.check(message)
    gateway.send(gateway.prepare(message))
    header, button = graph.sent[0]["content"]["components"]
    assert header["parameters"][0]["document"]["filename"] == "bon.pdf"
    assert button["index"] == "1" and button["parameters"][0]["text"] == "S42"
    for lacking in (
        TemplateText("bon", "fr", links=((1, "S42"),)),
        TemplateText("bon", "fr", header=file),
        TemplateText("bon", "fr", header=file, links=((0, "S42"),)),
    ):
        message = to(contact, content=Content(template=lacking), in_window=False)
        with pytest.raises(PermanentError) as caught:
            gateway.send(gateway.prepare(message))
        assert caught.value.reason in (FailureReason.TEMPLATE, FailureReason.REFUSED)
    spaced = TemplateText("bon", "fr", header=file, links=((1, "S 42"),))
    with pytest.raises(PermanentError, match="link of button 2 holds a space"):
        gateway.check(to(contact, content=Content(template=spaced), in_window=False))


def test_templates_with_a_file_are_submitted_by_a_sample(graph, gateway):
    body = "Voici votre bon."
    for kind, content, mimetype in [
        ("document", b"%PDF-1.4", "application/pdf"),
        ("image", JPEG, "image/jpeg"),
    ]:
        file = Media(MediaKind(kind), content=content, mimetype=mimetype, filename="é.bin")
        handle = gateway.upload_sample(file)
        form, components = templates.build_components(body, file=(kind, handle))
        made = gateway.create_template(f"bon_{kind}", "fr", "utility", form, components)
        assert (made.status, graph.samples[handle].content) == ("pending", content)
        gateway.edit_template(made.id, "utility", components)
    for handle in ("4::0", ""):
        form, components = templates.build_components(body, file=("document", handle))
        with pytest.raises(PermanentError):
            gateway.create_template("bon", "fr", "utility", form, components)


def test_templates_are_submitted_and_judged(graph, office, gateway):
    components = [{"type": "BODY", "text": "Bonjour {{1}}, à demain."}]
    made = gateway.create_template("rappel", "fr", "utility", "POSITIONAL", components)
    assert made.status
    (listed,) = gateway.list_templates().templates
    assert listed.name == "rappel"
    graph.judge(graph.nodes[made.id], "APPROVED")
    graph.deliver()
    (event,) = office.take()
    assert event.kind is EventKind.TEMPLATE
    gateway.edit_template(made.id, "utility", components)
    assert gateway.list_templates().templates[0].status == "pending"
    graph.approves = True
    arabic = gateway.create_template("rappel", "ar", "utility", "POSITIONAL", components)
    gateway.delete_template("rappel", arabic.id)
    (left,) = gateway.list_templates().templates
    assert left.language == "fr"
    gateway.delete_template("rappel")
    assert not gateway.list_templates().templates


FAILURES = [
    (lambda graph, one: graph.advance(hours=25), FailureReason.WINDOW_CLOSED),
    (lambda graph, one: setattr(one, "blocked", True), FailureReason.UNREACHABLE),
]


@pytest.mark.parametrize(("spoil", "reason"), FAILURES)
def test_failures_told_by_a_status(graph, office, gateway, contact, spoil, reason):
    office.take()
    spoil(graph, contact)
    gateway.send(to(contact))
    graph.deliver()
    (event,) = office.take()
    assert (event.status, event.reason) == ("failed", reason)


def test_files_both_ways(graph, office, gateway, contact):
    office.take()
    graph.whatsapp_file(contact, "image", JPEG, "image/jpeg", caption="chantier")
    graph.deliver()
    (event,) = office.take()
    (media,) = event.content.media
    assert gateway.download(media).content == JPEG
    graph.advance(minutes=6)
    address_only = replace(media, media_id="")
    with pytest.raises(LinkExpired):
        gateway.download(address_only)
    assert gateway.download(media).content == JPEG  # by a fresh address
    graph.files.spoiled = "content"
    with pytest.raises(PermanentError):
        gateway.download(media)
    graph.files.spoiled = ""
    graph.advance(days=7)
    with pytest.raises(PermanentError):
        gateway.download(media)
    graph.whatsapp_text(contact, "Salam")
    uploaded = gateway.upload(Media(MediaKind.IMAGE, content=JPEG, mimetype="image/jpeg"))
    gateway.send(to(contact, content=Content(media=(uploaded,))))
    assert graph.sent[-1]["content"]["id"] == uploaded.media_id


EVENTS = [
    (lambda graph, one: graph.whatsapp_edit(one, "wamid.1", "B12"), EventKind.EDIT),
    (lambda graph, one: graph.whatsapp_revoke(one, "wamid.1"), EventKind.WITHDRAWAL),
    (lambda graph, one: graph.whatsapp_react(one, "wamid.1"), EventKind.REACTION),
    (lambda graph, one: graph.whatsapp_press(one, "a", "Oui", "wamid.1"), EventKind.POSTBACK),
    (lambda graph, one: graph.stop_marketing(one), EventKind.CONSENT),
    (lambda graph, one: graph.change_number(one, "213770000202", "DZ.12"), EventKind.ADDRESS),
    (lambda graph, one: graph.write_on_phone(one, "Bonjour"), EventKind.MESSAGE),
    (lambda graph, one: graph.hand_over_whatsapp(one, True), EventKind.CONTROL),
]


@pytest.mark.parametrize(("act", "kind"), EVENTS)
def test_events_are_read_and_keep_their_key(graph, office, contact, act, kind):
    office.take()
    act(graph, contact)
    graph.deliver(times=2)
    first, second = office.take()
    assert (first.kind, first.key) == (kind, second.key)
    assert first.account in (graph.number.id, graph.waba.id)


def test_the_agent_holds_the_conversation(graph, office, contact):
    office.take()
    graph.hand_over_whatsapp(contact, True)
    graph.whatsapp_text(contact, "Encore ?")
    graph.answer_as_agent(contact, "Oui")
    graph.deliver()
    control, asked, answered = office.take()
    assert control.status == "given"
    assert asked.standby and asked.content.text == "Encore ?"
    assert answered.standby and answered.outgoing


def test_errors_and_paces(graph, gateway, contact):
    for _message in range(45):
        gateway.send(to(contact))
    with pytest.raises(TransientError) as caught:
        gateway.send(to(contact))
    assert caught.value.retry_after and not caught.value.problem
    graph.kill_tokens(463)
    with pytest.raises(CredentialsError):
        gateway.send(to(contact))


def test_the_account(graph, gateway, contact):
    assert gateway.get_phone_number()["quality_rating"] == "GREEN"
    assert [number["id"] for number in gateway.list_phone_numbers()] == [graph.number.id]
    assert gateway.get_account()["owner_business_info"]["id"] == "260000000000001"
    gateway.register("123456")
    gateway.subscribe()
    assert gateway.list_subscriptions() == [graph.app.id]
    wamid = graph.whatsapp_text(contact, "Salam")
    gateway.mark_read(wamid, typing=True)
    assert graph.number.messages[wamid]["status"] == "read"


def test_what_the_phone_knows(graph, office, gateway, contact):
    office.take()
    graph.number.shared = True
    graph.number.past = [
        {"thread": contact.wa_id, "from": contact.wa_id, "id": "wamid.old", "type": "text",
         "timestamp": "1790000000", "text": {"body": "Bonjour"}}
    ]  # fmt: skip
    for kind in ("smb_app_state_sync", "history"):
        assert gateway.request_app_data(kind)
    graph.deliver()
    events = office.take()
    assert events and events[-1].history
    assert events[-1].content.text == "Bonjour"
