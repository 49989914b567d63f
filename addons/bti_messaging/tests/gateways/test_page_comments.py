from datetime import datetime

from odoo.tests import BaseCase

from ...gateways import values
from ...gateways.base import (
    CredentialsError,
    EventKind,
    FailureReason,
    InboundRequest,
    PermanentError,
    PermissionMissing,
    TransientError,
    UnknownOutcome,
)
from ...gateways.content import MediaKind
from ...gateways.meta import webhook
from ...gateways.meta.page_comments import KnownComment
from ...gateways.meta.page_events import READERS
from .page_case import AUTHOR, COMMENT, FIXTURES, PAGE, POST, TOKEN, PageCase, refuse

SINCE = datetime(2026, 11, 23)


def play(name):
    body = (FIXTURES / name).read_bytes()
    [event] = webhook.parse(InboundRequest("POST", body=body), READERS)
    return event


def as_graph(name, **more):
    """A comment of the samples as the Graph gives it when it is read."""
    value = values.load((FIXTURES / name).read_bytes())["entry"][0]["changes"][0]["value"]
    parent_id = value["parent_id"]
    return {
        "id": value["comment_id"],
        "message": value["message"],
        "from": value["from"],
        "created_time": f"{values.read_time(value['created_time']).isoformat()}+0000",
        "is_hidden": False,
        **({} if parent_id == POST else {"parent": {"id": parent_id}}),
        **more,
    }


class TestPageComments(PageCase, BaseCase):
    # === DOING === #

    def test_does_what_is_asked_by_one_request(self):
        comments = self.page.comments
        for call, method, path, body in [
            (comments.hide, "POST", COMMENT, {"is_hidden": True}),
            (comments.unhide, "POST", COMMENT, {"is_hidden": False}),
            (comments.like, "POST", f"{COMMENT}/likes", {}),
            (comments.unlike, "DELETE", f"{COMMENT}/likes", None),
            (comments.delete, "DELETE", COMMENT, None),
        ]:
            with self.subTest(call.__name__):
                self.graph.requests.clear()
                call(COMMENT)
                [asked] = self.graph.requests
                self.assertEqual((asked.method, asked.path), (method, path))
                if body is not None:
                    self.assertEqual(asked.json, body)
                self.assertEqual(asked.headers["authorization"], f"Bearer {TOKEN}")
                self.assertNotIn(TOKEN, str(asked.query))

    def test_answers_in_public(self):
        self.graph.usual[f"{COMMENT}/comments"] = {"id": 990000000000799}
        self.assertEqual(
            self.page.comments.answer(COMMENT, "Prix envoyé, شكرا\x00"), "990000000000799"
        )
        self.assertEqual(self.asked().json, {"message": "Prix envoyé, شكرا\ufffd"})

    def test_refuses_an_answer_that_says_nothing_or_too_much(self):
        for text, reason in [
            ("", FailureReason.EMPTY),
            (" \n", FailureReason.EMPTY),
            ("x" * 8001, FailureReason.TOO_LONG),
        ]:
            with self.subTest(text[:5]), self.assertRaises(PermanentError) as caught:
                self.page.comments.answer(COMMENT, text)
            self.assertEqual(caught.exception.reason, reason)
        self.assertFalse(self.graph.requests)

    def test_an_id_that_is_none_leads_nowhere(self):
        for comment_id in ("", "../me", "a b", "1?x=1", "1#"):
            with self.subTest(comment_id), self.assertRaises(PermanentError):
                self.page.comments.delete(comment_id)
        self.assertFalse(self.graph.requests)

    def test_what_may_stand_there_is_not_written_twice(self):
        comments = self.page.comments
        for answers, error in [([None], UnknownOutcome), ([(200, {})], UnknownOutcome)]:
            self.graph.answers = answers
            with self.subTest(answers), self.assertRaises(error):
                comments.answer(COMMENT, "Bonjour")
        for call in (comments.hide, comments.unhide, comments.like, comments.delete):
            self.graph.answers = [None]
            with self.subTest(call.__name__), self.assertRaises(TransientError):
                call(COMMENT)

    def test_understands_refusals(self):
        for answer, error in [
            (refuse(190, 460), CredentialsError),
            (refuse(200, status=403), PermissionMissing),
            (refuse(100, 33), PermanentError),
            (refuse(613), TransientError),
        ]:
            self.graph.answers = [answer]
            with self.subTest(answer), self.assertRaises(error) as caught:
                self.page.comments.answer(COMMENT, "Bonjour")
            self.assertIs(type(caught.exception), error)

    def test_no_text_in_errors(self):
        self.graph.answers = [refuse(100, message=f"{TOKEN} Prix de Mme Belkacem app-secret")]
        with self.assertRaises(PermanentError) as caught:
            self.page.comments.answer(COMMENT, "Prix de Mme Belkacem")
        for private in (TOKEN, "Belkacem", "app-secret"):
            self.assertNotIn(private, caught.exception.detail)

    # === READING === #

    def test_a_poll_gives_the_events_of_the_webhook(self):
        names = [f"page_comment_{name}.json" for name in ("add", "reply", "own")]
        told = {event.key: event for event in map(play, names)}
        self.graph.usual = {
            f"{PAGE}/feed": {"data": [{"id": POST, "from": {"id": PAGE}}]},
            f"{POST}/comments": {"data": [as_graph(name) for name in names]},
        }
        found = {event.key: event for event in self.page.comments.poll(SINCE)}
        self.assertEqual(set(found), set(told))
        for key, event in found.items():
            with self.subTest(key):
                for name in (
                    "kind", "status", "ref", "target", "outgoing", "addresses", "name", "sender",
                    "content", "occurred_at", "account",
                ):  # fmt: skip
                    self.assertEqual(getattr(event, name), getattr(told[key], name), name)
                for name in ("item", "comment_id", "post_id", "own"):
                    self.assertEqual(event.payload[name], told[key].payload[name])
        self.assertEqual(len(self.graph.requests), 2)
        self.assertEqual(self.asked().query["filter"], "stream")

    def test_a_poll_tells_what_changed_since(self):
        comment = as_graph("page_comment_edited.json")
        edited = play("page_comment_edited.json")
        for hidden, known, statuses in [
            (False, None, ["added"]),
            (True, None, ["added", "hidden"]),
            (False, KnownComment("Prix svp ?"), ["edited"]),
            (False, KnownComment(comment["message"]), []),
            (True, KnownComment(comment["message"]), ["hidden"]),
            (True, KnownComment(comment["message"], True), []),
            (False, KnownComment(comment["message"], True), ["unhidden"]),
            (True, KnownComment("Prix svp ?"), ["edited", "hidden"]),
        ]:
            with self.subTest(hidden=hidden, known=known):
                self.graph.usual = {
                    f"{POST}/comments": {"data": [{**comment, "is_hidden": hidden}]},
                    COMMENT: {**comment, "is_hidden": hidden},
                }
                events = list(
                    self.page.comments.read_below(POST, SINCE, {COMMENT: known} if known else {})
                )
                self.assertEqual([event.status for event in events], statuses)
                self.assertEqual(self.page.comments.read_one(COMMENT, POST, known), events)
                if statuses == ["edited"]:
                    self.assertEqual(events[0].key, edited.key)

    def test_a_hidden_comment_has_the_key_of_the_webhook(self):
        value = values.load((FIXTURES / "page_comment_add.json").read_bytes())
        value["entry"][0]["changes"][0]["value"]["verb"] = "hide"
        [told] = [
            event
            for item in webhook.iterate(value)
            for event in READERS[item.object, item.field](item)
        ]
        self.graph.usual[COMMENT] = as_graph("page_comment_add.json", is_hidden=True)
        self.assertEqual(self.page.comments.read_one(COMMENT, POST)[1].key, told.key)

    def test_a_comment_that_is_no_more(self):
        self.graph.answers = [refuse(100, 33)]
        with self.assertRaises(PermanentError) as caught:
            self.page.comments.read_one(COMMENT)
        self.assertEqual(caught.exception.code, "100/33")

    def test_a_poll_finds_posts_of_visitors(self):
        visitor = {"id": f"{PAGE}_5", "message": "Prix ?", "from": {"id": AUTHOR, "name": "N"}}
        nobody = {"id": f"{PAGE}_6", "full_picture": "https://cdn.example.invalid/x.jpg"}
        old = {**visitor, "id": f"{PAGE}_7", "created_time": "2020-01-01T00:00:00+0000"}
        own = {"id": POST, "from": {"id": PAGE}}
        quiet = {"id": f"{PAGE}_8", "updated_time": "2020-01-01T00:00:00+0000"}
        self.graph.usual = {
            f"{PAGE}/feed": {"data": [visitor, nobody, old, own, quiet, {}, None]},
            **{f"{PAGE}_{number}/comments": {"data": []} for number in range(5, 9)},
            f"{POST}/comments": {"data": []},
        }
        events = list(self.page.comments.poll(SINCE))
        self.assertEqual(
            [event.key for event in events], [f"post:{PAGE}_5:added", f"post:{PAGE}_6:added"]
        )
        self.assertEqual(events[0].payload["item"], "post")
        self.assertEqual(events[1].content.media[0].kind, MediaKind.IMAGE)
        asked = [request.path for request in self.graph.requests]
        self.assertNotIn(f"{PAGE}_8/comments", asked, "nothing happened there")
        self.assertEqual(len(asked), 5)
        self.graph.usual[f"{PAGE}/feed"] = {"data": [nobody, {"id": POST}]}
        self.assertEqual(list(self.page.comments.poll(SINCE)), [], "authors are not told at all")

    def test_a_poll_is_bounded(self):
        old = as_graph("page_comment_add.json", created_time="2020-01-01T00:00:00+0000")
        new = as_graph("page_comment_add.json")
        self.graph.usual[f"{POST}/comments"] = {
            "data": [old] * 20 + [new] + [old] * 60 + [new],
            "paging": {
                "next": "https://graph.example.invalid/x?after=B",
                "cursors": {"after": "B"},
            },
        }
        self.assertEqual(len(list(self.page.comments.read_below(POST, SINCE))), 1)
        self.assertEqual(len(self.graph.requests), 1)
        self.graph.usual[f"{POST}/comments"]["data"] = [new] * 100
        self.assertEqual(len(list(self.page.comments.read_below(POST, SINCE, limit=3))), 3)
        self.assertEqual(self.asked().query["limit"], "3")

    def test_odd_answers_lose_nothing_else(self):
        good = as_graph("page_comment_add.json")
        self.graph.usual[f"{POST}/comments"] = {
            "data": [
                None, "x", [], {}, {"id": None}, {**good, "from": None}, {**good, "parent": []},
                {**good, "message": None, "attachment": {"type": "sticker", "media": None}},
                {**good, "created_time": "soon", "message": "a\x00\ud83e"},
            ]
        }  # fmt: skip
        events = list(self.page.comments.read_below(POST, SINCE))
        self.assertEqual({event.kind for event in events}, {EventKind.COMMENT})
        self.assertEqual(len(events), 4)
        self.assertEqual(events[2].content.unsupported, "sticker")
        self.assertEqual(events[3].text, "a\ufffd\ufffd")

    def test_reviews_have_the_keys_of_the_webhook(self):
        change = {
            "item": "rating", "verb": "add", "open_graph_story_id": "555", "reviewer_id": AUTHOR,
            "review_text": "Bien", "recommendation_type": "positive", "created_time": 1795414100,
        }  # fmt: skip
        [told] = READERS["page", "ratings"](webhook.Item("page", PAGE, "ratings", change))
        self.graph.usual[f"{PAGE}/ratings"] = {
            "data": [
                {
                    "created_time": "2026-11-23T06:08:20+0000",
                    "recommendation_type": "positive",
                    "review_text": "Bien",
                    "reviewer": {"id": AUTHOR, "name": "Nadia"},
                    "open_graph_story": {"id": "555"},
                },
                {"open_graph_story": None},
            ]
        }
        [found] = self.page.comments.read_reviews(SINCE)
        self.assertEqual((found.key, found.text, found.sender), (told.key, told.text, told.sender))
        self.assertEqual(found.occurred_at, told.occurred_at)
