import logging
from datetime import timedelta

from odoo import api, fields, models

from ...const import PROBLEMS_FOR_ADMIN
from ...tools.backoff import CREDENTIALS_DELAY, get_delay
from ...tools.readers import in_language_of
from ..mixins.batch_job import BatchJob

_logger = logging.getLogger(__name__)


class BtiChannel(models.Model):
    """The channel at work: its scheduled action, and its troubles."""

    _inherit = "bti.channel"

    # === BUSINESS METHODS: JOBS === #

    def _wake(self, at=None, brief=False):
        """Run the channels' scheduled actions after this transaction; see ``ir.cron._bti_wake``.

        :param datetime at: not before this time; None for now
        :param bool brief: this transaction ends within milliseconds, the job may wait for it
        """
        # sudo: whoever queued a row may have it handled
        self.sudo().ir_cron_id._bti_wake(at=at, brief=brief)

    @api.model
    def _cron_process_channel(self, channel_id):
        """Entry of the scheduled actions.

        :param int channel_id: the channel; it may have been deleted meanwhile
        """
        channel = self.browse(channel_id).exists()
        if channel:
            channel = channel.with_company(channel.company_id)
            channel._cron_process()

    def _cron_process(self):
        """Do what there is to do. Commits batch by batch; what meets a conflict outside of a batch
        (a note of the job on the channel, while an administrator writes to it) is done again."""
        self.ensure_one()
        BatchJob(self.env, self._wake).commit(self._work)
        # sudo: the system's own job
        self.sudo().ir_cron_id._bti_go_on()

    def _work(self):
        """Hook: what the channel's job does; what came in first, then what waits to be sent."""
        self.ensure_one()

    def _is_sending_allowed(self):
        """Hook: whether the channel may be called now."""
        self.ensure_one()
        return self.state == "active" and (
            not self.blocked_until or self.blocked_until <= fields.Datetime.now()
        )

    # === BUSINESS METHODS: PROBLEMS === #

    def _set_problem(self, problem, detail, retry_after=0):
        """Note that nothing can be sent for now, and when to try again.

        :param ChannelProblem problem: what the gateway met
        :param str detail: the provider's words
        :param int retry_after: seconds that the provider asks to wait
        :return: the time of the next try
        :rtype: datetime
        """
        self.ensure_one()
        is_new = self.problem != problem.value
        count = 1 if is_new else self.problem_count + 1
        needs_admin = problem.value in PROBLEMS_FOR_ADMIN
        delay = (
            get_delay(count, first=CREDENTIALS_DELAY, longest=CREDENTIALS_DELAY)
            if needs_admin
            else get_delay(count)
        )
        blocked_until = fields.Datetime.now() + max(delay, timedelta(seconds=retry_after))
        self.write(
            {
                "problem": problem.value,
                "problem_detail": detail[:500],
                "problem_count": count,
                "blocked_until": blocked_until,
            }
        )
        if is_new:
            _logger.warning("Channel %s (%s): %s %s", self.name, self.id, problem.value, detail)
            if needs_admin:
                readers = self._for_readers()
                readers._message_log(body=readers._get_problem_text())
        self._wake(at=blocked_until)
        return blocked_until

    def _get_reader(self):
        """Hook: who reads what jobs write about the channel.

        :return: whose language counts
        :rtype: res.partner
        """
        return self.company_id.partner_id

    def _for_readers(self):
        """:return: the same in the language of the people who look after the channel: a job, or
        the network that calls, has none of its own
        """
        self.ensure_one()
        # sudo: the language of a colleague, for whoever makes the program write
        return in_language_of(self, self.sudo()._get_reader())

    def _get_problem_text(self):
        labels = dict(self._fields["problem"]._description_selection(self.env))
        return f"{labels[self.problem]} ({self.problem_detail})"

    def _clear_problem(self):
        """Hook: sending works again, or an administrator asks to try: nothing waits any longer."""
        troubled = self.filtered("problem")
        troubled.write(
            {
                "problem": False,
                "problem_detail": False,
                "problem_count": 0,
                "blocked_until": False,
            }
        )
        self._wake()
