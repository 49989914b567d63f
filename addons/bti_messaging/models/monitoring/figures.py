from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import PROBLEMS_FOR_ADMIN


class BtiChannel(models.Model):
    """Figures of a channel's recent traffic, and what they say about its health."""

    _inherit = "bti.channel"

    # === FIELDS === #

    health = fields.Selection(
        [("ok", "Healthy"), ("warning", "To Watch"), ("error", "Out of Order")],
        compute="_compute_health",
    )
    queue_count = fields.Integer(string="To Send", compute="_compute_figures")
    sent_count = fields.Integer(
        string="Sent Today",
        compute="_compute_figures",
        help="In the last 24 hours.",
    )
    failed_count = fields.Integer(
        string="Failed Today",
        compute="_compute_figures",
        help="In the last 24 hours.",
    )
    unknown_count = fields.Integer(
        string="Outcome Unknown",
        compute="_compute_figures",
        help="The provider was called and did not answer: accepted or not, nobody knows.",
    )
    last_sent = fields.Datetime(string="Last Sending", compute="_compute_figures")
    last_report = fields.Datetime(compute="_compute_figures")

    # === COMPUTE METHODS === #

    def _compute_figures(self):
        """Everything about recent traffic, in a few grouped queries for all channels."""
        since = fields.Datetime.now() - timedelta(days=1)
        # sudo: counting only, whoever may read the channel may see how it fares
        Message = self.env["bti.message"].sudo()
        own = Domain("channel_id", "in", self.ids) & Domain("direction", "=", "out")
        waiting = dict(
            Message._read_group(
                own & Domain("state", "=", "outgoing"),
                ["channel_id"],
                ["__count"],
            )
        )
        unknown = dict(
            Message._read_group(
                own & Domain("state", "=", "unknown"),
                ["channel_id"],
                ["__count"],
            )
        )
        recent = {
            (channel, state): count
            for channel, state, count in Message._read_group(
                own
                & Domain("date_state", ">=", since)
                & Domain("state", "in", ("sent", "delivered", "failed")),
                ["channel_id", "state"],
                ["__count"],
            )
        }
        last_sent = dict(
            Message._read_group(
                own & Domain("date_sent", ">=", since - timedelta(days=30)),
                ["channel_id"],
                ["date_sent:max"],
            )
        )
        last_report = dict(
            self.env["bti.inbox"]
            .sudo()
            ._read_group(
                [("channel_id", "in", self.ids)],
                ["channel_id"],
                ["create_date:max"],
            )
        )
        for channel in self:
            origin = channel._origin
            channel.queue_count = waiting.get(origin, 0)
            channel.unknown_count = unknown.get(origin, 0)
            channel.failed_count = recent.get((origin, "failed"), 0)
            channel.sent_count = recent.get((origin, "sent"), 0) + recent.get(
                (origin, "delivered"), 0
            )
            channel.last_sent = last_sent.get(origin, False)
            channel.last_report = last_report.get(origin, False)

    @api.depends("problem", "sent_count", "failed_count", "unknown_count")
    def _compute_health(self):
        for channel in self:
            channel.health = channel._get_health()

    def _get_health(self):
        """:return: value of ``health`` from the other figures; hook for other addons"""
        self.ensure_one()
        if self.problem in PROBLEMS_FOR_ADMIN:
            return "error"
        handled = self.sent_count + self.failed_count
        if (
            self.problem
            or self.unknown_count
            or (100 * self.failed_count > self.max_failure_rate * handled)
        ):
            return "warning"
        return "ok"
