import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import EVENT_MAX_TRIES
from ...gateways.base import GatewayError, PermanentError, PermissionMissing
from ...gateways.meta.page_comments import GONE

_logger = logging.getLogger(__name__)

# Figures of older posts do not move any more.
COUNTED_FOR = timedelta(days=90)
COUNTED_EVERY = timedelta(hours=20)
# Posts counted by one run, three requests each.
COUNTED_AT_ONCE = 30
FIGURES = ("reach", "reactions", "shares", "clicks")
# The post that shows a video is asked for so long, of so many at a time.
VIDEOS_ASKED_FOR = timedelta(days=7)
VIDEOS_ASKED_AT_ONCE = 10


class BtiPagePost(models.Model):
    """What was written here of a post, and what the network counts of it."""

    _inherit = "bti.page.post"

    # === FIELDS === #

    publication_id = fields.Many2one(
        "bti.page.publication",
        string="Written Here",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    variant = fields.Selection(
        [("both", "French and Arabic"), ("fr", "French"), ("ar", "Arabic")],
        string="Language",
        readonly=True,
    )
    date_removed = fields.Datetime(string="Deleted On", readonly=True)
    reach = fields.Integer(readonly=True, help="People who saw the post, as Facebook counts.")
    reactions = fields.Integer(readonly=True)
    shares = fields.Integer(readonly=True)
    clicks = fields.Integer(readonly=True, help="As Facebook counts, pictures opened included.")
    figures_at = fields.Datetime(
        string="Counted On", readonly=True, help="When the network last told its figures."
    )

    # === BUSINESS METHODS === #

    def _read_text(self, posts):
        """Override: a video is asked first which post shows it, for comments and figures are that
        post's."""
        post = self
        if self._is_named_by_video():
            post_id = posts.find_video_post(self.external_id)
            if post_id != self.external_id:
                post = self._take_post_id(post_id)
            elif self.tries + 1 < EVENT_MAX_TRIES:
                self._postpone()  # not told yet
                return
        super(BtiPagePost, post)._read_text(posts)
        if post.state == "done" and not post.is_visitor and not post.publication_id:
            # it may show one of these
            self._ask_videos_again(post.channel_id)

    def _is_named_by_video(self):
        """:return: whether the network has not told yet which post shows the video of this one"""
        self.ensure_one()
        files = self.publication_id.attachment_ids
        return "_" not in self.external_id and any(
            (file.mimetype or "").startswith("video/") for file in files
        )

    def _take_post_id(self, post_id):
        """Be known by the id that the network uses everywhere.

        :param str post_id: of the post that shows the video
        :return: the post of that id: this one, or the one that a comment had brought before
        """
        self.ensure_one()
        known = self.search(
            Domain("channel_id", "=", self.channel_id.id) & Domain("external_id", "=", post_id)
        )
        if not known:
            self.external_id = post_id
            return self
        own = ("publication_id", "variant", "text", "date", *FIGURES, "figures_at")
        known.write({name: self._fields[name].convert_to_write(self[name], self) for name in own})
        self.comment_ids.post_id = known
        self.env["bti.page.action"].search(Domain("post_id", "=", self.id)).post_id = known
        self.unlink()
        return known

    @api.model
    def _ask_videos_again(self, channel):
        """Have the job ask which posts show videos whose post was not told yet.

        :param bti.channel channel: the Page
        """
        posts = self.search(
            Domain("channel_id", "=", channel.id)
            & Domain("publication_id", "!=", False)
            & Domain("external_id", "not like", "\\_")
            & Domain("date_removed", "=", False)
            & Domain("date", ">=", fields.Datetime.now() - VIDEOS_ASKED_FOR),
            order="date desc, id desc",
            limit=VIDEOS_ASKED_AT_ONCE,
        ).filtered(lambda post: post._is_named_by_video())
        if posts:
            posts.write({"state": "new", "next_try_at": fields.Datetime.now()})
            channel._wake()

    def _get_count_domain(self, channel):
        """:param bti.channel channel: the Page
        :return: the posts that are to be counted now
        :rtype: Domain
        """
        now = fields.Datetime.now()
        return (
            Domain("channel_id", "=", channel.id)
            & Domain("is_visitor", "=", False)
            & Domain("date_removed", "=", False)
            & Domain("date", ">=", now - COUNTED_FOR)
            & (Domain("figures_at", "=", False) | Domain("figures_at", "<", now - COUNTED_EVERY))
        )

    def _read_figures(self, posts):
        """Ask the network what it counts.

        :param PagePosts posts: of the channel
        :return: the trouble of the whole Page, or None
        :rtype: GatewayError | None
        """
        for post in self:
            try:
                figures = posts.get_figures(post.external_id)
            except (PermanentError, PermissionMissing) as error:
                post.figures_at = fields.Datetime.now()
                if error.code == GONE:
                    post._note_gone()
                continue
            except GatewayError as error:
                return error
            known = {name: value for name, value in figures.items() if name in FIGURES}
            post.write({**known, "figures_at": fields.Datetime.now()})
        return None

    def _note_gone(self):
        """The network knows the post no longer."""
        for post in self.filtered(lambda post: not post.date_removed):
            post.date_removed = fields.Datetime.now()
