from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

# A call that has waited so long may have been made while no scheduler was listening.
FRESH = timedelta(seconds=5)


class IrCron(models.Model):
    """How a scheduled action of ours is called: by whoever has work for it, once."""

    _inherit = "ir.cron"

    def _bti_wake(self, at=None, since=None, brief=False):
        """Run these actions after this transaction. Asked twice, they run once.

        :param datetime at: not before this time (UTC); None for now
        :param datetime since: a call between it and ``at`` will do; None for the same time only
        :param bool brief: this transaction ends within milliseconds, the run may wait for it
        """
        # sudo: whoever has work for an action may have it done
        for cron in self.sudo():
            if at and at > fields.Datetime.now() + FRESH:
                # what is called for sooner may have begun, without seeing our rows
                is_known = (
                    self.env["ir.cron.trigger"]
                    .sudo()
                    .search_count(
                        [
                            ("cron_id", "=", cron.id),
                            ("call_at", ">=", since or at),
                            ("call_at", "<=", at),
                        ],
                        limit=1,
                    )
                )
            else:
                is_known = not at and cron._bti_is_being_woken(brief)
            if not is_known:
                # as of the beginning of this transaction, by which it is told from later calls
                cron._trigger(at=at or self.env.cr.now().replace(microsecond=0))

    @api.model
    def _bti_wake_job(self, xmlid, at=None, since=None):
        """As :meth:`_bti_wake`, for the action of an addon, which somebody may have deleted.

        :param str xmlid: its external id
        """
        cron = self.env.ref(xmlid, raise_if_not_found=False)
        if cron:
            cron._bti_wake(at=at, since=since)

    def _bti_is_being_woken(self, brief):
        """Whether the action is about to run anyway, and will see the rows of this transaction.

        A call of this transaction itself becomes visible together with its rows. Somebody else's
        may be answered before: a run first deletes the calls that it answers, so a call that this
        transaction can hold back from deletion is of a run that has not started. The run waits for
        us then, and every other action behind it: fit for a burst of webhooks, not for the
        transaction of a person, which may last minutes. Only calls made for at once, and of late,
        count: the scheduler was told of them, it finds others in a minute.
        """
        self.ensure_one()
        self.env["ir.cron.trigger"].flush_model(["cron_id", "call_at"])
        calls = SQL(
            "SELECT id FROM ir_cron_trigger WHERE cron_id = %s AND call_at <= create_date",
            self.id,
        )
        cr = self.env.cr
        if not brief:
            return bool(
                self.env.execute_query(SQL("%s AND create_date = %s LIMIT 1", calls, cr.now()))
            )
        try:
            # a call that was answered since our transaction began must not leave it aborted
            with cr.savepoint(flush=False):
                cr.execute(
                    SQL(
                        "%s AND call_at <= %s AND create_date >= %s"
                        " LIMIT 1 FOR KEY SHARE SKIP LOCKED",
                        calls,
                        fields.Datetime.now(),
                        cr.now() - FRESH,
                    ),
                    log_exceptions=False,
                )
                return bool(cr.fetchone())
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            return False

    def _bti_go_on(self):
        """To be called at the end of a run of this action: what it had no time for is done by
        another run, at once. The scheduler by itself would go on in a minute."""
        if self.env["ir.cron"]._commit_progress() <= 0:
            self.sudo()._trigger()  # sudo: the system's own job
            self.env["ir.cron"]._commit_progress()
