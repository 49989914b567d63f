import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import (
    CredentialsError,
    GatewayError,
    InboundRequest,
    PermanentError,
    PermissionMissing,
)
from ...gateways.meta.page import Page
from ...gateways.meta.page_comments import KnownComment

_logger = logging.getLogger(__name__)

# A poll looks so far back beyond the last one, and never farther than the second; a Page that was
# never polled begins with the third.
OVERLAP = timedelta(hours=1)
FARTHEST = timedelta(days=7)
FIRST = timedelta(days=1)
POLL_POSTS = 25
POLL_COMMENTS = 200
POLL_REVIEWS = 100
# Posts below which one poll looks for what was removed, those first that waited longest.
POLL_REMOVED = 5
MAX_KNOWN = 5000


class BtiChannel(models.Model):
    """A Page: what waits to be done to its comments, and what the webhook missed."""

    _inherit = "bti.channel"

    # === FIELDS === #

    page_poll_due = fields.Boolean(
        readonly=True, copy=False, help="The Page's job is to look for comments."
    )
    page_polled_until = fields.Datetime(
        string="Comments Looked For",
        readonly=True,
        copy=False,
        help="When comments that the webhook missed were last looked for.",
    )
    page_poll_error = fields.Char(string="Comments Cannot Be Read", readonly=True, copy=False)

    # === BUSINESS METHODS === #

    def _get_page(self):
        """The client of a Page.

        :rtype: Page
        """
        self.ensure_one()
        return Page(self._prepare_gateway_config())

    def _is_used(self):
        return super()._is_used() or bool(
            self.env["bti.page.comment"].search_count(Domain("channel_id", "=", self.id), limit=1)
        )

    def _work(self):
        result = super()._work()
        if self.provider == "messenger":
            self.env["bti.page.action"]._process_channel(self)
            if self._is_sending_allowed():
                self.env["bti.page.post"]._process_channel(self)
                self._poll_page()
        return result

    # === BUSINESS METHODS: THE POLL === #

    @api.model
    def _cron_poll_pages(self):
        """Have the jobs of all Pages look for comments that the webhook missed."""
        pages = self.search(Domain("provider", "=", "messenger") & Domain("state", "=", "active"))
        pages.page_poll_due = True
        pages._wake()

    def _poll_page(self):
        """Find what the webhook missed, if it is time to; a bounded number of requests."""
        self.ensure_one()
        if not self.page_poll_due:
            return
        now = fields.Datetime.now()
        vals = {
            "page_poll_due": False,
            "page_poll_error": False,
            "page_polled_until": now,
        }
        since = self.page_polled_until
        since = max(since - OVERLAP, now - FARTHEST) if since else now - FIRST
        try:
            found = self._find_missed(self._get_page(), since, now)
        except PermissionMissing as error:
            vals.update(page_poll_error=error.detail, page_polled_until=self.page_polled_until)
            found = []
        except CredentialsError as error:
            self._set_problem(error.problem, error.detail)
            vals["page_polled_until"] = self.page_polled_until
            found = []
        except GatewayError as error:
            _logger.info("Page %s: not polled: %s", self.id, error.detail)
            vals.update(page_poll_error=error.detail, page_polled_until=self.page_polled_until)
            found = []
        self.write(vals)
        self._store_found(found)
        self.env["ir.cron"]._commit_progress()

    def _find_missed(self, page, since, now):
        """:param Page page: the client
        :return: comments, recommendations and removals that the webhook may have missed
        :rtype: list[Event]
        """
        comments = page.comments
        known = self._get_known_comments(since)
        found = list(comments.poll(since, known, POLL_POSTS, POLL_COMMENTS))
        try:
            found.extend(comments.read_reviews(since, POLL_REVIEWS))
        except (PermanentError, PermissionMissing) as error:
            # a Page may have them switched off
            _logger.info("Page %s: recommendations not read: %s", self.id, error.detail)
        found.extend(self._find_removed(page, now - FARTHEST))
        return found

    def _find_removed(self, page, since):
        """Look for comments that were removed, below a few posts at a time.

        :param datetime since: older comments are not looked for
        :return: generator of events
        """
        fresh = (
            Domain("date", ">=", since)
            & Domain("date_removed", "=", False)
            & Domain("item", "=", "comment")
        )
        posts = self.env["bti.page.post"].search(
            Domain("channel_id", "=", self.id) & Domain("comment_ids", "any", fresh),
            order="checked_at NULLS FIRST, id DESC",
            limit=POLL_REMOVED,
        )
        comments = self.env["bti.page.comment"].search_fetch(
            Domain("post_id", "in", posts.ids) & fresh,
            ["post_id", "external_id"],
            order="date desc",
            limit=MAX_KNOWN,
        )
        posts.checked_at = fields.Datetime.now()
        for post, below in comments.grouped("post_id").items():
            refs = below[:POLL_COMMENTS].mapped("external_id")
            yield from page.comments.find_removed(post.external_id, refs, since)

    def _get_known_comments(self, since):
        """:return: how the comments that are not older read with us
        :rtype: dict[str, KnownComment]
        """
        comments = self.env["bti.page.comment"].search_fetch(
            Domain("channel_id", "=", self.id) & Domain("date", ">=", since),
            ["external_id", "text", "is_hidden"],
            limit=MAX_KNOWN,
        )
        return {
            comment.external_id: KnownComment(comment.text or "", comment.is_hidden)
            for comment in comments
        }

    def _store_found(self, found):
        """Store what a poll found as the webhook would have told it: the same keys.

        :param list[Event] found: known ones among them
        """
        Event, Inbox = self.env["bti.event"], self.env["bti.inbox"]
        erased = set(
            self.env["bti.page.comment"]
            .search(Domain("channel_id", "=", self.id) & Domain("is_erased", "=", True))
            .mapped("external_id")
        )
        found = [event for event in found if event.ref not in erased]
        keys = [event.key for event in found]
        known = set(Event.search([("channel_id", "=", self.id), ("key", "in", keys)]).mapped("key"))
        new = [event for event in found if event.key not in known]
        if not new:
            return
        row = Inbox.create(
            {
                **Inbox._prepare_inbox_vals(self, InboundRequest("POLL")),
                "state": "done",
            }
        )
        Event._store([(row, event) for event in new])
        self._wake()
