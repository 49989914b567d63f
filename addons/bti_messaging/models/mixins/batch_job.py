import logging
from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# When to look again at rows that others hold.
LOCKED_DELAY = timedelta(seconds=30)


@contextmanager
def isolated(cr, on_fault, *args):
    """Do something whose fault must undo neither what was done before nor what comes after.

    What the block wrote is undone, then the fault is told. A conflict with another transaction is
    no fault: it passes, for the whole transaction has to be done again::

        with isolated(self.env.cr, row._postpone):
            row._process()
        with isolated(self.env.cr, _logger.exception, "Row %s: %s", row.id):
            row._tell()

    :param Cursor cr: the block gets a savepoint of its own
    :param callable on_fault: called with ``args`` and the exception, outside of the savepoint
    """
    try:
        with cr.savepoint():
            yield
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise
    except Exception as error:  # whatever it was: the others go on
        on_fault(*args, error)


class BatchJob:
    """One run of a scheduled action that works in batches, each a transaction of its own.

    Odoo's ``ir.cron._commit_progress`` commits, counts and tells how much time is left. This adds
    what it leaves to each job: rows that others hold are left to them, and a conflict with
    another transaction undoes one batch, ends the run and calls the action again, which then sees
    what the other one wrote. What is left when time is over is for the entry of the action to
    call it again for (``ir.cron._bti_go_on``)::

        job = BatchJob(self.env, channel._wake)
        job.begin(self.search_count(due))
        job.run(lambda: self.search(due, limit=100), lambda rows: rows._process(gateway))

    One row's own fault is kept from the others with :func:`isolated`.
    """

    def __init__(self, env, wake):
        """
        :param odoo.api.Environment env: whose cursor is committed
        :param callable wake: calls the scheduled action again after the present transaction, with
            ``at`` not before that time (UTC)
        """
        self.env = env
        self.wake = wake
        self.seconds_left = float("inf")

    @property
    def goes_on(self):
        """Whether there is time for another batch, and none has met a conflict."""
        return self.seconds_left > 0

    def begin(self, remaining=None):
        """Commit, so that the run sees the present state, and learn how much time it has.

        :param int remaining: how many rows there are to handle
        """
        self._commit(remaining=remaining)

    def end(self):
        """Commit; there is nothing left to do, or nothing that another run could do better."""
        self._commit(remaining=0)

    def run(self, find, handle):
        """Find, lock, handle and commit one batch after the other, until nothing is found.

        :param callable find: gives the next rows; what was handled is not among them
        :param callable handle: called with those that nobody else holds
        """
        while self.goes_on:
            with self._until_conflict():
                found = find()
                rows = found.try_lock_for_update()
                if found and not rows:
                    self.wake_for_locked()
                if not rows:
                    return
                handle(rows)
                self._commit(len(rows))

    def commit(self, step, *args, processed=0, tries=1):
        """Do one step and commit it.

        :param callable step: called with ``args``, at each try anew
        :param int processed: how many rows it handles
        :param int tries: how often it is done after a conflict, for what must not be lost
        :return: what the step returned, or None when a conflict has undone it: what it claimed
            or promised does not hold
        """
        for _attempt in range(tries - 1):
            try:
                result = step(*args)
                self._commit(processed)
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        with self._until_conflict():
            result = step(*args)
            self._commit(processed)
            return result
        return None

    def wake_for_locked(self):
        """Others are at work on all rows that were found: look again when they may be done."""
        self.wake(at=fields.Datetime.now() + LOCKED_DELAY)

    def _commit(self, processed=0, remaining=None):
        self.seconds_left = self.env["ir.cron"]._commit_progress(processed, remaining=remaining)

    @contextmanager
    def _until_conflict(self):
        try:
            yield
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            _logger.info("Undone, to be done again: %s", str(error).partition("\n")[0])
            self.env.cr.rollback()
            self.wake()
            self._commit()
            self.seconds_left = 0
