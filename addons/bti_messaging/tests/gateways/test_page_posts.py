from datetime import UTC, date, datetime

from odoo.tests import BaseCase

from ...gateways.base import (
    CredentialsError,
    FailureReason,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from ...gateways.content import Media, MediaKind
from ...gateways.meta.page_posts import Post
from .page_case import AUTHOR, PAGE, POST, PageCase, from_now, refuse

URL = "https://odoo.example.com/p.jpg"
PHOTO = Media(MediaKind.IMAGE, content=b"\xff\xd8jpeg", mimetype="image/jpeg", filename="b8.jpg")
LINKED = Media(MediaKind.IMAGE, url=URL)
VIDEO = Media(MediaKind.VIDEO, url=URL)


class TestPagePosts(PageCase, BaseCase):
    def setUp(self):
        super().setUp()
        self.graph.usual = {
            f"{PAGE}/feed": {"id": POST},
            f"{PAGE}/photos": {"id": "71", "post_id": POST},
            f"{PAGE}/videos": {"id": "81"},
        }

    # === PUBLISHING === #

    def test_publishes_by_one_request(self):
        text = "Production reprise, الإنتاج"
        for post, edge, body, post_id in [
            (Post(text), "feed", {"message": text}, POST),
            (Post(text, link=URL), "feed", {"message": text, "link": URL}, POST),
            (Post(link=URL), "feed", {"link": URL}, POST),
            (
                Post(text, photos=("71", "72")),
                "feed",
                {
                    "message": text,
                    "attached_media": [{"media_fbid": "71"}, {"media_fbid": "72"}],
                },
                POST,
            ),
            (Post(text, photo=LINKED), "photos", {"caption": text, "url": URL}, POST),
            (Post(photo=LINKED), "photos", {"url": URL}, POST),
            (Post(text, video=VIDEO), "videos", {"description": text, "file_url": URL}, "81"),
        ]:
            with self.subTest(body):
                self.graph.requests.clear()
                published = self.page.posts.publish(post)
                self.assertEqual((published.post_id, published.warning), (post_id, ""))
                [asked] = self.graph.requests
                self.assertEqual((asked.method, asked.path), ("POST", f"{PAGE}/{edge}"))
                self.assertEqual(asked.json, body)

    def test_publishes_bytes(self):
        self.page.posts.publish(Post("Disponible", photo=PHOTO))
        asked = self.asked()
        self.assertEqual(asked.path, f"{PAGE}/photos")
        for part in (b'name="caption"', b"Disponible", b'name="source"', b"b8.jpg", PHOTO.content):
            self.assertIn(part, asked.body)
        self.page.posts.publish(Post("Four", video=Media(MediaKind.VIDEO, content=b"mp4")))
        self.assertIn(b'name="description"', self.asked().body)

    def test_uploads_pictures_unseen(self):
        posts = self.page.posts
        self.assertEqual(posts.upload_photo(LINKED), "71")
        self.assertEqual(self.asked().json, {"published": False, "url": URL})
        self.assertEqual(posts.upload_photo(PHOTO, scheduled=True), "71")
        for part in (b'name="published"', b"false", b'name="temporary"', b"true"):
            self.assertIn(part, self.asked().body)
        for answer in (None, (200, {})):
            for media in (LINKED, PHOTO):
                self.graph.answers = [answer]
                with self.subTest(answer, media=media), self.assertRaises(TransientError):
                    posts.upload_photo(media)
        with self.assertRaises(PermanentError):
            posts.upload_photo(Media(MediaKind.IMAGE))

    def test_plans_a_post(self):
        moment = from_now(days=3)
        seconds = int(moment.replace(tzinfo=UTC).timestamp())
        for post in (
            Post("x", scheduled_at=moment),
            Post("x", photo=LINKED, scheduled_at=moment),
            Post("x", photos=("71",), scheduled_at=moment),
            Post("x", video=VIDEO, scheduled_at=moment),
        ):
            with self.subTest(post):
                self.assertEqual(self.page.posts.publish(post).warning, "")
                body = self.asked().json
                self.assertIs(body["published"], False)
                self.assertEqual(body["scheduled_publish_time"], seconds)

    def test_the_time_of_a_post_has_limits(self):
        for delta, refused, warned in [
            ({"minutes": -5}, True, False),
            ({"minutes": 9}, True, False),
            ({"minutes": 11}, False, False),
            ({"days": 29}, False, False),
            ({"days": 31}, False, True),
            ({"days": 80}, False, True),
        ]:
            with self.subTest(delta):
                moment = from_now(**delta)
                for call in (
                    lambda when: self.page.posts.publish(Post("x", scheduled_at=when)).warning,
                    lambda when: self.page.posts.edit(POST, scheduled_at=when),
                ):
                    if refused:
                        with self.assertRaises(PermanentError):
                            call(moment)
                    else:
                        self.assertEqual(bool(call(moment)), warned)

    def test_refuses_what_can_never_be_published(self):
        for post, reason in [
            (Post(), FailureReason.EMPTY),
            (Post(" \n"), FailureReason.EMPTY),
            (Post("x" * 63_207), FailureReason.TOO_LONG),
            (Post("x", link=URL, photo=LINKED), FailureReason.UNSUPPORTED),
            (Post("x", photos=("1",), video=VIDEO), FailureReason.UNSUPPORTED),
            (Post("x", photos=("1",) * 41), FailureReason.MEDIA),
            (Post("x", photo=Media(MediaKind.IMAGE)), FailureReason.MEDIA),
            (Post("x", photo=VIDEO), FailureReason.MEDIA),
            (Post("x", video=LINKED), FailureReason.MEDIA),
        ]:
            with self.subTest(str(post)[:80]), self.assertRaises(PermanentError) as caught:
                self.page.posts.publish(post)
            self.assertEqual(caught.exception.reason, reason)
        self.assertFalse(self.graph.requests)

    def test_what_may_stand_there_is_not_published_twice(self):
        for post in (Post("x"), Post("x", photo=LINKED), Post("x", photo=PHOTO), Post(video=VIDEO)):
            for answer in (None, (200, {})):
                self.graph.answers = [answer]
                with self.subTest(post, answer=answer), self.assertRaises(UnknownOutcome):
                    self.page.posts.publish(post)

    def test_changes_and_deletes(self):
        posts = self.page.posts
        moment = from_now(days=2)
        posts.edit(POST, "Nouveau\x00")
        self.assertEqual(self.asked().json, {"message": "Nouveau\ufffd"})
        posts.edit(POST, "", moment)
        seconds = int(moment.replace(tzinfo=UTC).timestamp())
        self.assertEqual(self.asked().json, {"message": "", "scheduled_publish_time": seconds})
        posts.publish_now(POST)
        self.assertEqual(self.asked().json, {"is_published": True})
        posts.delete(POST)
        self.assertEqual((self.asked().method, self.asked().path), ("DELETE", POST))
        self.graph.requests.clear()
        posts.edit(POST)
        self.assertFalse(self.graph.requests)
        self.graph.answers = [refuse(100)]
        with self.assertRaises(PermanentError):
            posts.delete(POST)

    # === READING === #

    def test_reads_posts(self):
        values = {
            "id": POST,
            "message": "Reprise",
            "permalink_url": URL,
            "full_picture": URL,
            "from": {"id": int(AUTHOR)},
            "created_time": "2026-11-23T06:08:20+0000",
            "updated_time": "soon",
            "is_published": False,
            "scheduled_publish_time": 1795414100,
        }
        self.graph.usual = {
            POST: values,
            f"{PAGE}/feed": {"data": [values, {}, None, {"id": 5}]},
            f"{PAGE}/scheduled_posts": {"data": [values]},
        }
        post = self.page.posts.read_one(POST)
        self.assertEqual((post.post_id, post.message, post.author_id), (POST, "Reprise", AUTHOR))
        self.assertEqual(post.created_at, datetime(2026, 11, 23, 6, 8, 20))
        self.assertEqual((post.scheduled_at, post.updated_at), (post.created_at, None))
        self.assertFalse(post.published)
        self.assertEqual([found.post_id for found in self.page.posts.list_recent()], [POST, "5"])
        self.assertEqual(self.page.posts.list_scheduled(), [post])

    # === FIGURES === #

    def test_counts_what_a_post_brought(self):
        insight = {"name": "post_total_media_view_unique", "values": [{"value": 1234}]}
        self.graph.usual = {
            POST: {
                "reactions": {"summary": {"total_count": 12}},
                "comments": {"summary": {"total_count": 0}},
                "shares": {"count": 3},
            },
            f"{POST}/insights": {"data": [insight]},
        }
        expected = {"reactions": 12, "comments": 0, "shares": 3, "reach": 1234}
        self.assertEqual(self.page.posts.get_figures(POST), expected)
        del self.graph.usual[POST]["shares"]
        self.assertEqual(self.page.posts.get_figures(POST)["shares"], 0)

    def test_a_metric_that_is_refused_is_left_out(self):
        self.graph.usual[POST] = {"reactions": {"summary": {"total_count": 12}}}
        counts = (200, self.graph.usual[POST])
        for refusal in (refuse(100), refuse(3001), refuse(10, status=403), refuse(200, status=403)):
            with self.subTest(refusal):
                self.graph.answers = [counts, refusal]
                self.assertEqual(self.page.posts.get_figures(POST), {"reactions": 12, "shares": 0})
        for odd in ({}, {"data": None}, {"data": [None, {"name": 5}]}, {"data": [{"values": 3}]}):
            with self.subTest(odd):
                self.graph.answers = [(200, {}), (200, odd)]
                self.assertEqual(self.page.posts.get_figures(POST), {})
        self.graph.answers = [counts, refuse(190, 463)]
        with self.assertRaises(CredentialsError):
            self.page.posts.get_figures(POST)

    def test_counts_the_page_by_day(self):
        values = [
            {"end_time": "2026-11-23T08:00:00+0000", "value": 310},
            {"end_time": "2026-11-24T08:00:00+0000", "value": 315},
            {"end_time": None, "value": 1},
            {"end_time": "2026-11-25T08:00:00+0000"},
        ]
        follows = {"data": [{"name": "page_follows", "period": "day", "values": values}]}
        self.graph.answers = [(200, follows), refuse(100)]
        figures = self.page.posts.get_page_figures(date(2026, 11, 22), date(2026, 11, 24))
        self.assertEqual(figures, {"followers": {"2026-11-22": 310, "2026-11-23": 315}})
        self.assertEqual(self.graph.requests[0].query["since"], "2026-11-22")
        with self.assertRaises(PermanentError):
            self.page.posts.get_page_figures(date(2026, 1, 1), date(2026, 11, 24))
