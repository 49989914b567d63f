import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.insert_or_find import made_once
from ..mixins.batch_job import BatchJob

_logger = logging.getLogger(__name__)

# Messages stopped or sent again between two commits.
BATCH = 500
# Failures that another try does not mend.
LASTING_FAILURES = (
    "too_long",
    "empty",
    "number_missing",
    "number_invalid",
    "not_mobile",
    "opted_out",
)
MAX_LINKS = 5000
HEARTBEAT = timedelta(minutes=1)
JOB = "bti_messaging.ir_cron_sms_campaigns"


class MailingMailing(models.Model):
    """A campaign on its way: what its scheduled action does."""

    _inherit = "mailing.mailing"

    _campaign_state_idx = models.Index(
        "(company_id) WHERE mailing_type = 'sms' AND state IN ('in_queue', 'sending')"
    )

    # === WAKING === #

    @api.model
    def _wake_campaigns(self, at=None):
        """Run the campaigns' scheduled action after this transaction.

        :param datetime at: not before this time
        """
        self.env["ir.cron"]._bti_wake_job(JOB, at=at)

    @api.model
    def _keep_looking(self):
        """Look at running campaigns every minute: their end, their rate, their hours. One wake-up
        waits at most, or each press of a button would start a series of its own."""
        now = fields.Datetime.now()
        self.env["ir.cron"]._bti_wake_job(JOB, at=now + HEARTBEAT, since=now + timedelta(seconds=1))

    def _wake_channels(self):
        """Let the channels that carry these campaigns look at their queues."""
        # sudo: messages and channels belong to the system
        waiting = (
            self.env["bti.message"]
            .sudo()
            ._read_group(
                [("mailing_id", "in", self.ids), ("state", "=", "outgoing")], ["channel_id"]
            )
        )
        for (channel,) in waiting:
            channel._wake()

    # === SCHEDULED ACTION === #

    @api.model
    def _get_running_domain(self):
        return (
            Domain("mailing_type", "=", "sms")
            & Domain("company_id.sms_provider", "=", "bti")
            & Domain("state", "in", ("in_queue", "sending"))
            & (
                Domain("schedule_date", "=", False)
                | Domain("schedule_date", "<=", fields.Datetime.now())
            )
        )

    @api.model
    def _cron_run_campaigns(self):
        """Entry of the scheduled action: prepare, stop, send again, mark as done. It never runs
        twice at once; each campaign goes on where it was."""
        cron = self.env["ir.cron"]
        campaigns = self.search(self._get_running_domain(), order="schedule_date, id")
        left = cron._commit_progress(remaining=len(campaigns))
        for campaign in campaigns:
            if left <= 0:
                break
            campaign._run_safely()
            left = cron._commit_progress(1)
        if self.search_count(
            self._get_running_domain()
            & Domain("sms_paused", "=", False)
            & Domain("state", "=", "sending"),
            limit=1,
        ):
            self._keep_looking()
        self.env.ref(JOB)._bti_go_on()

    def _run_safely(self):
        """One campaign must not hold up the others."""
        self.ensure_one()
        # who paused it or changed its channel in this very moment undoes one batch
        job = BatchJob(self.env, self._wake_campaigns)
        try:
            job.commit(self._run, job)
        except Exception as error:  # a faulty text, a contact that cannot be read
            _logger.exception("Campaign %s could not be prepared", self.id)
            self.env.cr.rollback()
            self._pause("error", str(error)[:500])

    def _run(self, job):
        """:param BatchJob job: what it does is committed batch by batch"""
        self.ensure_one()
        if self.sms_stopped:
            self._cancel_waiting(job)
        elif not self.sms_paused:
            if self.sms_retrying:
                self._retry_failed(job)
            self._prepare(job)
            if self.sms_rate or self._has_window():
                self._wake_channels()
        self._finish()

    def _prepare(self, job):
        """Prepare slice after slice until all is done, time is over or somebody pauses."""
        run = self._get_runs()
        if not run:
            # sudo: the run belongs to the system
            with made_once():
                run = self.env["bti.campaign.run"].sudo().create({"mailing_id": self.id})
        if run.done:
            return
        sender = self._with_sender()
        # not by the state: core's queue sets it too
        if not run.started or self.state != "sending":
            if not run.started:
                run._start()
            # the author of the change is who launched it
            sender.state = "sending"
            job.begin()
        short_urls = {}  # shared by the slices; links of recipients' own must not pile up

        def prepare_slice(run):
            if len(short_urls) > MAX_LINKS:
                short_urls.clear()
            for channel in run._prepare_slice(sender, short_urls):
                channel._wake()

        # the commit also empties the cache: memory does not grow with the campaign
        job.run(
            lambda: run.browse() if run.done or self._is_held() else run,
            prepare_slice,
        )

    def _cancel_waiting(self, job):
        """Cancel what waits; states move by the messages' own rule."""
        # sudo: messages belong to the system
        Message = self.env["bti.message"].sudo()
        job.run(
            lambda: Message.search(
                [("mailing_id", "=", self.id), ("state", "=", "outgoing")], limit=BATCH
            ),
            lambda messages: messages._update_state("canceled", failure_type="stopped", cost=0.0),
        )
        self._get_runs().write({"done": True})

    def _retry_failed(self, job):
        """Send again what failed, each once, as far as the budget goes."""
        # sudo: messages belong to the system
        Message = self.env["bti.message"].sudo()
        failed = [
            ("mailing_id", "=", self.id),
            ("state", "=", "failed"),
            ("failure_type", "not in", LASTING_FAILURES),
            ("retry_ids", "=", False),
            # a copy may fail at once; it is not copied in its turn
            ("id", "<=", self.sms_retry_until),
        ]
        last_id = 0
        while job.goes_on and not self.sms_paused:
            messages = Message.search([*failed, ("id", ">", last_id)], order="id", limit=BATCH)
            if not messages:
                self.sudo().sms_retrying = False  # sudo: written by the program only
                return
            last_id = messages[-1].id
            job.commit(self._retry_batch, messages)

    def _retry_batch(self, messages):
        affordable = self._cut_retries_to_budget(messages)
        copies = affordable._retry()
        self._get_runs().cost += sum(copy.cost for copy in copies if copy.retry_of_id.cost)
        if affordable != messages:
            self._pause("budget")

    def _finish(self):
        """Mark as done a campaign of which nothing waits any more."""
        prepared = self.sms_stopped or self._get_runs().done
        if self.state == "done" or not prepared or self.sms_retrying or self._is_waiting():
            return
        self._with_sender().write(
            {
                "state": "done",
                "sent_date": fields.Datetime.now(),
                # as core: figures by e-mail after the first sending only
                "kpi_mail_required": not self.sent_date,
            }
        )
