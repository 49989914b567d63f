from itertools import permutations

from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ...gateways.media import Download
from ..network.test_network_answer import PNG
from ..network_common import PAGE
from ..page_common import C1, C2, C3, NADIA, NOON, NOON_S, POST, SAMIR, PageCommon

OWN = {"from": {"id": PAGE, "name": "Briqueterie BTI"}}


@freeze_time(NOON)
class TestPageComments(PageCommon):
    """What the network tells of comments, in whatever order it tells it."""

    def test_samples_become_comments_once(self):
        for _time in range(2):
            for name in ("add", "reply", "own", "edited", "remove"):
                self.play(f"page/page_comment_{name}")
        first = self.comments()[0]
        self.assertEqual(first.author_name, "Nadia Merabet")
        self.assertEqual(first.author_id, NADIA)
        self.assertEqual(first.identity_id.kind, "facebook")
        self.assertIn("2 000 briques", first.text)
        self.assertEqual(first.former_texts, ["Prix svp ? ✨ livraison Béjaïa"])
        self.assertEqual(first.post_id.external_id, POST)
        self.assertEqual(first.post_id.text, "Brique B8 disponible")
        self.assertEqual(len(self.comments()), len(set(self.comments().mapped("external_id"))))
        own = self.comments().filtered("is_own")
        self.assertEqual((own.parent_id, own.state), (first, "answered"))
        self.assertFalse(own.identity_id)
        self.assertIn(first, own.thread_ids)

    def test_the_order_in_which_facts_come_changes_nothing(self):
        facts = [
            self.told(),
            self.told(verb="edited", message="Prix B12 svp ?"),
            self.told(C2, "38 DA", parent_id=C1, **OWN),
        ]
        for number, order in enumerate(permutations(facts)):
            with self.subTest(number):
                self.comments().unlink()
                self.env["bti.event"].search([]).unlink()
                for fact in order:
                    self.tell(fact)
                comment = self.comments(C1)
                self.assertEqual(comment.text, "Prix B12 svp ?")
                self.assertEqual(comment.former_texts, ["Prix B8 svp ?"])
                self.assertEqual(comment.child_ids, self.comments(C2))
                self.assertEqual(comment.state, "answered")
                self.assertEqual(len(self.comments()), 2)

    def test_what_was_removed_before_it_came_stays_removed(self):
        self.tell(verb="remove", message=None)
        comment = self.tell(at=NOON_S - 60)
        self.assertEqual((comment.state, comment.text), ("removed", "Prix B8 svp ?"))

    def test_a_late_change_changes_nothing(self):
        comment = self.tell()
        self.tell(verb="edited", message="B", at=NOON_S + 100)
        self.tell(verb="edited", message="A", at=NOON_S + 50)
        self.assertEqual(comment.text, "B")
        notes = comment.message_ids.mapped("body")
        self.assertEqual(len([note for note in notes if "has changed the comment" in note]), 1)

    def test_hidden_and_shown(self):
        comment = self.tell()
        for verb, at, state in [
            ("hide", NOON_S + 10, "hidden"),
            ("unhide", NOON_S + 20, "new"),
            ("hide", NOON_S + 15, "new"),
        ]:
            with self.subTest(verb):
                self.tell(verb=verb, at=at)
                self.assertEqual(comment.state, state)

    def test_a_picture_is_fetched(self):
        self.graph.files["mur.png"] = PNG.decode("latin-1")
        self.graph.content_type = "image/png"
        with mute_logger("odoo.addons.bti_messaging.models.inbox.retry"):
            comment = self.tell(photo=f"{self.graph.url}/v26.0/mur.png")
        media = self.env["bti.media"].search([("page_comment_id", "=", comment.id)])
        self.assertEqual(media.kind, "image")
        self.assertEqual(media._get_described().url, f"{self.graph.url}/v26.0/mur.png")

    def test_a_picture_that_came_is_shown(self):
        comment = self.tell(photo="https://scontent.example.invalid/mur.png")
        media = self.env["bti.media"].search([("page_comment_id", "=", comment.id)])
        media._keep(Download(PNG, "image/png", "00", "mur.png"))
        self.assertTrue(comment.photo)
        self.assertEqual(comment.attachment_ids.res_model, "bti.page.comment")
        # read by whoever reads the comment
        self.assertTrue(self.as_agent(comment.attachment_ids).raw)

    def test_odd_facts_are_kept_without_a_fault(self):
        cases = {
            "no author": {"from": None},
            "no post": {"post_id": None, "post": None, "parent_id": None},
            "no text": {"message": None},
            "NUL and script": {"message": "a\x00<script>alert(1)</script>"},
            "20,000 characters": {"message": "é" * 20000},
            "time of 0": {"created_time": 0},
            "far future": {"created_time": 99999999999},
            "unknown verb": {"verb": "frobnicate"},
        }
        for number, (name, vals) in enumerate(cases.items()):
            with self.subTest(name):
                self.tell(self.told(f"1_{number}", **vals))
                event = self.env["bti.event"].search([("channel_id", "=", self.page.id)], limit=1)
                self.assertNotEqual(event.state, "failed")
        self.assertEqual(len(self.comments()), len(cases) - 1)
        self.assertFalse(self.comments().filtered(lambda item: not item.date))

    def test_a_post_of_a_visitor_is_answered_like_a_comment(self):
        post = f"{PAGE}_880000000000900"
        change = self.told(None, "Livrez-vous à Sétif ?", item="status", post_id=post, post=None)
        change["value"].pop("comment_id")
        self.call(
            {
                "object": "page",
                "entry": [{"id": PAGE, "time": NOON_S, "changes": [change]}],
            }
        )
        comment = self.comments(post)
        self.assertEqual(comment.item, "post")
        self.assertTrue(comment.post_id.is_visitor)
        self.assertTrue(comment.can_reply_privately)
        self.tell(self.told(C3, "Oui", post_id=post, parent_id=post, **OWN))
        self.assertEqual(comment.state, "answered")

    def test_figures_of_a_post(self):
        self.tell()
        self.tell(self.told(C2, "Prix ?", **{"from": {"id": SAMIR, "name": "Samir"}}))
        self.tell(self.told(C3, "38 DA", parent_id=C2, **OWN))
        post = self.comments(C1).post_id
        self.assertEqual((post.comment_count, post.waiting_count), (2, 1))

    def test_what_was_erased_does_not_come_back(self):
        comment = self.tell()
        comment.identity_id._link(self.client_a)
        tool = self.env["bti.privacy"].with_user(self.manager_a)
        tool = tool.with_context(allowed_company_ids=self.company_a.ids).create(
            {"partner_id": self.client_a.id}
        )
        tool.action_find()
        counts = {line.model: line.count for line in tool.line_ids}
        self.assertEqual((counts["bti.page.comment"], counts["bti.event"]), (1, 1))
        tool.action_erase()
        self.assertEqual((comment.text, comment.author_name), ("[erased]", "[erased]"))
        self.tell(verb="edited", message="Prix B12 ?", at=NOON_S + 60)
        self.graph.feed = [{"id": POST, "message": "B8", "from": {"id": PAGE}}]
        self.graph.below[POST] = [self.found()]
        self.poll()
        self.assertEqual(comment.text, "[erased]")

    # === THE POLL === #

    def poll(self):
        self.env["bti.channel"]._cron_poll_pages()
        self.run_channel(self.page)
        # what was found wakes the job again
        self.run_channel(self.page)

    def found(self, comment_id=C1, message="Prix B8 svp ?", **vals):
        return {
            "id": comment_id,
            "message": message,
            "created_time": "2026-11-29T11:00:00+0000",
            "from": {"id": NADIA, "name": "Nadia Merabet"},
            **vals,
        }

    def test_a_poll_finds_what_the_webhook_missed_and_nothing_twice(self):
        self.graph.feed = [{"id": POST, "message": "B8", "from": {"id": PAGE}}]
        self.graph.below[POST] = [self.found(), self.found(C2, "Et B12 ?")]
        self.tell()
        self.poll()
        self.assertEqual(self.comments().mapped("text"), ["Prix B8 svp ?", "Et B12 ?"])
        rows = self.env["bti.inbox"].search_count([("channel_id", "=", self.page.id)])
        self.poll()
        self.tell(self.told(C2, "Et B12 ?"))
        self.assertEqual(len(self.comments()), 2)
        self.assertEqual(
            self.env["bti.inbox"].search_count([("channel_id", "=", self.page.id)]),
            rows + 1,
        )
        self.graph.below[POST] = [self.found(message="Prix B10 ?", is_hidden=True)]
        self.poll()
        comment = self.comments(C1)
        self.assertEqual((comment.text, comment.state), ("Prix B10 ?", "hidden"))

    def test_a_poll_that_fails_is_tried_again_and_stops_nothing(self):
        error = {"error": {"message": "x", "code": 200, "type": "OAuthException"}}
        self.graph.answers.append((403, error))
        self.poll()
        self.assertTrue(self.page.page_poll_error)
        self.assertFalse(self.page.problem, "messages go all the same")
        self.assertFalse(self.page.page_polled_until)
        self.poll()
        self.assertFalse(self.page.page_poll_error)
        self.assertTrue(self.page.page_polled_until)
