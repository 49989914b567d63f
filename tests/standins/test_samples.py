"""What the stand-ins tell has the shape of the sample payloads, to the last name and type."""

import json
from pathlib import Path

import pytest

from .client import Client

SAMPLES = Path(__file__).resolve().parents[2] / "addons/bti_messaging/tests/fixtures"


def shape(value):
    """:return: names and types of a JSON value, without what it says"""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def sample(name):
    """:return: values of a sample payload, wherever it lies"""
    (path, *_others) = SAMPLES.rglob(f"{name}.json")
    return json.loads(path.read_bytes())


MESSENGER = {
    "messenger_text_fr": lambda graph, one: graph.say(one, "Bonjour"),
    "messenger_text_ar": lambda graph, one: graph.say(one, "السلام"),
    "messenger_attachment_image": lambda graph, one: graph.say(
        one, attachments=[("image", b"\xff", "image/jpeg"), ("file", "https://e.invalid/a.pdf")]
    ),
    "messenger_quick_reply": lambda graph, one: graph.say(
        one, "Livraison", quick_reply={"payload": "BTI_DELIVERY"}
    ),
    "messenger_postback_get_started": lambda graph, one: graph.touch(
        one,
        "Démarrer",
        "GET_STARTED",
        {"ref": "foire", "source": "SHORTLINK", "type": "OPEN_THREAD"},
    ),
    "messenger_referral_ad": lambda graph, one: graph.arrive(
        one, "promo", "ADS", ad_id="1", ads_context_data={"ad_title": "x", "post_id": "1_2"}
    ),
    "messenger_delivery": lambda graph, one: graph.report_delivered(one, "m_1"),
    "messenger_read": lambda graph, one: graph.read(one),
    "messenger_reaction": lambda graph, one: graph.react(one, "m_1"),
}
PAGE = {
    "page_comment_add": lambda graph, one: graph.comment(graph.post, one, "Prix ?"),
    "page_comment_own": lambda graph, one: graph.comment(graph.post, graph.page, "Bonjour"),
    "leadgen_change": lambda graph, one: graph.fill_form(graph.form, {}, ad_id="1"),
}
WHATSAPP = {
    "whatsapp_text": lambda graph, one: graph.whatsapp_text(one, "Salam"),
    "whatsapp_image": lambda graph, one: graph.whatsapp_file(
        one, "image", b"\xff", "image/jpeg", caption="x"
    ),
    "whatsapp_button_reply": lambda graph, one: graph.whatsapp_press(one, "a", "Oui", "wamid.1"),
    "whatsapp_location": lambda graph, one: graph.whatsapp(
        one, "location", {"latitude": 36.1, "longitude": 5.4, "name": "x", "address": "y"}
    ),
}


def _told(graph, office, batch=1):
    graph.deliver(batch=batch)
    (body,) = office.bodies
    return shape(body)


@pytest.mark.parametrize("name", MESSENGER)
def test_messenger(graph, office, name):
    graph.subscribe(office.url)
    MESSENGER[name](graph, graph.add_person())
    assert _told(graph, office) == shape(sample(name))


def test_the_echo_and_the_answer(graph, office):
    graph.subscribe(office.url)
    person = graph.add_person()
    graph.say(person, "Bonjour")
    graph.mailbox.queue.clear()
    message = {"text": "38 DA", "metadata": "bti-out-42"}
    answer = Client(graph).send(person.psid, message=message).json()
    assert shape(answer) == shape(sample("graph_send_ok"))
    graph.deliver(limit=1)
    assert shape(office.bodies[0]) == shape(sample("messenger_echo"))


@pytest.mark.parametrize("name", PAGE)
def test_the_page(graph, office, name):
    graph.subscribe(office.url)
    PAGE[name](graph, graph.add_visitor())
    assert _told(graph, office) == shape(sample(name))


def test_what_happens_to_a_comment(graph, office):
    graph.subscribe(office.url)
    visitor = graph.add_visitor()
    comment = graph.comment(graph.post, visitor, "Prix ?")
    graph.comment(graph.post, visitor, "Moi aussi", comment)
    graph.edit_comment(comment, "Prix B8 ?")
    graph.remove_comment(comment)
    graph.deliver()
    names = ("page_comment_add", "page_comment_reply", "page_comment_edited", "page_comment_remove")
    for body, name in zip(office.bodies, names, strict=True):
        value = body["entry"][0]["changes"][0]["value"]
        assert shape(value) == shape(sample(name)["entry"][0]["changes"][0]["value"]), name


def test_a_lead(graph):
    answers = {"full_name": "Yacine", "phone": "+213", "wilaya": "19", "quoi": ["a", "b"]}
    lead = graph.fill_form(graph.form, {**answers, "email": "y@e.invalid"}, ad_id="1")
    fields = "created_time,id,ad_id,form_id,field_data,is_organic,platform"
    answer = Client(graph).get(lead.id, fields=fields).json()
    assert shape(answer) == shape(sample("leadgen_graph_answer"))


@pytest.mark.parametrize("name", WHATSAPP)
def test_whatsapp(graph, office, name):
    graph.subscribe(office.url)
    WHATSAPP[name](graph, graph.add_contact())
    assert _told(graph, office) == shape(sample(name))


def test_whatsapp_sends_and_statuses(graph, whatsapp, contact, office):
    answer = whatsapp.whatsapp(contact.wa_id, biz_opaque_callback_data="bti-out-77").json()
    assert shape(answer) == shape(sample("whatsapp_send_ok"))
    assert _told(graph, office, batch=2) == shape(sample("whatsapp_status_delivered"))
    office.requests.clear()
    graph.advance(hours=25)
    whatsapp.whatsapp(contact.wa_id, biz_opaque_callback_data="bti-out-78")
    assert _told(graph, office) == shape(sample("whatsapp_status_failed"))


def test_a_file_looked_up(graph, whatsapp, contact):
    graph.whatsapp_file(contact, "image", b"\xff", "image/jpeg")
    (media,) = graph.number.media.values()
    assert shape(whatsapp.get(media.id).json()) == shape(sample("whatsapp_media_lookup"))


VIBER = {
    "viber_message_text": lambda viber, user: viber.say(user, "Bonjour"),
    "viber_conversation_started": lambda viber, user: viber.open_chat(user, "depliant-2026"),
    "viber_delivered": lambda viber, user: viber.report(user, 5989001100220034777, "delivered"),
}


@pytest.mark.parametrize("name", VIBER)
def test_viber(viber, office, name):
    viber.webhook, viber.send_name, viber.send_photo = office.url, True, True
    VIBER[name](viber, viber.add_user())
    viber.deliver()
    assert shape(office.bodies[0]) == shape(sample(name))


def test_errors(graph):
    client = Client(graph)
    for wanted in sample("graph_errors"):
        error = wanted["body"]["error"]
        graph.fail_next(error["code"], subcode=error.get("error_subcode", 0))
        answer = client.get("me")
        assert answer.status_code == wanted["http"], error
        assert shape(answer.json()) == shape(wanted["body"]), error
