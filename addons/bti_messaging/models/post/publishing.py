from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.insert_or_find import made_once
from ...tools.readers import in_language_of

# A form stays open for a while before it is sent.
GRACE = timedelta(minutes=10)


class BtiPagePublication(models.Model):
    """What marketing people have done with a post: rows that the Page's job works off."""

    _inherit = "bti.page.publication"

    # === FIELDS === #

    trouble = fields.Text(compute="_compute_trouble", compute_sudo=True)
    is_changed = fields.Boolean(
        compute="_compute_is_changed",
        compute_sudo=True,
        help="The text here differs from the one on Facebook.",
    )

    # === COMPUTE METHODS === #

    @api.depends("action_ids.state", "action_ids.error")
    def _compute_trouble(self):
        for publication in self:
            last = {
                (act.kind, act.variant): act for act in publication.action_ids.sorted("id")
            }.values()
            errors = [act.error for act in last if act.error and act.state != "canceled"]
            publication.trouble = "\n".join(dict.fromkeys(errors))

    @api.depends("text_fr", "text_ar", "state", "post_ids.text", "link", "layout")
    def _compute_is_changed(self):
        for publication in self:
            publication.is_changed = publication.state == "published" and any(
                (post.text or "").split() != publication._get_text(post.variant).split()
                for post in publication._get_living_posts()
            )

    # === ACTIONS === #

    def action_schedule(self):
        """Have the posts published at the time that each is planned for."""
        self.check_access("write")
        for publication in self:
            if not publication.scheduled_at:
                raise UserError(self.env._("When is “%(name)s” to appear?", name=publication.name))
            if publication.scheduled_at < fields.Datetime.now() - GRACE:
                raise UserError(
                    self.env._("The time of “%(name)s” has passed already.", name=publication.name)
                )
            publication._queue_publishing()

    def action_publish_now(self):
        """Have the posts published at once, those that are planned for later too."""
        self.check_access("write")
        for publication in self:
            if publication.state not in ("draft", "failed", "scheduled"):
                raise UserError(self.env._("The post is out already, or may be."))
            publication.scheduled_at = fields.Datetime.now()
            if publication.state != "scheduled":
                publication._queue_publishing()

    def action_back_to_draft(self):
        """Do not publish what is planned."""
        self.check_access("write")
        # sudo: nobody writes acts; the check above is the right to do this
        for publication in self.sudo():
            acts = publication._get_acts("new", "failed")
            begun = publication._get_acts("sending")
            if begun or not acts:
                raise UserError(self.env._("The post is out already, or may be."))
            acts.state = "canceled"

    def action_look(self):
        """Look on the Page for posts whose outcome nobody knows."""
        self.check_access("write")
        self.sudo().channel_id._look_for_posts()  # sudo: as in action_back_to_draft

    def action_publish_again(self):
        """Publish anew what may have been published: whoever asks for it has looked."""
        self.check_access("write")
        for publication in self.filtered(lambda item: item.state == "unknown"):
            # sudo: as in action_back_to_draft
            acts = publication.sudo()._get_acts("unknown")
            acts.state = "canceled"
            acts.flush_recordset()  # a post that is handed over twice is refused by the database
            publication.scheduled_at = fields.Datetime.now()
            publication._queue_publishing()

    def action_settle(self):
        """Say that a post whose outcome nobody knew stands on the Page."""
        self.check_access("write")
        for act in self.sudo()._get_acts("unknown"):  # sudo: as in action_back_to_draft
            act.publication_id._note_appeared()
            act._settle()

    def action_change_on_facebook(self):
        """Have the text on Facebook changed to the one here."""
        self._queue_for_posts("edit_post")

    def action_delete_on_facebook(self):
        """Have the posts deleted from Facebook, for good."""
        self._queue_for_posts("delete_post")

    def action_view_comments(self):
        """Open the comments below the posts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_page_comment_action"
        )
        return {**action, "domain": [("post_id.publication_id", "=", self.id)], "context": {}}

    def action_view_figures(self):
        """Open the figures of the posts."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_page_post_report_action"
        )
        return {**action, "domain": [("publication_id", "in", self.ids)], "context": {}}

    # === BUSINESS METHODS === #

    def _get_acts(self, *states):
        """:return: what was asked for to publish the posts and is in one of these states"""
        return self.action_ids.filtered(lambda act: act.kind == "publish" and act.state in states)

    def _get_living_posts(self):
        """:return: what stands on Facebook of these"""
        return self.post_ids.filtered(lambda post: not post.date_removed)

    def _queue_publishing(self):
        """Plan a post; each of its texts is published once."""
        self.ensure_one()
        if self.state not in ("draft", "failed"):
            raise UserError(self.env._("The post is out already, or about to be."))
        self._check_content()
        publication = self.sudo()  # sudo: nobody writes acts; whoever calls this has checked
        done = set(publication._get_acts("new", "sending", "unknown", "done").mapped("variant"))
        with made_once():
            self.env["bti.page.action"].sudo().create(
                [
                    {
                        "channel_id": publication.channel_id.id,
                        "publication_id": publication.id,
                        "kind": "publish",
                        "variant": variant,
                        "next_try_at": publication.scheduled_at,
                        "user_id": self.env.uid,
                    }
                    for variant in publication._get_variants()
                    if variant not in done
                ]
            )
        publication.channel_id._wake(at=publication.scheduled_at)

    def _queue_for_posts(self, kind):
        """:param str kind: what is to be done with all that stands on Facebook"""
        self.check_access("write")
        Action = self.env["bti.page.action"].sudo()  # sudo: as in action_back_to_draft
        for publication in self.sudo():
            if publication.state not in ("published", "failed"):
                raise UserError(self.env._("Only what stands on Facebook can be changed there."))
            if kind == "edit_post" and (refusal := publication._get_refusal()):
                raise UserError(refusal)
            waiting = Action.search(
                Domain("post_id", "in", publication.post_ids.ids)
                & Domain("kind", "=", kind)
                & Domain("state", "in", ["new", "sending"])
            )
            Action.create(
                [
                    {
                        "channel_id": publication.channel_id.id,
                        "publication_id": publication.id,
                        "post_id": post.id,
                        "kind": kind,
                        "variant": post.variant,
                        "user_id": self.env.uid,
                    }
                    for post in publication._get_living_posts() - waiting.post_id
                ]
            )
            publication.channel_id._wake()

    def _move(self):
        result = super()._move()
        for publication in self.sudo():  # sudo: as in action_back_to_draft
            acts = publication._get_acts("new")
            if publication._get_acts("sending"):
                raise UserError(self.env._("The post is being published."))
            if not acts:
                continue
            if not publication.scheduled_at:
                raise UserError(self.env._("When is “%(name)s” to appear?", name=publication.name))
            acts.next_try_at = publication.scheduled_at
            publication.channel_id._wake(at=publication.scheduled_at)
        return result

    def _for_responsible(self):
        """:return: the same in the language of its responsible"""
        self.ensure_one()
        return in_language_of(self, self.user_id, self.create_uid)
