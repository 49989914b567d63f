import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import EVENT_MAX_TRIES, INBOX_BATCH
from ...gateways.charset import clean
from ...tools.backoff import get_delay
from ..mixins.batch_job import BatchJob

_logger = logging.getLogger(__name__)


class BtiRetryMixin(models.AbstractModel):
    """What came in on a channel, is handled by its job and tried again when that fails.

    The model has a field ``state``: "new" until it is handled or given up.
    """

    _name = "bti.retry.mixin"
    _inherit = ["bti.agent.action.mixin"]
    _description = "Handled by the Job of a Channel"

    # Rows handled between two commits.
    _batch_size = INBOX_BATCH
    # States from which a person may let the job try once more.
    _given_up_states = ("failed",)

    # === FIELDS === #

    channel_id = fields.Many2one(
        "bti.channel",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="channel_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    tries = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)
    error = fields.Text(readonly=True)

    # === ACTIONS === #

    def action_process_again(self):
        """Try once more what was given up."""
        self._bti_check_manager()
        # sudo: nobody writes what was received; the check above is the right to do this
        given_up = self.sudo().filtered(lambda row: row.state in row._given_up_states)
        given_up.write({"state": "new", "tries": 0, "next_try_at": fields.Datetime.now()})
        given_up.channel_id._wake()

    # === BUSINESS METHODS === #

    @api.model
    def _process_channel(self, channel):
        """Handle the rows that are due, in batches.

        :param bti.channel channel: the channel whose job this is
        """
        job = BatchJob(self.env, channel._wake)
        job.begin(self.search_count(self._get_due_domain(channel)))
        job.run(
            lambda: self.search(
                self._get_due_domain(channel), order="next_try_at, id", limit=self._batch_size
            ),
            lambda rows: rows._process_batch(),
        )

    def _process_batch(self):
        """Hook: handle some rows of one channel; the fault of one must not spoil the others."""
        raise NotImplementedError

    @api.model
    def _get_due_domain(self, channel):
        """:return: what the job of a channel has to handle now
        :rtype: Domain
        """
        return (
            Domain("channel_id", "=", channel.id)
            & Domain("state", "=", "new")
            & Domain("next_try_at", "<=", fields.Datetime.now())
        )

    def _wait_until(self, moment):
        """Let the job look at it again, not before a time.

        :param datetime moment: when
        """
        self.ensure_one()
        self.next_try_at = moment
        self.channel_id._wake(at=moment)

    def _postpone(self, error=None, given_up_as="failed"):
        """Try again, after longer and longer times, and give up in the end.

        :param Exception error: what went wrong; None when something is only not there yet
        :param str given_up_as: the last state
        """
        self.ensure_one()
        if error:
            _logger.error(
                "%s %s of channel %s",
                self._description,
                self.id,
                self.channel_id.id,
                exc_info=error,
            )
        tries = self.tries + 1
        vals = {
            "tries": tries,
            # it may repeat what was received
            "error": error and clean(f"{type(error).__name__}: {error}"[:1000]),
        }
        if tries >= EVENT_MAX_TRIES:
            _logger.warning("%s %s given up as %s", self._description, self.id, given_up_as)
            self.write({**vals, "state": given_up_as})
        else:
            self.write(vals)
            self._wait_until(fields.Datetime.now() + get_delay(tries))
