from odoo.tests import freeze_time

from ..page_common import C1, C2, NOON, POST
from ..post_common import PostCommon

NADIA = {"id": "5400000000000201", "name": "Nadia Merabet"}


@freeze_time(NOON)
class TestReviews(PostCommon):
    """Recommendations, and removals that the network did not tell."""

    def poll(self):
        self.env["bti.channel"]._cron_poll_pages()
        self.run_channel(self.page)
        self.run_channel(self.page)

    def review(self, kind="negative", story="104200000000001_87", **vals):
        return {
            "created_time": "2026-11-29T11:30:00+0000",
            "recommendation_type": kind,
            "review_text": "Livraison en retard",
            "reviewer": NADIA,
            "open_graph_story": {"id": story},
            **vals,
        }

    def test_an_unhappy_recommendation_is_found_and_somebody_is_told_once(self):
        self.page.responsible_ids = self.agent_a
        self.graph.reviews = [self.review(), self.review("positive", "104200000000001_88")]
        self.poll()
        self.poll()
        unhappy, happy = self.comments()
        if happy.is_unhappy:
            unhappy, happy = happy, unhappy
        self.assertEqual(
            (unhappy.item, unhappy.is_unhappy, happy.is_unhappy), ("review", True, False)
        )
        [todo] = unhappy.activity_ids
        self.assertEqual(todo.user_id, self.agent_a)
        self.assertIn("Livraison en retard", str(todo.note))
        self.assertFalse(happy.activity_ids)

    def test_a_recommendation_is_no_post_of_ours(self):
        self.graph.reviews = [self.review()]
        self.poll()
        post = self.comments().post_id
        self.assertEqual(post.display_name, "Livraison en retard")
        self.assertTrue(post.is_visitor)
        self.assertFalse(self.env["bti.page.post.report"].search([("post_id", "=", post.id)]))

    def test_few_stars_are_unhappy_too(self):
        for stars, unhappy in [(1, True), (2, True), (3, False), ("5", False), ("x", False)]:
            with self.subTest(stars):
                story = f"104200000000001_9{stars}"
                self.graph.reviews = [self.review(None, story, rating=stars)]
                self.poll()
                self.assertEqual(self.comments(story).is_unhappy, unhappy)

    def test_a_poll_finds_what_was_removed(self):
        first = self.tell()
        second = self.tell(self.told(C2, "Et B12 ?"))
        self.graph.below[POST] = []
        self.graph.gone.add(C1)
        self.poll()
        self.assertEqual((first.state, second.state), ("removed", "new"))
        # a list that leaves something out removes nothing by itself
        self.assertTrue(first.post_id.checked_at)

    def test_a_post_that_is_gone_takes_its_comments_along(self):
        comment = self.tell()
        self.graph.gone |= {C1, POST}
        self.poll()
        self.assertEqual(comment.state, "removed")
