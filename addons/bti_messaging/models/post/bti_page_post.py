import logging
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...gateways.base import GatewayError, PermanentError, PermissionMissing
from ...gateways.meta.page_comments import GONE

_logger = logging.getLogger(__name__)

# Figures of older posts do not move any more.
COUNTED_FOR = timedelta(days=90)
COUNTED_EVERY = timedelta(hours=20)
# Posts counted by one run, three requests each.
COUNTED_AT_ONCE = 30
FIGURES = ("reach", "reactions", "shares", "clicks")


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
