import logging
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import PROBLEMS_FOR_ADMIN, WATCH_JOB
from ..mixins.batch_job import BatchJob, isolated

_logger = logging.getLogger(__name__)

NOT_WATCHED = "Channel %s could not be looked at: %s"
# Tries after which a provider that cannot be reached or is busy deserves an alert.
ALERT_AFTER_TRIES = 3
# Fewer results than this say nothing about a failure rate.
MIN_RESULTS = 10


class BtiChannel(models.Model):
    """How a channel fares, what is too much, and who is told."""

    _name = "bti.channel"
    _inherit = ["bti.channel", "mail.activity.mixin", "bti.alert.mixin"]

    # === FIELDS === #

    responsible_ids = fields.Many2many(
        "res.users",
        "bti_channel_responsible_rel",
        default=lambda self: self.env.user - self.env.ref("base.user_root"),
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="They are told when something is wrong with the channel.",
    )
    max_failure_rate = fields.Float(
        string="Failures at Most",
        default=10.0,
        help="In percent of the messages of the last 24 hours; above it an alert is given.",
    )
    max_queue_minutes = fields.Integer(
        string="Waiting at Most",
        default=30,
        help="Minutes that a message may wait which could go. 0: no alert.",
    )
    max_report_minutes = fields.Integer(
        string="Reports within",
        default=120,
        help="Minutes after a sending within which some delivery report comes in. 0: no alert.",
    )
    alert_ids = fields.One2many("bti.channel.alert", "channel_id")
    open_alert_ids = fields.One2many(
        "bti.channel.alert",
        "channel_id",
        string="Open Alerts",
        domain=[("date_close", "=", False)],
    )
    open_alert_text = fields.Text(compute="_compute_open_alert_text")

    _thresholds_positive = models.Constraint(
        "CHECK(max_failure_rate >= 0 AND max_queue_minutes >= 0 AND max_report_minutes >= 0)",
        "The limits of the alerts are not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("open_alert_ids.kind", "open_alert_ids.detail", "problem")
    @api.depends_context("lang")
    def _compute_open_alert_text(self):
        labels = dict(
            self.env["bti.channel.alert"]._fields["kind"]._description_selection(self.env)
        )
        for channel in self:
            # in the reader's language, as long as it still is so
            troubles = channel._get_troubles()
            channel.open_alert_text = "\n".join(
                " - ".join(
                    filter(None, (labels[alert.kind], troubles.get(alert.kind, alert.detail)))
                )
                for alert in channel.open_alert_ids
                # the problem has a place of its own on the form
                if alert.kind != "problem" or not channel.problem
            )

    def _get_health(self):
        health = super()._get_health()
        if health == "ok" and self._get_troubles().keys() - {"problem"}:
            return "warning"
        return health

    # === ACTIONS === #

    def action_view_alerts(self):
        """Open the channel's alerts, past ones included."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_channel_alert_action"
        )
        return {**action, "domain": [("channel_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS: ALERTS === #

    def _get_troubles(self):
        """What is wrong with the channel now; hook for other addons.

        :return: {key of ``ALERT_KINDS``: what is known}
        :rtype: dict[str, str]
        """
        self.ensure_one()
        troubles = {}
        if self.state == "draft" or not self.active:
            return troubles
        if self.problem in PROBLEMS_FOR_ADMIN or (
            self.problem and self.problem_count >= ALERT_AFTER_TRIES
        ):
            troubles["problem"] = self._get_problem_text()
        if self._is_failing():
            troubles["failures"] = self.env._(
                "%(failed)s of %(all)s messages failed in the last 24 hours.",
                failed=self.failed_count,
                all=self.sent_count + self.failed_count,
            )
        too_old = self.max_queue_minutes and self.queue_minutes > self.max_queue_minutes
        if too_old and self.state == "active":
            troubles["queue"] = self.env._(
                "The oldest message has been waiting for %(minutes)s minutes.",
                minutes=self.queue_minutes,
            )
        if self.reports_overdue:
            troubles["reports"] = self.env._(
                "Messages were sent more than %(minutes)s minutes ago.",
                minutes=self.max_report_minutes,
            )
        if self.min_balance and self.has_balance and self.balance < self.min_balance:
            troubles["balance"] = self.env._(
                "%(amount)s are left.", amount=self.currency_id.format(self.balance)
            )
        return troubles

    def _is_failing(self):
        """Whether more messages failed than may; hook for other addons."""
        self.ensure_one()
        handled = self.sent_count + self.failed_count
        return handled >= MIN_RESULTS and self.failure_rate > self.max_failure_rate

    def _check_troubles(self):
        """Open an alert for what is newly wrong, close those of what is well again."""
        open_alerts = self.env["bti.channel.alert"].search(
            [("channel_id", "in", self.ids), ("date_close", "=", False)]
        )
        for channel in self:
            own = open_alerts.filtered(lambda alert, channel=channel: alert.channel_id == channel)
            channel = channel._for_readers()
            troubles = channel._get_troubles()
            own.filtered(lambda alert, troubles=troubles: alert.kind not in troubles)._close()
            for kind in troubles.keys() - set(own.mapped("kind")):
                self.env["bti.channel.alert"]._open_for(channel, kind, troubles[kind])

    @api.model
    def _cron_watch(self):
        """Every few minutes: alerts of channels, alerts of budgets. One channel that
        cannot be looked at does not keep the others from it."""
        job = BatchJob(self.env, partial(self.env["ir.cron"]._bti_wake_job, WATCH_JOB))
        channels = self.with_context(active_test=False).search(Domain.TRUE)
        job.begin(len(channels))
        for channel in channels:
            job.commit(channel.with_company(channel.company_id)._watch, processed=1, tries=2)
        self.env["bti.budget"]._cron_check_alerts()

    def _watch(self):
        self.ensure_one()
        with isolated(self.env.cr, _logger.exception, NOT_WATCHED, self.id):
            self.env["bti.message"]._give_up_expired(self)
            self._check_troubles()

    def _get_reader(self):
        return self.responsible_ids[:1].partner_id or super()._get_reader()

    def _set_problem(self, problem, detail, retry_after=0):
        blocked_until = super()._set_problem(problem, detail, retry_after)
        if problem.value in PROBLEMS_FOR_ADMIN:
            self.env["ir.cron"]._bti_wake_job(WATCH_JOB)
        return blocked_until
