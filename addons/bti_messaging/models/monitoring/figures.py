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

    failure_rate = fields.Float(
        string="Failures",
        compute="_compute_monitoring",
        aggregator="avg",
        help="In percent of the results of the last 24 hours.",
    )
    queue_minutes = fields.Integer(
        string="Oldest Waiting",
        compute="_compute_monitoring",
        aggregator="max",
        help="Minutes that the oldest message which could go has been waiting.",
    )
    quiet_count = fields.Integer(
        string="Wait on Purpose",
        compute="_compute_monitoring",
        help="Messages that wait for the end of quiet hours, for a budget or for their campaign.",
    )
    reports_overdue = fields.Boolean(compute="_compute_monitoring")
    cost_today = fields.Monetary(
        compute="_compute_monitoring",
        help="In the last 24 hours.",
    )

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
        last_sent, last_report = self._get_last_moments()
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

    def _get_last_moments(self):
        """:return: per channel, the last sending of this month and the last call of the provider
        :rtype: tuple[dict, dict]
        """
        # sudo: as the other figures
        last_sent = dict(
            self.env["bti.message"]
            .sudo()
            ._read_group(
                Domain("channel_id", "in", self.ids)
                & Domain("direction", "=", "out")
                & Domain("date_sent", ">=", fields.Datetime.now() - timedelta(days=31)),
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
        return last_sent, last_report

    @api.depends("max_report_minutes", "queue_count", "sent_count", "failed_count")
    def _compute_monitoring(self):
        """A handful of grouped queries, whatever the number of channels."""
        now = fields.Datetime.now()
        # sudo: figures only, whoever may read the channel may see how it fares
        Message = self.env["bti.message"].sudo()
        own = Domain("channel_id", "in", self.ids) & Domain("direction", "=", "out")
        # a new message may have been meant for later, a failed try has moved its next one
        outgoing = own & Domain("state", "=", "outgoing")
        free = outgoing & Message._get_free_domain(self.company_id)
        waiting = [
            *Message._read_group(
                free & Domain("tries", "=", 0),
                ["channel_id", "purpose", "budget_held"],
                ["next_try_at:min", "__count"],
            ),
            *Message._read_group(
                free & Domain("tries", ">", 0),
                ["channel_id", "purpose", "budget_held"],
                ["create_date:min", "__count"],
            ),
        ]
        cost = dict(
            Message._read_group(
                own & Domain("date_sent", ">=", now - timedelta(days=1)),
                ["channel_id"],
                ["cost:sum"],
            )
        )
        unreported = dict(
            Message._read_group(
                own
                & Domain("date_sent", ">=", now - timedelta(days=1))
                & Domain("state", "=", "sent")
                & Domain("simulated", "=", False),
                ["channel_id"],
                ["date_sent:min"],
            )
        )
        for channel in self:
            origin = channel._origin
            channel.cost_today = cost.get(origin, 0.0)
            handled = channel.sent_count + channel.failed_count
            channel.failure_rate = 100 * channel.failed_count / handled if handled else 0.0
            on_purpose, since = channel._read_waiting(waiting)
            held_back = channel.queue_count - sum(
                count for owner, _purpose, _held, _oldest, count in waiting if owner == origin
            )
            channel.quiet_count = on_purpose + held_back
            channel.queue_minutes = (now - since).total_seconds() // 60 if since < now else 0
            channel.reports_overdue = channel._are_reports_overdue(unreported.get(origin), now)

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

    def _read_waiting(self, waiting):
        """:param list waiting: (channel, purpose, held by a budget, since when, count)
        :return: how many messages wait on purpose, and since when the oldest other has been
            waiting that could go (in the future if there is none)
        :rtype: tuple[int, datetime]
        """
        Quiet = self.env["bti.quiet.period"]
        on_purpose, since = 0, fields.Datetime.now() + timedelta(days=1)
        for channel, purpose, held, oldest, count in waiting:
            if channel != self._origin:
                continue
            open_since = not held and Quiet._get_open_since(self.company_id, purpose)
            if not open_since:
                on_purpose += count
            else:
                # what was written during quiet hours has waited only since their end
                since = min(since, max(oldest, open_since))
        return on_purpose, since

    def _are_reports_overdue(self, first_unreported, now):
        """Whether messages went out, long enough ago, and no report at all has come since."""
        self.ensure_one()
        if not (self.has_webhook and self.max_report_minutes and first_unreported):
            return False
        return first_unreported < now - timedelta(minutes=self.max_report_minutes) and (
            not self.last_report or self.last_report < first_unreported
        )
