from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from ...tools.post_links import tag_links
from ..page_common import NOON
from ..post_common import PostCommon
from ..rights.test_access import DENIED


@freeze_time(NOON)
class TestWriting(PostCommon):
    """Who writes posts, from what, and what they look like."""

    def test_marketing_people_write_and_agents_read(self):
        post = self.write_post()
        self.assertEqual(post.user_id, self.marketer)
        self.assertEqual(self.as_agent(post).name, "B8")
        for call in (
            lambda: self.as_agent(post).write({"text_fr": "x"}),
            lambda: self.as_agent(post).action_publish_now(),
            lambda: self.as_agent(post).unlink(),
        ):
            with self.assertRaises(AccessError), mute_logger(*DENIED):
                call()
        self.as_marketer(post).action_schedule()
        for button, user in [("action_cancel", self.agent_a), ("action_cancel", self.manager_a)]:
            acts = post.action_ids.with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError), mute_logger(*DENIED):
                getattr(acts.with_context(allowed_company_ids=self.company_a.ids), button)()

    def test_what_the_program_knows_is_written_by_nobody(self):
        posts = self.as_marketer(self.env["bti.page.publication"])
        post = self.as_marketer(self.write_post())
        vals = {"name": "x", "channel_id": self.page.id}
        for name, value in {
            "state": "published",
            "published_at": NOON,
            "late_minutes": 1,
            "company_id": self.company_b.id,
            "action_ids": [(5,)],
            "post_ids": [(5,)],
        }.items():
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    post.write({name: value})
                with self.assertRaises(AccessError):
                    posts.create({**vals, name: value})
                with self.assertRaises(AccessError):
                    posts.with_context(**{f"default_{name}": value}).create(vals)

    def test_no_post_on_the_page_of_another_company(self):
        account = self.account.copy({"company_id": self.company_b.id})
        foreign = self._create_network(
            "messenger",
            "104200000000009",
            company_id=self.company_b.id,
            account_id=account.id,
            state="draft",
        )
        with self.assertRaises(AccessError), mute_logger(*DENIED):
            self.write_post(channel_id=foreign.id)
        post = self.write_post()
        with self.assertRaises(AccessError), mute_logger(*DENIED):
            self.as_marketer(post).channel_id = foreign

    def test_nobody_publishes_files_that_he_may_not_read(self):
        secret = self.env["ir.attachment"].create({"name": "s.png", "raw": b"x"})
        posts = self.as_marketer(self.env["bti.page.publication"])
        vals = {"name": "x", "channel_id": self.page.id}
        link = [(6, 0, secret.ids)]
        own = self.as_marketer(self.write_post())
        templates = self.as_marketer(self.env["bti.page.post.template"])
        for name, call in {
            "create": lambda: posts.create({**vals, "attachment_ids": link}),
            "write": lambda: own.write({"attachment_ids": link}),
            "default": lambda: posts.with_context(default_attachment_ids=link).create(vals),
            "template": lambda: templates.create({"name": "x", "attachment_ids": link}),
        }.items():
            with self.subTest(name), self.assertRaises(AccessError), mute_logger(*DENIED):
                call()

    # === TEXTS === #

    def test_a_post_from_a_template(self):
        template = self.as_marketer(self.env["bti.page.post.template"]).create(
            {"name": "De retour", "text_fr": "{company} reprend", "text_ar": "{company}"}
        )
        with Form(self.as_marketer(self.env["bti.page.publication"])) as form:
            form.template_id = template
            self.assertEqual((form.name, form.channel_id), ("De retour", self.page))
            self.assertIn(f"{self.company_a.name} reprend", form.preview_html)
        post = form.save().sudo()
        self.assertEqual(post.text_fr, "{company} reprend")
        self.push(post, "action_publish_now")
        name = self.company_a.name
        self.assertEqual(self.published()[0][1]["message"], f"{name} reprend\n\n{name}")

    def test_nothing_is_evaluated(self):
        for text in ("{{1+1}}", "${1+1}", "<t t-out='1+1'/>", "{company.__class__}", "%(name)s"):
            with self.subTest(text):
                post = self.write_post(text_fr=text)
                self.assertEqual(post._get_text("both"), text)
                self.assertNotIn("<t t-out", str(post.preview_html))

    def test_templates_of_the_start(self):
        for name in ("resumed", "available"):
            template = self.env.ref(f"bti_messaging.page_post_template_{name}")
            self.assertTrue(template.text_fr and template.text_ar)

    def test_the_preview_shows_what_facebook_shows(self):
        post = self.write_post(
            text_fr="<script>alert(1)</script>\n" + "\n".join(f"ligne {n}" for n in range(9)),
            link="https://bti.example/b8",
        )
        card = str(post.preview_html)
        self.assertNotIn("<script>", card)
        self.assertIn("See more", card)
        self.assertNotIn("ligne 8", card)
        self.assertIn("bti.example", card)
        self.assertEqual(card.count("o_bti_fb_card"), 1)
        post.write({"layout": "two", "text_ar": "متوفر"})
        self.assertEqual(str(post.preview_html).count("o_bti_fb_card"), 2)

    def test_links_carry_the_campaign(self):
        tags = "utm_source=Facebook&utm_medium=Facebook&utm_campaign=Rentr%C3%A9e"
        for text, campaign, expected in [
            ("Voir https://bti.example/b8.", "Rentrée", f"Voir https://bti.example/b8?{tags}."),
            ("https://bti.example/?a=1#x", "Rentrée", f"https://bti.example/?a=1&{tags}#x"),
            ("https://bti.example", "", "https://bti.example"),
            ("https://m.me/bti?ref=x", "Rentrée", "https://m.me/bti?ref=x"),
            ("https://www.facebook.com/bti", "Rentrée", "https://www.facebook.com/bti"),
            ("https://[bad", "Rentrée", "https://[bad"),
            ("sans lien", "Rentrée", "sans lien"),
        ]:
            with self.subTest(text):
                self.assertEqual(tag_links(text, campaign), expected)
        campaign = self.env["utm.campaign"].create({"title": "Rentrée", "name": "Rentrée"})
        post = self.write_post(campaign_id=campaign.id, link="https://bti.example/b8")
        self.push(post, "action_publish_now")
        self.assertEqual(self.published()[0][1]["link"], f"https://bti.example/b8?{tags}")
