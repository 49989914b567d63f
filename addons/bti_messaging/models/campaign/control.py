import logging
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import plaintext2html
from odoo.tools.misc import format_amount, format_datetime

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
    """A campaign on its way: its scheduled action, and the hand on it."""

    _inherit = "mailing.mailing"

    _campaign_state_idx = models.Index(
        "(company_id) WHERE mailing_type = 'sms' AND state IN ('in_queue', 'sending')"
    )

    # === ACTIONS === #

    def action_sms_pause(self):
        """Send and prepare nothing more until somebody resumes."""
        for campaign in self._check_campaigns("in_queue", "sending"):
            campaign._pause("user")

    def action_sms_resume(self):
        """Go on where the campaign was paused."""
        for campaign in self._check_campaigns("in_queue", "sending").filtered("sms_paused"):
            campaign._check_ready()
            paused_at = campaign.sms_pause_date or fields.Datetime.now()
            for run in campaign._get_runs():
                run._shift((fields.Datetime.now() - paused_at).total_seconds())
            # sudo: written by the program only, the rights were checked
            campaign.sudo().write(
                {
                    "sms_paused": False,
                    "sms_pause_reason": False,
                    "sms_pause_detail": False,
                    "sms_pause_date": False,
                }
            )
            campaign._wake_campaigns()
            campaign._wake_channels()

    def action_sms_stop(self):
        """Give up what has not been sent. The messages are canceled by the scheduled action; none
        of them is sent from this moment on."""
        campaigns = self._check_campaigns("in_queue", "sending")
        # sudo: written by the program only, the rights were checked
        campaigns.sudo().write({"sms_stopped": True, "sms_paused": False, "sms_retrying": False})
        self._wake_campaigns()

    def action_retry_failed(self):
        """Send again what failed for a reason that may have passed."""
        campaigns = self.filtered("through_channels")
        if campaigns:
            campaigns._check_campaigns("sending", "done")
            # sudo: messages belong to the system
            last = self.env["bti.message"].sudo().search([], order="id desc", limit=1)
            # sudo: written by the program only, the rights were checked
            campaigns.sudo().write(
                {
                    "state": "sending",
                    "sms_retrying": True,
                    "sms_retry_until": last.id,
                    "sms_stopped": False,
                }
            )
            self._wake_campaigns()
        if others := self - campaigns:
            return super(MailingMailing, others).action_retry_failed()
        return None

    def _check_campaigns(self, *states):
        """:return: self
        :raises UserError: this cannot be done with all of them
        """
        self.check_access("write")
        if self.filtered(lambda m: not m.through_channels or m.state not in states):
            raise UserError(self.env._("This campaign is not on its way."))
        return self

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_waiting(self):
        """Without its campaign nothing would hold a message any more."""
        if self._is_waiting():
            raise UserError(
                self.env._("Messages of this campaign wait to be sent: stop it before you delete.")
            )

    # === BUSINESS METHODS: SCHEDULED ACTION === #

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

    def _is_held(self):
        """Whether somebody does not want this campaign to go on."""
        self.ensure_one()
        return self.sms_paused or self.sms_stopped or not self.active

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

    def _is_waiting(self):
        """Whether some message of these campaigns is still to be sent."""
        # sudo: only whether there is one
        return bool(
            self.env["bti.message"]
            .sudo()
            .search_count(
                [("mailing_id", "in", self.ids), ("state", "in", ("outgoing", "sending"))],
                limit=1,
            )
        )

    def _get_runs(self):
        """:return: the runs of these campaigns, as superuser"""
        # sudo: runs are written by the system only
        return self.env["bti.campaign.run"].sudo().search([("mailing_id", "in", self.ids)])

    # === BUSINESS METHODS: PAUSE === #

    def _pause(self, reason, detail=False):
        """Hold a campaign; a reason that nobody chose is told to the responsible.

        :param str reason: a value of ``sms_pause_reason``
        :param str detail: more words
        """
        self.ensure_one()
        if self.sms_paused:
            return
        # sudo: written by the program only
        self.sudo().write(
            {
                "sms_paused": True,
                "sms_pause_reason": reason,
                "sms_pause_detail": detail,
                "sms_pause_date": fields.Datetime.now(),
            }
        )
        if reason != "user":
            labels = dict(self._fields["sms_pause_reason"]._description_selection(self.env))
            self._tell_responsible(
                self.env._("Campaign paused: %(reason)s", reason=labels[reason]), detail
            )

    def _tell_responsible(self, summary, note=False):
        """Leave the responsible of a campaign something to do.

        :param str summary: what happened
        :param str note: more words, as text
        """
        self.ensure_one()
        user = self.user_id or self.write_uid
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=plaintext2html(note) if note else False,
            user_id=user.id if user.active else self.env.uid,
        )

    # === BUSINESS METHODS: PROGRESS === #

    def get_sms_progress(self):
        """How far a campaign is, for the bar on its form; asked every few seconds.

        :return: ``state``, ``paused``, and the counts ``total``, ``prepared``, ``waiting``,
            ``unknown``, ``sent``, ``delivered``, ``failed``, ``canceled``, ``clicked``,
            ``answered``, ``opted_out``; ``pause``, ``scheduled`` and ``cost`` in words
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: counts of a campaign that the user may read
        run = self.sudo().run_ids
        counts, reactions = {}, Counter()
        for status, count, clicked, answered, opted_out in (
            self.env["mailing.trace"]
            .sudo()
            ._read_group(
                [("mass_mailing_id", "=", self.id), ("is_test_trace", "=", False)],
                ["trace_status"],
                [
                    "__count",
                    "links_click_datetime:count",
                    "reply_datetime:count",
                    "optout_datetime:count",
                ],
            )
        ):
            counts[status] = count
            reactions.update(clicked=clicked, answered=answered, opted_out=opted_out)
        delivered = sum(counts.get(status, 0) for status in ("sent", "open", "reply"))
        return {
            "state": self.state,
            "paused": self.sms_paused,
            "stopped": self.sms_stopped,
            "pause": self._get_pause_text() if self.sms_paused else "",
            "scheduled": (
                format_datetime(self.env, self.schedule_date)
                if self.state == "in_queue" and self.schedule_date
                else ""
            ),
            "total": run.total,
            "prepared": run.prepared,
            "waiting": counts.get("outgoing", 0),
            "unknown": counts.get("process", 0),
            "sent": counts.get("pending", 0),
            "delivered": delivered,
            "failed": counts.get("error", 0) + counts.get("bounce", 0),
            "canceled": counts.get("cancel", 0),
            "clicked": reactions["clicked"],
            "answered": reactions["answered"],
            "opted_out": reactions["opted_out"],
            "cost": format_amount(self.env, self.sms_cost, self.currency_id),
        }

    def _get_pause_text(self):
        """:return: why the campaign is held, unless a person wanted it so"""
        if self.sms_pause_reason == "user":
            return ""
        labels = dict(self._fields["sms_pause_reason"]._description_selection(self.env))
        parts = (labels.get(self.sms_pause_reason), self.sms_pause_detail)
        return " - ".join(filter(None, parts))
