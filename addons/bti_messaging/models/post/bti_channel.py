import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import CredentialsError, GatewayError, PermissionMissing
from .bti_page_post import COUNTED_AT_ONCE

_logger = logging.getLogger(__name__)

# What nobody knows is looked for among so many posts, for so long; clocks may differ a little.
LOOKED_THROUGH = 50
LOOKED_FOR = timedelta(days=7)
CLOCKS = timedelta(minutes=10)


class BtiChannel(models.Model):
    """A Page and what we publish on it."""

    _inherit = "bti.channel"

    # === FIELDS === #

    post_late_hours = fields.Integer(
        string="Publish Late at Most",
        default=6,
        help="Hours after its time within which a post is still published, when this server or "
        "the network was not there. Later, its responsible is asked first. 0: always.",
    )
    page_figures_due = fields.Boolean(
        readonly=True, copy=False, help="The Page's job is to ask for the figures of posts."
    )

    _post_late_positive = models.Constraint(
        "CHECK(post_late_hours BETWEEN 0 AND 8760)", "Give 0 to 8,760 hours: a year at most."
    )

    # === BUSINESS METHODS === #

    def _is_used(self):
        return super()._is_used() or bool(
            self.env["bti.page.publication"].search_count(
                Domain("channel_id", "=", self.id), limit=1
            )
        )

    def _work(self):
        result = super()._work()
        if self.page_figures_due and self._is_sending_allowed():
            self._count_posts()
        return result

    def _look_for_posts(self):
        """Have the Pages' jobs look for posts whose outcome nobody knows."""
        self.page_poll_due = True
        self._wake()

    def _poll_page(self):
        due = self.page_poll_due
        result = super()._poll_page()
        if due and self._is_sending_allowed():
            self._settle_unknown_posts()
            self.env["bti.page.post"]._ask_videos_again(self)
        return result

    def _settle_unknown_posts(self):
        """Find on the Page what was handed over when the connection broke: the same text, since
        then."""
        self.ensure_one()
        unknown = self.env["bti.page.action"].search(
            Domain("channel_id", "=", self.id)
            & Domain("kind", "=", "publish")
            & Domain("state", "=", "unknown")
            & Domain("text", "!=", False)
            & Domain("write_date", ">=", fields.Datetime.now() - LOOKED_FOR),
            order="id",
        )
        if not unknown:
            return
        try:
            found = self._get_page().posts.list_recent(LOOKED_THROUGH)
        except GatewayError as error:
            _logger.info("Page %s: posts not read: %s", self.id, error.detail)
            return
        known = self.env["bti.page.post"].search(
            Domain("channel_id", "=", self.id)
            & Domain("external_id", "in", [info.post_id for info in found])
            & Domain("publication_id", "!=", False)
        )
        taken = set(known.mapped("external_id"))
        for act in unknown:
            for info in reversed(found):  # the oldest first
                if info.post_id not in taken and act._is_same_post(info):
                    taken.add(info.post_id)
                    act.publication_id._note_appeared(info.created_at)
                    act._settle(info.post_id)
                    break

    # === BUSINESS METHODS: FIGURES === #

    @api.model
    def _cron_count_posts(self):
        """Have the jobs of all Pages ask for the figures of their posts."""
        pages = self.search(Domain("provider", "=", "messenger") & Domain("state", "=", "active"))
        pages.page_figures_due = True
        pages._wake()

    def _count_posts(self):
        """Ask for the figures of the posts that wait longest for it; a bounded number."""
        self.ensure_one()
        self.page_figures_due = False
        posts = self.env["bti.page.post"]
        posts = posts.search(
            posts._get_count_domain(self),
            order="figures_at NULLS FIRST, date DESC",
            limit=COUNTED_AT_ONCE,
        )
        error = posts and posts._read_figures(self._get_page().posts)
        if isinstance(error, CredentialsError) and not isinstance(error, PermissionMissing):
            self._set_problem(error.problem, error.detail)
        elif error:
            _logger.info("Page %s: figures not read: %s", self.id, error.detail)
        self.env["ir.cron"]._commit_progress()


class BtiPageAction(models.Model):
    """A post that may stand on the Page."""

    _inherit = "bti.page.action"

    # === BUSINESS METHODS === #

    def _is_same_post(self, info):
        """:param PostInfo info: what stands on the Page
        :return: whether it is what was handed over
        """
        self.ensure_one()
        page = self.channel_id.external_id
        if info.author_id and info.author_id != page:
            return False
        if info.created_at and info.created_at < self.publication_id.scheduled_at - CLOCKS:
            return False
        return info.message.split() == (self.text or "").split()
