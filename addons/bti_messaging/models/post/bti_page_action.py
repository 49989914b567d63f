import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)

# Somebody notices when a post is later than this.
LATE = timedelta(minutes=5)
TEXT_KINDS = ("publish", "edit_post")
MAX_GIVEN_UP = 100


class BtiPageAction(models.Model):
    """Posts published, changed and deleted by the Page's job.

    A post is published once for each of its texts: the database has the last word.
    """

    _inherit = "bti.page.action"

    # === FIELDS === #

    comment_id = fields.Many2one(required=False)
    publication_id = fields.Many2one(
        "bti.page.publication",
        string="Post of Ours",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    post_id = fields.Many2one(
        "bti.page.post",
        string="On Facebook",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    variant = fields.Selection(
        selection=lambda self: self.env["bti.page.post"]._fields["variant"].selection,
        string="Language",
        readonly=True,
    )
    kind = fields.Selection(
        selection_add=[
            ("publish", "Publish"),
            ("edit_post", "Change the Text"),
            ("delete_post", "Delete the Post"),
        ],
        ondelete={"publish": "cascade", "edit_post": "cascade", "delete_post": "cascade"},
    )

    _subject_check = models.Constraint(
        "CHECK(comment_id IS NOT NULL OR publication_id IS NOT NULL)",
        "Something is done to a comment or to a post.",
    )
    _publish_uniq = models.UniqueIndex(
        "(publication_id, variant) WHERE kind = 'publish'"
        " AND state IN ('new', 'sending', 'unknown', 'done')",
        "This post is published already, or about to be.",
    )
    _post_open_uniq = models.UniqueIndex(
        "(post_id, kind) WHERE post_id IS NOT NULL AND state IN ('new', 'sending')",
        "This is being done already.",
    )

    # === ACTIONS === #

    def action_cancel(self):
        """Posts are cancelled by who writes them."""
        self._check_writer()
        return super().action_cancel()

    def action_process_again(self):
        """Posts are published again by who writes them."""
        self._check_writer()
        return super().action_process_again()

    def _check_writer(self):
        if publications := self.publication_id:
            publications.check_access("write")

    # === BUSINESS METHODS === #

    def _get_same_domain(self):
        return super()._get_same_domain() | Domain("publication_id", "in", self.publication_id.ids)

    def _get_subject(self):
        return self.publication_id or super()._get_subject()

    def _is_repeatable(self):
        return super()._is_repeatable() and self.kind != "publish"

    def _is_deletion(self):
        return super()._is_deletion() or self.kind == "delete_post"

    @api.model
    def _recover_interrupted(self, channel):
        died = self.search(
            Domain("channel_id", "=", channel.id)
            & Domain("state", "=", "sending")
            & Domain("kind", "=", "publish")
        )
        result = super()._recover_interrupted(channel)
        if died:
            died.publication_id._tell_trouble()
            channel._look_for_posts()
        return result

    @api.model
    def _give_up(self, channel):
        """Posts whose time has long passed are not published before somebody was asked, and those
        whose text cannot be filled in are not at all."""
        result = super()._give_up(channel)
        due = self.search(
            self._get_due_domain(channel) & Domain("kind", "in", TEXT_KINDS), limit=MAX_GIVEN_UP
        )
        for (publication, kind), acts in due.grouped(
            lambda act: (act.publication_id, act.kind)
        ).items():
            with isolated(self.env.cr, acts._fail):
                late = kind == "publish" and publication._get_late_refusal()
                if reason := late or publication._for_responsible()._get_refusal():
                    acts._fail(reason)
        return result

    def _fail(self, reason):
        """Do not publish, and tell why.

        :param reason: for people, or the fault of a text that could not be filled in
        """
        if isinstance(reason, Exception):
            _logger.error("Posts %s could not be filled in", self.publication_id, exc_info=reason)
        self.write({"state": "failed", "error": f"{reason}"})
        self.publication_id._tell_trouble()

    @api.model
    def _claim_next(self, job, channel):
        action = super()._claim_next(job, channel)
        if action.kind in TEXT_KINDS:
            # what is published, whatever is written meanwhile
            action.text = action.publication_id._get_text(action.variant)
        return action

    def _call(self, page):
        if self.kind == "publish":
            return self.publication_id._publish(page.posts, self.text or "")
        if self.kind == "edit_post":
            page.posts.edit(self.post_id.external_id, message=self.text or "")
            return None
        if self.kind == "delete_post":
            page.posts.delete(self.post_id.external_id)
            return None
        return super()._call(page)

    def _apply(self, outcome):
        result = super()._apply(outcome)
        if self.publication_id and self.state in ("failed", "unknown"):
            self.publication_id._tell_trouble()
            if self.state == "unknown":
                self.channel_id._look_for_posts()
        return result

    def _note_done(self, ref, now):
        if self.kind == "publish":
            self._note_published(ref, now)
        elif self.kind == "edit_post":
            self.post_id.text = self.text
        elif self.kind == "delete_post":
            self.post_id._note_gone()
        else:
            return super()._note_done(ref, now)
        return None

    def _note_gone(self):
        result = super()._note_gone()
        self.post_id._note_gone()
        return result

    def _note_published(self, ref, now):
        """The post stands there: its comments and figures will be its own.

        :param str ref: the network's id; empty when a person says that it stands there
        """
        publication = self.publication_id
        vals = {"publication_id": publication.id, "variant": self.variant, "text": self.text}
        post = self.env["bti.page.post"]._find_or_create(self.channel_id, ref, date=now, **vals)
        # a comment may have been faster; its address is asked for by the job
        post.write({**vals, "state": "new", "next_try_at": now})
        publication._note_published(now)


class BtiPagePublication(models.Model):
    """What the job tells a post of ours."""

    _inherit = "bti.page.publication"

    # === BUSINESS METHODS === #

    def _note_published(self, now):
        """:param datetime now: when it appeared, or was found to have"""
        self.ensure_one()
        if self.state == "published":
            self.activity_feedback(["bti_messaging.mail_activity_type_alert"])
        if self.published_at:
            return
        delay = now - (self.scheduled_at or now)
        self.write({"published_at": now, "late_minutes": max(0, int(delay.total_seconds() // 60))})
        if delay >= LATE:
            readers = self._for_responsible()
            readers._message_log(
                body=readers.env._(
                    "Published %(minutes)s minutes after its time: the server, the Page or the "
                    "network could not be reached before.",
                    minutes=self.late_minutes,
                )
            )

    def _note_appeared(self, moment=None):
        """It has stood there since it was handed over, which is learnt only now.

        :param datetime moment: as the network tells it
        """
        self.ensure_one()
        self.published_at = self.published_at or moment or self.scheduled_at

    def _get_late_refusal(self):
        """:return: why the post is not published any more without being asked for, or False"""
        self.ensure_one()
        hours = self.channel_id.post_late_hours
        limit = self.scheduled_at and hours and self.scheduled_at + timedelta(hours=hours)
        if not limit or fields.Datetime.now() <= limit:
            return False
        readers = self._for_responsible()
        return readers.env._(
            "Its time passed more than %(hours)s hours ago and nothing could be published. Is it "
            "still to appear? Publish it now, or plan it anew.",
            hours=hours,
        )

    def _tell_trouble(self):
        """Let the responsible know that the post is not out, or that nobody knows."""
        for publication in self:
            user = publication.user_id or publication.create_uid
            publication._bti_alert(user, lambda record: record._get_trouble_texts())

    def _get_trouble_texts(self):
        """:return: summary and text for the responsible, in his language"""
        self.ensure_one()
        if self.state == "unknown":
            return (
                self.env._("Was it published?"),
                self.env._(
                    "The connection broke while the post was handed over. It is not published "
                    "again by itself: look at the Page."
                ),
            )
        trouble = self.sudo().trouble or self.name  # sudo: the acts are the program's
        if self.state == "failed":
            return self.env._("The post is not out"), trouble
        return self.env._("The post could not be changed on Facebook"), trouble
