import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import config

from ...gateways.base import (
    ChannelProblem,
    CredentialsError,
    FailureReason,
    OutgoingMessage,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from ...tools import handover
from ...tools.backoff import get_delay
from ..mixins.batch_job import BatchJob

_logger = logging.getLogger(__name__)

RECORD_TRIES = 5
# Rows claimed between two commits.
BATCH_SIZE = 100


@dataclass(frozen=True)
class Outcome:
    """What one try to send gave: the next ``state`` with its ``vals``, and the ``problem``
    of the whole channel, if it has one. Not ``tried``: the provider was not even called."""

    state: str
    vals: dict = field(default_factory=dict)
    problem: ChannelProblem | None = None
    detail: str = ""
    tried: bool = True


class BtiMessage(models.Model):
    """The outbox at work: what a channel's scheduled action does with its queue."""

    _inherit = "bti.message"

    claim_token = fields.Char(readonly=True, copy=False, help="Names the batch of the last try.")

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
            & self._get_free_domain(channel.company_id)
        )

    @api.model
    def _get_free_domain(self, companies):
        """Hook: the rows that nobody holds back on purpose, one message by another.

        :param res.company companies: the senders
        :rtype: Domain
        """
        return Domain.TRUE

    @api.model
    def _process_channel(self, channel):
        """Send what waits: claim some rows, commit, call the provider, write, commit.

        The first row goes alone and finds out for all whether the provider is there.

        :param bti.channel channel: the channel whose job this is
        """
        self._recover_interrupted(channel)
        self._settle_queue(channel)
        job = BatchJob(self.env, channel._wake)
        if not channel._is_sending_allowed():
            self._take_over(channel)
            job.end()
            return
        gateway = channel._get_gateway()
        job.begin(self.search_count(self._get_queue_domain(channel)))
        size = 1
        while job.goes_on:
            allowed = channel._get_rate_allowance(size)
            messages = self._claim(job, channel, allowed) if allowed else self.browse()
            if not messages:
                job.end()
                return
            outcomes = messages._try_to_send(gateway)
            # what happened outside is not undone by a conflict: it is written in the end
            job.commit(messages._apply, outcomes, processed=len(messages), tries=RECORD_TRIES)
            if any(outcome.problem for outcome in outcomes):
                # the other rows would meet the same obstacle
                self._take_over(channel)
                job.end()
                return
            size = BATCH_SIZE

    @api.model
    def _settle_queue(self, channel):
        """Hook: decide what there is to decide about waiting messages, before any is claimed and
        whether or not the channel can send. May commit.

        :param bti.channel channel: the channel whose job this is
        """

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
        if not interrupted:
            return
        _logger.warning("Messages %s: interrupted while sending", interrupted.ids)
        interrupted -= interrupted._queue_untouched(channel)
        if not interrupted:
            return
        if channel._get_gateway().idempotent:
            interrupted._update_state("outgoing", in_doubt=True, next_try_at=fields.Datetime.now())
        else:
            interrupted._update_state("unknown", failure_reason="interrupted while sending")

    def _queue_untouched(self, channel):
        """Put back what was claimed and certainly not handed over before the process died.

        :param bti.channel channel: that of the messages, whose job this is
        :return: these messages
        """
        untouched = self.browse()
        for token, messages in self.grouped("claim_token").items():
            refs = handover.read(self._get_journal_path(channel), token)
            if refs is not None:
                untouched |= messages.filtered(
                    lambda message, refs=refs: message.sms_uuid not in refs
                )
        for tries, messages in untouched.grouped("tries").items():
            messages._update_state(
                "outgoing", tries=max(tries - 1, 0), next_try_at=fields.Datetime.now()
            )
        return untouched

    @api.model
    def _get_journal_path(self, channel):
        """:return: file in which the channel's job notes what it hands over
        :rtype: Path
        """
        return Path(config["data_dir"]) / "bti_handover" / self.env.cr.dbname / f"{channel.id}"

    @api.model
    def _claim(self, job, channel, limit):
        """Take the rows that have waited longest and commit, so that neither a rollback nor
        another process can send them a second time.

        :param BatchJob job: the run of the channel's job
        :param int limit: rows at most
        :return: messages in state "sending", perhaps none
        """
        look = limit
        while True:
            # None: somebody canceled one in this very moment, so none of them is claimed
            done = job.commit(self._claim_some, job, channel, limit, look)
            messages, unwanted = done or (self.browse(), self.browse())
            if messages or not unwanted or not job.goes_on:
                return messages
            look = BATCH_SIZE  # nobody wanted these: others wait behind them

    @api.model
    def _claim_some(self, job, channel, limit, look):
        """:param int look: how many rows of the queue to look at
        :return: messages in state "sending", and those that nobody wants any more
        :rtype: tuple[bti.message, bti.message]
        """
        due = self.search(self._get_queue_domain(channel), order="next_try_at, id", limit=look)
        found = due.try_lock_for_update()
        if due and not found:
            job.wake_for_locked()
        unwanted = found._find_unwanted()
        unwanted._update_state("canceled", failure_type="opted_out", cost=0.0)
        messages = (found - unwanted)[:limit]
        messages._mark_claimed()
        return messages, unwanted

    def _find_unwanted(self):
        """Hook: which of these messages must not go any more because their recipients do not
        want them, whatever allowed them when they were written.

        :rtype: bti.message
        """
        return self.browse()

    def _mark_claimed(self):
        token = secrets.token_hex(8)
        for tries, group in self.grouped("tries").items():
            group.write(
                {
                    "tries": tries + 1,
                    "date_tried": fields.Datetime.now(),
                    "claim_token": token,
                }
            )
        self._update_state("sending")

    def _prepare_outgoing(self):
        """:return: the message by value, for the gateway
        :rtype: OutgoingMessage
        """
        self.ensure_one()
        return OutgoingMessage(
            ref=self.sms_uuid,
            number=self.number or "",
            body=self._get_whole_text(),
        )

    def _try_to_send(self, gateway):
        """Call the provider, with as many requests at a time as it takes. Writes nothing.

        :param Gateway gateway: of the messages' channel
        :return: one outcome per message, in their order
        :rtype: list[Outcome]
        """
        outgoing = [message._prepare_outgoing() for message in self]
        path, token = self._get_journal_path(self.channel_id), self[:1].claim_token
        with handover.Journal(path, token) as journal:
            sender = _Sender(gateway, journal)
            if len(outgoing) == 1 or gateway.parallel == 1:
                return [sender.send(message) for message in outgoing]
            # the threads know the gateway and plain values only: no cursor, no records
            with ThreadPoolExecutor(min(gateway.parallel, len(outgoing))) as pool:
                return list(pool.map(sender.send, outgoing))

    def _apply(self, outcomes):
        """Write what became of each message; equal outcomes are written together."""
        channel = self.channel_id
        problem = next((outcome for outcome in outcomes if outcome.problem), None)
        blocked_until = problem and channel._set_problem(problem.problem, problem.detail)
        if not problem and channel.problem and any(out.state == "sent" for out in outcomes):
            channel._clear_problem()
        groups = {}
        for message, outcome in zip(self, outcomes, strict=True):
            vals = dict(outcome.vals)
            if outcome.state == "outgoing":
                if not outcome.tried:
                    vals["tries"] = message.tries - 1
                vals["next_try_at"] = blocked_until or (
                    fields.Datetime.now() + get_delay(message.tries)
                )
            key = (outcome.state, tuple(sorted(vals.items())))
            groups[key] = groups.get(key, self.browse()) | message
        for (state, vals), messages in groups.items():
            vals = dict(vals)
            if state == "unknown":
                # its report may have been faster
                messages = messages.filtered(lambda message: message.state == "sending")
            changed = messages._update_state(state, **vals)
            if state == "outgoing" and not problem:
                channel._wake(at=vals["next_try_at"])
            if vals.get("provider_ref"):
                # its report was faster; the reference is still that of this message
                (messages - changed).provider_ref = vals["provider_ref"]


class _Sender:
    """Hands messages over to one gateway, from several threads, until the whole channel is
    found to be in trouble: then the rest is left alone, as if it had not been tried."""

    def __init__(self, gateway, journal):
        """
        :param Gateway gateway: of the messages' channel
        :param handover.Journal journal: learns of each message just before it goes
        """
        self.gateway, self.journal = gateway, journal
        self.in_trouble = False

    def send(self, outgoing):
        """:param OutgoingMessage outgoing: one message
        :rtype: Outcome
        """
        if self.in_trouble:
            return Outcome("outgoing", tried=False)
        outcome = self._send(outgoing)
        if outcome.problem:
            self.in_trouble = True
        return outcome

    def _send(self, outgoing):
        handed_over = False
        try:
            self.gateway.check(outgoing)
            self.journal.note(outgoing.ref)
            handed_over = True
            result = self.gateway.send(outgoing)
            return Outcome(
                "sent",
                {
                    "provider_ref": result.provider_ref or False,
                    "simulated": result.simulated,
                },
            )
        except (TransientError, CredentialsError) as error:
            return Outcome(
                "outgoing",
                {"failure_reason": error.detail},
                problem=error.problem,
                detail=error.detail,
            )
        except UnknownOutcome as error:
            vals = {"failure_reason": error.detail}
            # who refuses repetitions may simply be asked again
            if self.gateway.idempotent:
                return Outcome("outgoing", {**vals, "in_doubt": True}, error.problem, error.detail)
            return Outcome("unknown", vals, error.problem, error.detail)
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
            _logger.exception("Message %s could not be sent", outgoing.ref)
            reason = f"{type(error).__name__}: {error}"[:500]
            if handed_over:
                # before, during or after the provider's answer: it may have the message
                return Outcome("unknown", {"failure_reason": reason})
            return Outcome(
                "failed",
                {"failure_type": FailureReason.ERROR.value, "failure_reason": reason},
            )
