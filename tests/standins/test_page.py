"""Posts, comments, private replies, leads: what is taken, refused and told."""

import json
from datetime import timedelta

import pytest

from .client import Client, error_of
from .clock import seconds


@pytest.fixture
def client(graph):
    return Client(graph)


@pytest.fixture
def told(graph, office):
    """All that the office hears from now on, delivered at each look."""
    graph.subscribe(office.url)

    def look():
        office.requests.clear()
        graph.deliver(batch=100)
        return office.items

    return look


def test_a_comment_and_what_happens_to_it(graph, client, told):
    visitor = graph.add_visitor()
    comment = graph.comment(graph.post, visitor, "Prix svp ?")
    (value,) = told()
    assert (value["verb"], value["message"], value["parent_id"]) == (
        "add", "Prix svp ?", graph.post.id,
    )  # fmt: skip
    answer = client.post(f"{comment.id}/comments", message="Bonjour, voir message privé.")
    (own,) = told()
    assert own["from"]["id"] == graph.page.id
    assert (own["comment_id"], own["parent_id"]) == (answer.json()["id"], comment.id)
    for change, verb in (
        (lambda: client.post(comment.id, is_hidden=True), "hide"),
        (lambda: client.post(comment.id, is_hidden=True), None),
        (lambda: client.post(comment.id, is_hidden=False), "unhide"),
        (lambda: graph.edit_comment(comment, "Prix B8 ?"), "edited"),
        (lambda: client.post(f"{comment.id}/likes"), None),
        (lambda: client.call("DELETE", comment.id), "remove"),
    ):
        change()
        assert [value["verb"] for value in told()] == ([verb] if verb else [])
    assert error_of(client.get(comment.id)) == (100, 33)
    listed = client.get(f"{graph.post.id}/comments", filter="stream").json()["data"]
    assert [item["id"] for item in listed] == [answer.json()["id"]]


REFUSED_COMMENTS = [
    ("POST", "comments", {}, (100, 0)),
    ("POST", "comments", {"message": "x" * 8001}, (100, 0)),
    ("POST", "", {"message": "autre"}, (200, 0)),
    ("POST", "nothing", {}, (100, 0)),
    ("GET", "likes", {}, (100, 0)),
]


@pytest.mark.parametrize(("method", "edge", "values", "error"), REFUSED_COMMENTS)
def test_refused_comments(graph, client, method, edge, values, error):
    comment = graph.comment(graph.post, graph.add_visitor(), "Prix ?")
    assert error_of(client.call(method, f"{comment.id}/{edge}", json=values)) == error


@pytest.mark.parametrize(
    ("missing", "method", "edge"),
    [
        ("pages_manage_engagement", "POST", "/comments"),
        ("pages_manage_engagement", "DELETE", ""),
        ("pages_read_user_content", "DELETE", ""),
    ],
)
def test_permissions_on_comments(graph, client, missing, method, edge):
    comment = graph.comment(graph.post, graph.add_visitor(), "Prix ?")
    graph.page_token.scopes.discard(missing)
    answer = client.call(method, f"{comment.id}{edge}", json={"message": "x"})
    assert error_of(answer) == (200, 0)


def test_an_author_who_hides_himself(graph, told):
    graph.comment(graph.post, graph.add_visitor(anonymous=True), "Prix ?")
    assert "from" not in told()[0]


def test_one_private_reply_within_seven_days(graph, client):
    visitor = graph.add_visitor()
    comment = graph.comment(graph.post, visitor, "Prix ?")
    late = graph.comment(graph.post, visitor, "Et le B12 ?")
    own = client.post(f"{graph.post.id}/comments", message="Bonjour").json()["id"]
    first = client.send({"comment_id": comment.id})
    psid = first.json()["recipient_id"]
    assert psid == visitor.psids[graph.page.id]
    cases = [
        ({"comment_id": comment.id}, (10900, 0)),
        ({"comment_id": "1_2"}, (100, 2018292)),
        ({"comment_id": own}, (10903, 0)),
        ({"post_id": graph.post.id}, (10903, 0)),
        (psid, (10, 2018278)),  # it opened no window
    ]
    for recipient, error in cases:
        assert error_of(client.send(recipient)) == error, recipient
    graph.advance(days=7, seconds=1)
    assert error_of(client.send({"comment_id": late.id})) == (10, 2018278)
    graph.say(graph.page.threads[psid], "Merci")
    assert client.send(psid).status_code == 200


def test_a_private_reply_to_a_visitors_post(graph, client):
    post = graph.add_post(graph.page, "Livrez-vous à Sétif ?", author=graph.add_visitor())
    assert client.send({"post_id": post.id}).status_code == 200
    assert error_of(client.send({"post_id": post.id})) == (10900, 0)


def _in(graph, **step):
    return {"published": False, "scheduled_publish_time": seconds(graph.now + timedelta(**step))}


POSTS = [
    (lambda graph: {"message": "Production reprise"}, (0, 0)),
    (lambda graph: {}, (100, 0)),
    (lambda graph: {"message": "x", **_in(graph, minutes=11)}, (0, 0)),
    (lambda graph: {"message": "x", **_in(graph, minutes=9)}, (100, 0)),
    (lambda graph: {"message": "x", **_in(graph, days=74)}, (0, 0)),
    (lambda graph: {"message": "x", **_in(graph, days=76)}, (100, 0)),
    (lambda graph: {"message": "x", **_in(graph, days=1), "published": True}, (100, 0)),
    (lambda graph: {"message": "x", "attached_media": [{"media_fbid": "1"}]}, (100, 0)),
]


@pytest.mark.parametrize(("values", "error"), POSTS)
def test_posts(graph, client, values, error):
    assert error_of(client.post(f"{graph.page.id}/feed", **values(graph))) == error


def test_several_pictures_in_one_post(graph, client):
    ids = []
    for _picture in range(2):
        answer = client.call(
            "POST",
            f"{graph.page.id}/photos",
            data={"published": "false"},
            files={"source": ("a.jpg", b"\xff\xd8", "image/jpeg")},
        )
        assert "post_id" not in answer.json()
        ids.append({"media_fbid": answer.json()["id"]})
    post = client.post(f"{graph.page.id}/feed", message="Four rallumé", attached_media=ids).json()
    found = client.get(post["id"], fields="message,attachments,full_picture").json()
    assert len(found["attachments"]["data"]) == 2
    again = client.post(f"{graph.page.id}/feed", message="x", attached_media=ids)
    assert error_of(again) == (100, 0)


PHOTOS = [
    ({"caption": "x", "url": "https://example.invalid/a.jpg"}, None, (0, 0)),
    ({"caption": "x"}, ("a.jpg", b"\xff\xd8", "image/jpeg"), (0, 0)),
    ({"caption": "x"}, ("a.pdf", b"%PDF", "application/pdf"), (100, 0)),
    ({"caption": "x"}, ("a.jpg", b"", "image/jpeg"), (100, 0)),
    ({"caption": "x", "url": "file:///etc/passwd"}, None, (100, 0)),
]


@pytest.mark.parametrize(("values", "file", "error"), PHOTOS)
def test_photos(graph, client, values, file, error):
    files = {"source": file} if file else None
    answer = client.call("POST", f"{graph.page.id}/photos", data=values, files=files)
    assert error_of(answer) == error


def test_a_planned_post_appears_when_its_time_has_come(graph, client):
    values = {"message": "Demain", **_in(graph, hours=1)}
    post = client.post(f"{graph.page.id}/feed", **values).json()["id"]
    feed = f"{graph.page.id}/feed"
    assert post not in [item["id"] for item in client.get(feed).json()["data"]]
    planned = client.get(f"{graph.page.id}/scheduled_posts").json()["data"]
    assert [item["id"] for item in planned] == [post]
    graph.advance(hours=1)
    assert client.get(feed).json()["data"][0]["id"] == post


def test_changing_and_deleting_posts(graph, client):
    own = client.post(f"{graph.page.id}/feed", message="Prix en baisse").json()["id"]
    assert client.post(own, message="Prix stables").json() == {"success": True}
    assert error_of(client.post(graph.post.id, message="x")) == (200, 0)
    graph.refuse_deleting = True
    assert error_of(client.call("DELETE", own)) == (200, 0)
    graph.refuse_deleting = False
    assert client.call("DELETE", own).json() == {"success": True}
    assert error_of(client.get(own)) == (100, 33)


INSIGHTS = [
    ("page_follows", {}, (0, 0)),
    ("page_fans", {}, (100, 0)),
    ("page_follows,page_impressions_unique", {}, (100, 0)),
    ("page_follows", {"since": "2026-08-01", "until": "2026-11-01"}, (100, 0)),
    ("page_follows", {"since": "2026-10-01", "until": "2026-11-01"}, (0, 0)),
    ("page_follows", {"since": "hier", "until": "2026-11-01"}, (100, 0)),
    ("page_follows", {"since": 1_790_000_000, "until": 1_790_000_000 + 91 * 86400}, (100, 0)),
]


@pytest.mark.parametrize(("metric", "period", "error"), INSIGHTS)
def test_figures(graph, client, metric, period, error):
    answer = client.get(f"{graph.page.id}/insights", metric=metric, **period)
    assert error_of(answer) == error


@pytest.mark.parametrize("item", ["reaction", "share", "like", "album"])
def test_what_else_happens_on_a_page(graph, told, item):
    graph.tell_feed(graph.page, item, post_id=graph.post.id)
    assert [value["item"] for value in told()] == [item]


def test_reviews(graph, client, told):
    graph.recommend(graph.add_visitor(), "Livraison rapide")
    graph.recommend(graph.add_visitor("Yacine"), "Palette cassée", positive=False)
    assert [value["recommendation_type"] for value in told()] == ["positive", "negative"]
    found = client.get(f"{graph.page.id}/ratings", fields="review_text,reviewer").json()["data"]
    assert [review["review_text"] for review in found] == ["Palette cassée", "Livraison rapide"]


def test_a_post_tells_when_something_happened_below(graph, client):
    graph.advance(hours=1)
    graph.comment(graph.post, graph.add_visitor(), "Prix ?")
    found = client.get(graph.post.id, fields="created_time,updated_time").json()
    assert found["created_time"] < found["updated_time"]


def test_figures_need_a_permission_and_a_hundred_followers(graph, client):
    graph.page.follows = 99
    path = f"{graph.page.id}/insights"
    assert client.get(path, metric="page_follows").json() == {"data": []}
    graph.page_token.scopes.discard("read_insights")
    assert error_of(client.get(path, metric="page_follows")) == (200, 0)


# --- leads ---------------------------------------------------------------------------------------
ANSWERS = {"full_name": "Yacine Hadjadj", "quel_produit_vous_intéresse_?": ["B8", "B12"]}


def test_a_lead_is_told_then_read(graph, client, told):
    graph.leads_lag = timedelta(seconds=5)
    lead = graph.fill_form(graph.form, ANSWERS, ad_id="120200000000000501")
    (value,) = told()
    assert value["leadgen_id"] == lead.id and "field_data" not in value
    assert error_of(client.get(lead.id)) == (100, 33)
    graph.advance(seconds=5)
    found = client.get(lead.id, fields="field_data,is_organic,platform").json()
    assert found["field_data"][1]["values"] == ["B8", "B12"]
    assert found["is_organic"] is False
    graph.advance(days=90)
    assert error_of(client.get(lead.id)) == (100, 33)


def test_catching_up_page_by_page(graph, client):
    for number in range(30):
        graph.fill_form(graph.form, {"full_name": f"N {number}"})
        graph.advance(seconds=1)
    path, found = f"{graph.form.id}/leads", []
    answer = client.get(path).json()
    found += answer["data"]
    while "next" in answer["paging"]:
        answer = client.get(path, after=answer["paging"]["cursors"]["after"]).json()
        found += answer["data"]
    assert len({lead["id"] for lead in found}) == 30
    since = seconds(graph.now - timedelta(seconds=3))
    only = json.dumps([{"field": "time_created", "operator": "GREATER_THAN", "value": since}])
    assert len(client.get(path, filtering=only).json()["data"]) == 2


def test_leads_need_a_permission_and_a_living_version(graph, client):
    path = f"{graph.page.id}/leadgen_forms"
    (form,) = client.get(path, fields="name,questions").json()["data"]
    assert form["questions"][0]["key"] == "full_name"
    assert error_of(client.call("GET", path, version="v24.0")) == (2635, 0)
    lead = graph.fill_form(graph.form, ANSWERS)
    graph.page_token.scopes.discard("leads_retrieval")
    assert error_of(client.get(lead.id)) == (200, 0)


def test_a_test_lead(graph, client, told):
    values = [{"name": "full_name", "values": ["Essai"]}]
    answer = client.post(f"{graph.form.id}/test_leads", field_data=values)
    assert told()[0]["leadgen_id"] == answer.json()["id"]
    assert error_of(client.post(f"{graph.form.id}/test_leads")) == (100, 0)
    assert client.call("DELETE", answer.json()["id"]).json() == {"success": True}
