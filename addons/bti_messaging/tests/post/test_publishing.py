from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..network_common import PAGE
from ..page_common import NOON
from ..post_common import LATER, MP4, PNG, PostCommon


@freeze_time(NOON)
class TestPublishing(PostCommon):
    """Posts that are planned here and published by the Page's job."""

    def test_a_planned_post_appears_at_its_time_and_once(self):
        post = self.write_post(text_ar="الآجر متوفر")
        self.assertEqual(post.state, "draft")
        self.push(post)
        self.assertEqual((post.state, self.published()), ("scheduled", []))
        with freeze_time(LATER):
            self.run_channel(self.page)
            self.run_channel(self.page)
        self.assertEqual(self.published(), [("feed", {"message": "La B8 est là\n\nالآجر متوفر"})])
        self.assertEqual(post.state, "published")
        self.assertEqual(fields.Datetime.to_string(post.published_at), LATER)
        self.assertEqual((post.late_minutes, post.post_ids.variant), (0, "both"))
        self.assertTrue(post.post_ids.external_id.startswith(PAGE))

    def test_two_posts_and_the_second_waits_for_the_first(self):
        post = self.write_post(text_ar="متوفر", layout="two")
        self.push(post, "action_publish_now")
        messages = [content["message"] for _path, content in self.published()]
        self.assertEqual(messages, ["La B8 est là", "متوفر"])
        self.assertEqual(sorted(post.post_ids.mapped("variant")), ["ar", "fr"])

    def test_one_of_two_posts_that_failed_is_published_again_alone(self):
        post = self.write_post(text_ar="متوفر", layout="two")
        refusal = {"error": {"code": 200, "message": "no", "type": "OAuthException"}}
        self.graph.answers.append((403, refusal))
        self.push(post, "action_publish_now")
        self.assertEqual(post.state, "failed")
        self.assertEqual(post.post_ids.variant, "ar")
        self.assertTrue(post.activity_ids.filtered(lambda todo: todo.user_id == self.marketer))
        self.push(post, "action_publish_now")
        self.assertEqual(post.state, "published")
        self.assertEqual(len(self.published()), 3)
        self.assertEqual(sorted(post.post_ids.mapped("variant")), ["ar", "fr"])

    def test_a_server_that_was_down_publishes_late_and_says_so(self):
        post = self.write_post()
        self.push(post)
        with freeze_time("2026-11-30 11:30:00"):
            self.run_channel(self.page)
        self.assertEqual((post.state, post.late_minutes), ("published", 150))
        self.assertIn("150 minutes after its time", str(post.message_ids[:1].body))
        self.assertEqual(len(self.published()), 1)

    def test_after_too_long_its_responsible_is_asked(self):
        post = self.write_post()
        self.push(post)
        with freeze_time("2026-11-30 15:00:01"):
            self.run_channel(self.page)
            self.assertEqual((post.state, self.published()), ("failed", []))
            self.assertIn("more than 6 hours ago", post.trouble)
            [todo] = post.activity_ids
            self.assertEqual(todo.user_id, self.marketer)
            self.push(post, "action_publish_now")
        self.assertEqual((post.state, len(self.published())), ("published", 1))

    def test_an_outcome_that_nobody_knows_is_not_repeated(self):
        post = self.write_post()
        self.graph.answers.append(None)
        self.push(post, "action_publish_now")
        self.assertEqual((post.state, len(self.published())), ("unknown", 1))
        self.run_channel(self.page)
        self.assertEqual(len(self.published()), 1)
        for button in ("action_schedule", "action_publish_now", "action_back_to_draft"):
            with self.subTest(button), self.assertRaises(UserError):
                self.push(post, button)
        # it is found on the Page, beside what somebody else wrote there
        found = {"id": f"{PAGE}_77", "created_time": "2026-11-29T12:00:05+0000"}
        self.graph.feed = [
            {**found, "message": "Autre"},
            {**found, "message": "La B8  est là", "from": {"id": PAGE}},
        ]
        self.push(post, "action_look")
        self.assertEqual((post.state, post.post_ids.external_id), ("published", f"{PAGE}_77"))

    def test_a_person_decides_what_nobody_knows(self):
        for button, state, calls in [
            ("action_settle", "published", 0),
            ("action_publish_again", "published", 1),
        ]:
            with self.subTest(button):
                post = self.write_post()
                self.graph.answers.append(None)
                self.push(post, "action_publish_now")
                before = len(self.published())
                self.push(post, button)
                self.assertEqual((post.state, len(self.published()) - before), (state, calls))

    def test_a_process_that_died_publishes_nothing_twice(self):
        post = self.write_post()
        self.as_marketer(post).action_schedule()
        post.action_ids.state = "sending"
        with freeze_time(LATER):
            self.run_channel(self.page)
        self.assertEqual((post.state, self.published()), ("unknown", []))

    def test_the_database_publishes_a_text_once(self):
        post = self.write_post()
        self.push(post, "action_publish_now")
        vals = {"channel_id": self.page.id, "publication_id": post.id, "kind": "publish"}
        with (
            self.assertRaisesRegex(Exception, "publish_uniq"),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env["bti.page.action"].create({**vals, "variant": "both"})

    def test_a_planned_post_is_moved_and_taken_back(self):
        post = self.write_post()
        self.push(post)
        self.as_marketer(post).scheduled_at = "2026-12-01 08:00:00"
        with freeze_time(LATER):
            self.run_channel(self.page)
        self.assertFalse(self.published())
        self.assertEqual(post.action_ids.next_try_at, post.scheduled_at)
        self.push(post, "action_back_to_draft")
        self.assertEqual((post.state, post.action_ids.state), ("draft", "canceled"))
        with freeze_time("2026-12-01 08:00:00"):
            self.run_channel(self.page)
        self.assertFalse(self.published())

    def test_what_is_refused_before_it_is_planned(self):
        text = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"hello"})
        for name, vals in {
            "nothing to say": {"text_fr": " "},
            "no time": {"scheduled_at": False},
            "time has passed": {"scheduled_at": "2026-11-29 11:00:00"},
            "nobody can fill it in": {"text_fr": "{prix} DA"},
            "no picture": {"attachment_ids": [(6, 0, text.ids)]},
            "too long": {"text_fr": "é" * 63_207},
        }.items():
            with self.subTest(name):
                post = self.write_post()
                post.write(vals)
                with self.assertRaises(UserError):
                    self.as_marketer(post).action_schedule()
                self.assertFalse(post.action_ids)

    def test_pictures_are_handed_over_first(self):
        files = self.as_marketer(self.env["ir.attachment"]).create(
            [{"name": f"{name}.png", "raw": PNG} for name in "ab"]
        )
        post = self.write_post(attachment_ids=[(6, 0, files.ids)], link="https://bti.example/b8")
        self.push(post, "action_publish_now")
        *uploads, (edge, content) = self.published()
        self.assertEqual([name for name, _content in uploads], ["photos", "photos"])
        self.assertEqual((edge, len(content["attached_media"])), ("feed", 2))
        self.assertEqual(content["message"], "La B8 est là\n\nhttps://bti.example/b8")
        # who reads the post sees its pictures
        self.assertTrue(self.as_agent(post.attachment_ids[:1]).raw)
        alone = self.write_post(attachment_ids=[(6, 0, files[:1].ids)])
        self.push(alone, "action_publish_now")
        self.assertEqual(self.published()[-1][0], "photos")
        self.assertIn("_66", alone.post_ids.external_id)

    def test_a_video_is_known_by_the_post_that_shows_it(self):
        for number, (told, known) in enumerate(
            [
                ({"post_id": f"{PAGE}_7001"}, f"{PAGE}_7001"),
                ({"post_id": "7002"}, f"{PAGE}_7002"),
                ({}, "v3"),  # not told yet
            ],
            1,
        ):
            with self.subTest(told):
                self.graph.videos = {f"v{number}": told}
                files = self.as_marketer(self.env["ir.attachment"]).create(
                    [{"name": "four.mp4", "raw": MP4}]
                )
                post = self.write_post(attachment_ids=[(6, 0, files.ids)])
                self.push(post, "action_publish_now")
                self.assertEqual(self.published()[-1][0], "videos")
                self.assertEqual(post.state, "published")
                self.assertEqual(post.post_ids.external_id, known)

    def _publish_video(self, video_id):
        """:return: a post with a video of which the network does not tell yet what shows it"""
        self.graph.videos = {video_id: {}}
        files = self.as_marketer(self.env["ir.attachment"]).create(
            [{"name": "four.mp4", "raw": MP4}]
        )
        post = self.write_post(attachment_ids=[(6, 0, files.ids)])
        self.push(post, "action_publish_now")
        self.assertEqual(post.post_ids.external_id, video_id)
        return post

    def test_a_video_takes_the_id_of_its_post_when_that_is_told(self):
        cases = {
            "asked again by the job": lambda: None,
            "asked again by the poll": self.env["bti.channel"]._cron_poll_pages,
        }
        for number, (name, push) in enumerate(cases.items(), 1):
            with self.subTest(name):
                post = self._publish_video(f"late{number}")
                if push.__name__ == "_cron_poll_pages":  # it was given up long ago
                    post.post_ids.write({"state": "failed", "tries": 99})
                ref = f"{PAGE}_800{number}"
                self.graph.videos = {f"late{number}": {"post_id": ref}}
                push()
                with freeze_time("2026-11-29 12:30:00"):
                    self.run_channel(self.page)
                    self.run_channel(self.page)  # the poll has woken it
                self.assertEqual(post.post_ids.external_id, ref)
                self.assertEqual((post.post_ids.state, post.state), ("done", "published"))
                self.tell(self.told(f"c_{number}", post_id=ref, parent_id=ref))
                self.assertEqual(post.comment_count, 1)

    def test_a_comment_is_faster_than_the_id_of_the_video_s_post(self):
        post = self._publish_video("late")
        video, ref = post.post_ids, f"{PAGE}_8100"
        video.write({"state": "failed", "tries": 99})
        self.graph.videos = {"late": {"post_id": ref}}
        self.graph.texts[ref] = "La B8 est là"
        self.tell(self.told("c_9", post_id=ref, parent_id=ref))
        self.run_channel(self.page)
        self.assertFalse(video.exists(), "one row for one post")
        self.assertEqual((post.post_ids.external_id, post.post_ids.variant), (ref, "both"))
        self.assertEqual((post.comment_count, post.is_changed), (1, False))
        self.push(post, "action_delete_on_facebook")
        self.assertEqual(self.graph.done()[-1][:2], ("DELETE", ref))
        self.assertEqual(post.state, "deleted")

    def test_a_video_whose_post_is_never_told_is_asked_a_bounded_time(self):
        post = self._publish_video("never")
        for day in range(1, 12):
            with freeze_time(f"2026-12-{day:02} 12:00:00"):
                self.env["bti.channel"]._cron_poll_pages()
                self.run_channel(self.page)
        self.assertEqual(post.post_ids.external_id, "never")
        self.assertNotEqual(post.post_ids.state, "new")
        asked = len(self.graph.calls)
        with freeze_time("2026-12-20 12:00:00"):
            self.env["bti.channel"]._cron_poll_pages()
            self.run_channel(self.page)
        self.assertFalse([path for _m, path, _c in self.graph.calls[asked:] if "never" in path])

    # === CHANGES === #

    def test_what_is_published_is_changed_and_deleted_by_acts(self):
        post = self.write_post()
        self.push(post, "action_publish_now")
        ref = post.post_ids.external_id
        self.assertFalse(post.is_changed)
        self.as_marketer(post).text_fr = "La B8 et la B12 sont là"
        self.assertTrue(post.is_changed)
        self.push(post, "action_change_on_facebook")
        change = ("POST", ref, {"message": "La B8 et la B12 sont là"})
        self.assertEqual(self.graph.done()[-1], change)
        self.assertFalse(post.is_changed)
        for vals in ({"channel_id": self.page.id}, {"scheduled_at": LATER}, {"link": "https://x"}):
            with self.subTest(vals), self.assertRaises(UserError):
                self.as_marketer(post).write(vals)
        with self.assertRaises(UserError):
            self.as_marketer(post).unlink()
        self.push(post, "action_delete_on_facebook")
        self.assertEqual(self.graph.done()[-1][:2], ("DELETE", ref))
        self.assertEqual(post.state, "deleted")

    def test_a_change_that_is_refused_leaves_the_post_published(self):
        post = self.write_post()
        self.push(post, "action_publish_now")
        self.as_marketer(post).text_fr = "Autre"
        refusal = {"error": {"code": 200, "message": "not yours", "type": "OAuthException"}}
        self.graph.answers.append((403, refusal))
        self.push(post, "action_change_on_facebook")
        self.assertEqual((post.state, post.is_changed), ("published", True))
        self.assertIn("not yours", post.trouble)
        self.assertIn("could not be changed", post.activity_ids.summary)

    # === FIGURES === #

    def test_figures_are_asked_for_once_a_day(self):
        post = self.write_post()
        self.push(post, "action_publish_now")
        self.graph.counts = {"reactions": {"summary": {"total_count": 12}}, "shares": {"count": 3}}
        self.graph.insights = {"post_total_media_view_unique": 1234, "post_clicks": 56}
        for _time in range(2):
            self.env["bti.channel"]._cron_count_posts()
            self.run_channel(self.page)
        figures = post.read(["reach", "reactions", "shares", "clicks"])[0]
        figures.pop("id")
        self.assertEqual(figures, {"reach": 1234, "reactions": 12, "shares": 3, "clicks": 56})
        self.graph.insights = {"post_total_media_view_unique": 2000}
        self.env["bti.channel"]._cron_count_posts()
        self.run_channel(self.page)
        self.assertEqual(post.post_ids.reach, 1234, "not before tomorrow")
        with freeze_time("2026-11-30 12:00:00"):
            self.env["bti.channel"]._cron_count_posts()
            self.run_channel(self.page)
        self.assertEqual((post.post_ids.reach, post.post_ids.clicks), (2000, 56))

    def test_a_post_that_somebody_deleted_there_is_noticed(self):
        post = self.write_post()
        self.push(post, "action_publish_now")
        self.graph.gone.add(post.post_ids.external_id)
        self.env["bti.channel"]._cron_count_posts()
        self.run_channel(self.page)
        self.assertEqual(post.state, "deleted")

    def test_comments_below_a_post_are_counted_with_it(self):
        post = self.write_post()
        self.push(post, "action_publish_now")
        ref = post.post_ids.external_id
        self.tell(self.told(post_id=ref, parent_id=ref))
        self.assertEqual(post.comment_count, 1)
        report = self.as_marketer(self.env["bti.page.post.report"])
        row = report.search([("publication_id", "=", post.id)])
        self.assertEqual((row.comment_count, row.post_id), (1, post.post_ids))
