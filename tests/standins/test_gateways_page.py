"""The real client of a Page against the stand-in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from gateways.base import EventKind, PermanentError, PermissionMissing, TransientError
from gateways.content import Media, MediaKind
from gateways.meta.graph import MetaConfig
from gateways.meta.messenger import MessengerConfig, MessengerGateway
from gateways.meta.page import Page
from gateways.meta.page_comments import KnownComment
from gateways.meta.page_connection import find_missing_fields, find_missing_permissions
from gateways.meta.page_posts import Post

from .conftest import running
from .talk import GatewayOffice

JPEG = b"\xff\xd8\xff\xe0photo"


@pytest.fixture
def config(graph):
    return MetaConfig(
        base_url=graph.url,
        access_token=graph.page_token.value,
        app_secret=graph.app.secret,
        app_id=graph.app.id,
        verify_token="verify-me",
        external_id=graph.page.id,
    )


@pytest.fixture
def office(graph, config):
    for office in running(GatewayOffice):
        names = ("base_url", "access_token", "app_secret", "app_id", "verify_token", "external_id")
        values = {name: getattr(config, name) for name in names}
        office.gateway = MessengerGateway(MessengerConfig(**values))
        graph.app.require_proof = True
        graph.subscribe(office.url)
        yield office
        assert not graph.leaks


@pytest.fixture
def page(config, office):
    return Page(config)


@pytest.fixture
def visitor(graph):
    return graph.add_visitor()


def test_a_comment_and_what_we_do_to_it(graph, office, page, visitor):
    comment = graph.comment(graph.post, visitor, "Prix ?")
    graph.deliver()
    (event,) = office.take()
    assert (event.kind, event.status, event.content.text) == (EventKind.COMMENT, "added", "Prix ?")
    answer = page.comments.answer(comment.id, "En message privé")
    page.comments.hide(comment.id)
    page.comments.hide(comment.id)
    page.comments.unhide(comment.id)
    page.comments.like(comment.id)
    assert comment.liked and not comment.hidden
    page.comments.unlike(comment.id)
    page.comments.delete(comment.id)
    graph.deliver()
    own, *others = office.take()
    assert own.outgoing and own.ref in ("", answer)
    assert [event.status for event in others] == ["hidden", "unhidden", "removed"]
    with pytest.raises(PermanentError):
        page.comments.hide(comment.id)


def test_one_request_tells_of_people_and_comments_of_two_pages(graph, office, page, visitor):
    other = graph.add_page("104200000000002", "Autre Page")
    other.subscribed = dict(graph.page.subscribed)
    graph.say(graph.add_person(), "Bonjour")
    graph.comment(graph.post, visitor, "Prix ?")
    graph.say(graph.add_person("Samira", page=other), "Salam")
    (delivery,) = graph.deliver(batch=100)
    assert delivery.status == 200
    kinds = {(event.account, event.kind) for event in office.take()}
    assert kinds == {
        (graph.page.id, EventKind.MESSAGE),
        (graph.page.id, EventKind.COMMENT),
        (other.id, EventKind.MESSAGE),
    }


def test_the_poll_finds_what_the_webhook_missed_with_the_same_keys(graph, office, page, visitor):
    since = graph.now - timedelta(minutes=1)
    graph.page.subscribed[graph.app.id].discard("feed")  # nothing is told
    comment = graph.comment(graph.post, visitor, "Prix ?")
    graph.comment(graph.post, visitor, "Et le B12 ?", comment)
    graph.add_post(graph.page, "Livrez-vous ?", author=visitor)
    assert not graph.deliver()
    found = list(page.comments.poll(since))
    assert {event.content.text for event in found} == {"Prix ?", "Et le B12 ?", "Livrez-vous ?"}
    graph.page.subscribed[graph.app.id].add("feed")
    graph.tell_comment(comment, "add")
    graph.deliver()
    (told,) = office.take()
    assert told.key in {event.key for event in found}
    known = {comment.id: KnownComment("Prix ?")}
    comment.message = "Prix B8 ?"
    changed = list(page.comments.read_below(graph.post.id, since, known))
    assert "edited" in {event.status for event in changed}


def test_reviews(graph, office, page, visitor):
    graph.recommend(visitor, "Palette cassée", positive=False)
    graph.deliver()
    (told,) = office.take()
    (found,) = page.comments.read_reviews(graph.now - timedelta(minutes=1))
    assert (told.kind, told.key) == (EventKind.COMMENT, found.key)


def test_leads(graph, office, page):
    graph.leads_lag = timedelta(seconds=5)
    answers = {"full_name": "Yacine", "quel_produit_vous_intéresse_?": ["B8", "B12"]}
    lead = graph.fill_form(graph.form, answers, ad_id="1")
    graph.deliver()
    (event,) = office.take()
    assert (event.kind, event.ref) == (EventKind.LEAD, lead.id)
    with pytest.raises(TransientError):
        page.leads.read_one(event.ref)
    graph.advance(seconds=5)
    found = page.leads.read_one(event.ref)
    assert found.answers["quel_produit_vous_intéresse_?"] == ("B8", "B12")
    (listed,) = page.leads.read_since(graph.form.id, lead.created - timedelta(minutes=1))
    assert listed.to_event(graph.page.id).key == event.key
    (form,) = page.leads.list_forms()
    assert [question.key for question in form.questions][:2] == ["full_name", "phone_number"]
    graph.page_token.scopes.discard("leads_retrieval")
    with pytest.raises(PermissionMissing):
        page.leads.read_one(event.ref)


def test_test_leads_and_an_old_version(graph, office, config):
    page = Page(replace(config, version="v23.0"))
    made = page.leads.create_test(graph.form.id, {"full_name": ["Essai"]})
    graph.advance(seconds=1)
    assert page.leads.read_one(made).answers == {"full_name": ("Essai",)}
    assert page.leads.delete_tests(graph.form.id) == [made]


def test_posts(graph, page):
    shown = page.posts.publish(Post(message="Four rallumé"))
    assert graph.nodes[shown.post_id].message == "Four rallumé"
    photo = Media(MediaKind.IMAGE, content=JPEG, mimetype="image/jpeg")
    one = page.posts.publish(Post(message="B8", photo=photo))
    assert graph.nodes[one.post_id].media[0].kind == "photo"
    ids = tuple(page.posts.upload_photo(photo) for _photo in range(2))
    several = page.posts.publish(Post(message="Stock", photos=ids))
    assert len(graph.nodes[several.post_id].media) == 2
    clip = Media(MediaKind.VIDEO, content=b"clip", mimetype="video/mp4", filename="four.mp4")
    film = page.posts.publish(Post(message="Le four", video=clip))
    shows = page.posts.find_video_post(film.post_id)
    assert (graph.nodes[shows].message, graph.nodes[shows].media[0].kind) == ("Le four", "video")
    planned = page.posts.publish(Post(message="Demain", scheduled_at=graph.now + timedelta(days=1)))
    assert not graph.nodes[planned.post_id].published
    page.posts.edit(planned.post_id, message="Demain, 8 h")
    assert [post.post_id for post in page.posts.list_scheduled()] == [planned.post_id]
    graph.advance(days=1)
    assert page.posts.list_recent()[0].message == "Demain, 8 h"
    figures = page.posts.get_figures(shown.post_id)
    assert figures["comments"] == 0 and "reach" in figures


def test_connecting(graph, office, config, page):
    assert not find_missing_permissions(page.connection.inspect(), graph.page.id)
    graph.page_token.scopes.discard("read_insights")
    assert find_missing_permissions(page.connection.inspect(), graph.page.id) == ["read_insights"]
    page.connection.subscribe()
    assert not find_missing_fields(page.connection.get_subscribed_fields())
    graph.app.subscriptions["page"].fields.discard("feed")
    told = page.connection.get_app_subscription()
    assert (told.callback_url, told.active) == (office.url, True)
    assert find_missing_fields(told.fields) == ["feed"]
    page.connection.unsubscribe()
    assert not page.connection.get_subscribed_fields()
    user = Page(replace(config, access_token=graph.user_token.value))
    (granted,) = user.connection.list_pages()
    assert granted.token == graph.page_token.value
    assert user.connection.get_page_token(graph.page.id) == graph.page_token.value
