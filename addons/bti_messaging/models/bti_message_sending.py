import logging
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..gateways.base import (
    ChannelProblem,
    CredentialsError,
    FailureReason,
    OutgoingMessage,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from ..tools.backoff import get_delay

_logger = logging.getLogger(__name__)

RECORD_TRIES = 5


@dataclass(frozen=True)
class Outcome:
    """What one try to send gave: the next ``state`` with its ``vals``, and the ``problem``
    of the whole channel, if it has one."""

    state: str
    vals: dict = field(default_factory=dict)
    problem: ChannelProblem | None = None
    detail: str = ""


class BtiMessage(models.Model):
    """The outbox at work: what a channel's scheduled action does with its queue."""

    _inherit = "bti.message"

    @api.model
    def _get_queue_domain(self, channel):
        """Hook: the rows that may be sent now.

        :param bti.channel channel: an active channel
        :rtype: Domain
        """
        return (
            Domain("channel_id", "=", channel.id)
            & Domain("state", "=", "outgoing")
            & Domain("next_try_at", "<=", fields.Datetime.now())
            # asked anew for each row, so that a pause stops a run in the middle
            & Domain("channel_id.state", "=", "active")
        )

    @api.model
    def _process_channel(self, channel):
        """Send what waits: claim one row, commit, call the provider, write, commit.

        :param bti.channel channel: the channel whose job this is
        """
        self._recover_interrupted(channel)
        cron = self.env["ir.cron"]
        if not channel._is_sending_allowed():
            cron._commit_progress(remaining=0)
            return
        gateway = channel._get_gateway()
        left = cron._commit_progress(remaining=self.search_count(self._get_queue_domain(channel)))
        while left > 0:
            message = self._claim_next(channel)
            if not message:
                cron._commit_progress(remaining=0)
                break
            outcome = message._try_to_send(gateway)
            left = message._record(outcome)
            if outcome.problem:
                # the other rows would meet the same obstacle
                cron._commit_progress(remaining=0)
                break

    @api.model
    def _recover_interrupted(self, channel):
        """Rows found in "sending": the process died between the call and its record.

        A channel's job never runs twice at once, so nobody is sending them now.
        """
        interrupted = self.search(
            [
                ("channel_id", "=", channel.id),
                ("state", "=", "sending"),
            ]
        )
        if interrupted:
            _logger.warning("Messages %s: interrupted while sending", interrupted.ids)
            interrupted._update_state(
                "unknown",
                failure_reason="interrupted while sending",
            )

    @api.model
    def _claim_next(self, channel):
        """Take the row that has waited longest and commit, so that neither a rollback nor
        another process can send it a second time.

        :return: one message in state "sending", or none
        """
        try:
            message = self.search(
                self._get_queue_domain(channel),
                order="next_try_at, id",
                limit=1,
            ).try_lock_for_update()
            if message:
                message.write({"tries": message.tries + 1})
                message._update_state("sending")
            self.env["ir.cron"]._commit_progress()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # somebody canceled it in this very moment: look again at the next wake-up
            self.env.cr.rollback()
            channel._wake()
            self.env["ir.cron"]._commit_progress()
            return self.browse()
        return message

    def _prepare_outgoing(self):
        """:return: the message by value, for the gateway
        :rtype: OutgoingMessage
        """
        self.ensure_one()
        return OutgoingMessage(
            ref=self.sms_uuid,
            number=self.number or "",
            body=self.body or "",
        )

    def _try_to_send(self, gateway):
        """Call the provider. Writes nothing.

        :param Gateway gateway: of the message's channel
        :rtype: Outcome
        """
        self.ensure_one()
        try:
            outgoing = self._prepare_outgoing()
            gateway.check(outgoing)
            result = gateway.send(outgoing)
        except TransientError as error:
            return Outcome(
                "outgoing",
                {"failure_reason": error.detail},
                problem=error.problem,
                detail=error.detail,
            )
        except CredentialsError as error:
            return Outcome(
                "outgoing",
                {"failure_reason": error.detail},
                problem=error.problem,
                detail=error.detail,
            )
        except UnknownOutcome as error:
            return Outcome("unknown", {"failure_reason": error.detail})
        except PermanentError as error:
            return Outcome(
                "failed",
                {
                    "failure_type": error.reason.value,
                    "failure_reason": error.detail,
                    "cost": 0.0,
                },
            )
        except Exception as error:  # one poisonous message must not hold up the queue
            _logger.exception("Message %s could not be sent", self.id)
            return Outcome(
                "failed",
                {
                    "failure_type": FailureReason.ERROR.value,
                    "failure_reason": f"{type(error).__name__}: {error}"[:500],
                },
            )
        return Outcome(
            "sent",
            {
                "provider_ref": result.provider_ref or False,
                "simulated": result.simulated,
            },
        )

    def _record(self, outcome):
        """Write the outcome and commit; what happened outside is not undone by a conflict.

        :param Outcome outcome: what the provider said
        :return: seconds left for this run
        :rtype: float
        """
        for attempt in range(RECORD_TRIES):
            try:
                self._apply(outcome)
                return self.env["ir.cron"]._commit_progress(1)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                if attempt == RECORD_TRIES - 1:
                    raise
        return 0

    def _apply(self, outcome):
        vals = dict(outcome.vals)
        channel = self.channel_id
        if outcome.problem:
            vals["next_try_at"] = channel._set_problem(outcome.problem, outcome.detail)
        elif outcome.state == "outgoing":
            vals["next_try_at"] = fields.Datetime.now() + get_delay(self.tries)
            channel._wake(at=vals["next_try_at"])
        elif outcome.state == "sent" and channel.problem:
            channel._clear_problem()
        changed = self._update_state(outcome.state, **vals)
        if not changed and vals.get("provider_ref"):
            # its report was faster; the reference is still that of this message
            self.provider_ref = vals["provider_ref"]
