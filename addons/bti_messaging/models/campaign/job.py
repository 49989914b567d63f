import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...tools.insert_or_find import made_once

_logger = logging.getLogger(__name__)

# Messages stopped or sent again between two commits.
BATCH = 500
# Conflicts with people and channels in a row before the campaign waits for its next turn.
TRIES = 5
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
        # sudo: whoever may send a campaign may have it prepared
        cron = self.env.ref("bti_messaging.ir_cron_sms_campaigns", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(at=at or None)

    @api.model
    def _keep_looking(self):
        """Look at running campaigns every minute: their end, their rate, their hours. One wake-up
        waits at most, or each press of a button would start a series of its own."""
        soon = fields.Datetime.now() + HEARTBEAT
        cron = self.env.ref("bti_messaging.ir_cron_sms_campaigns", raise_if_not_found=False)
        if not cron:
            return
        # sudo: technical records of the scheduler
        waiting = self.env["ir.cron.trigger"].sudo()
        now = fields.Datetime.now()
        if not waiting.search_count(
            [("cron_id", "=", cron.id), ("call_at", ">", now), ("call_at", "<=", soon)], limit=1
        ):
            self._wake_campaigns(at=soon)

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
                return
            left = campaign._run_safely()
        cron._commit_progress(remaining=0)
        if self.search_count(
            self._get_running_domain()
            & Domain("sms_paused", "=", False)
            & Domain("state", "=", "sending"),
            limit=1,
        ):
            self._keep_looking()
            cron._commit_progress(remaining=0)

    def _run_safely(self):
        """One campaign must not hold up the others.

        :return: seconds left
        :rtype: float
        """
        self.ensure_one()
        cron = self.env["ir.cron"]
        for attempt in range(TRIES):
            try:
                self._run()
                break
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # somebody paused it or changed its channel in this very moment: look again
                self.env.cr.rollback()
                if attempt == TRIES - 1:
                    self._wake_campaigns()
            except Exception as error:  # a faulty text, a contact that cannot be read
                _logger.exception("Campaign %s could not be prepared", self.id)
                self.env.cr.rollback()
                self._pause("error", str(error)[:500])
                break
        return cron._commit_progress(1)

    def _run(self):
        self.ensure_one()
        if self.sms_stopped:
            self._cancel_waiting()
        elif not self.sms_paused:
            if self.sms_retrying:
                self._retry_failed()
            self._prepare()
            if self.sms_rate or self._has_window():
                self._wake_channels()
        self._finish()

    def _prepare(self):
        """Prepare slice after slice until all is done, time is over or somebody pauses."""
        cron = self.env["ir.cron"]
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
            cron._commit_progress()
        short_urls = {}  # shared by the slices; links of recipients' own must not pile up
        left = 1
        while left > 0 and not run.done and not self._is_held():
            if not run.try_lock_for_update():
                return
            if len(short_urls) > MAX_LINKS:
                short_urls.clear()
            channels = run._prepare_slice(sender, short_urls)
            for channel in channels:
                channel._wake()
            # the commit also empties the cache: memory does not grow with the campaign
            left = cron._commit_progress()
        if left <= 0 and not run.done:
            self._wake_campaigns()

    def _cancel_waiting(self):
        """Cancel what waits, in batches; states move by the messages' own rule."""
        # sudo: messages belong to the system
        Message = self.env["bti.message"].sudo()
        waiting = [("mailing_id", "=", self.id), ("state", "=", "outgoing")]
        while messages := Message.search(waiting, limit=BATCH):
            messages._update_state("canceled", failure_type="stopped", cost=0.0)
            if self.env["ir.cron"]._commit_progress() <= 0:
                self._wake_campaigns()
                return
        self._get_runs().write({"done": True})

    def _retry_failed(self):
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
        while messages := Message.search([*failed, ("id", ">", last_id)], order="id", limit=BATCH):
            last_id = messages[-1].id
            affordable = self._cut_retries_to_budget(messages)
            copies = affordable._retry()
            self._get_runs().cost += sum(copy.cost for copy in copies if copy.retry_of_id.cost)
            if affordable != messages:
                self._pause("budget")
                return
            if self.env["ir.cron"]._commit_progress() <= 0:
                self._wake_campaigns()
                return
        self.sudo().sms_retrying = False  # sudo: written by the program only

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
