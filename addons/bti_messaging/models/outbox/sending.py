import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models

from ...gateways.base import (
    ChannelProblem,
    CredentialsError,
    FailureReason,
    OutgoingMessage,
    PermanentError,
    TransientError,
    UnknownOutcome,
)
from ...gateways.content import Address, AddressKind
from ...tools import handover
from ...tools.backoff import get_delay
from ..mixins.batch_job import BatchJob, isolated
from .queue import BATCH_SIZE

_logger = logging.getLogger(__name__)

RECORD_TRIES = 5


@dataclass(frozen=True)
class Outcome:
    """What one try to send gave: the next ``state`` with its ``vals``, and the ``problem``
    of the whole channel, if it has one. Not ``tried``: the provider was not even called.
    ``addresses``: other names of the person that the provider told; ``retry_after``: the seconds
    that it asks to wait."""

    state: str
    vals: dict = field(default_factory=dict)
    problem: ChannelProblem | None = None
    detail: str = ""
    tried: bool = True
    addresses: tuple[Address, ...] = ()
    retry_after: int = 0


class BtiMessage(models.Model):
    """A channel's job hands over to the provider what waits, and writes what came of it."""

    _inherit = "bti.message"

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
            if pause := channel._get_pause(gateway):
                job.commit(channel._slow_down, pause, tries=RECORD_TRIES)
                job.end()
                return
            size = BATCH_SIZE

    def _prepare_outgoing(self):
        """:return: the message by value, for the gateway
        :rtype: OutgoingMessage
        """
        self.ensure_one()
        return OutgoingMessage(
            ref=self.sms_uuid,
            address=self._get_recipient(),
            content=self._prepare_content(),
            sender=self.channel_id._get_sender(self.purpose),
            reply_to=self.reply_to_id.provider_ref or "",
            human=self.is_personal,
        )

    def _get_recipient(self):
        """Hook: to whom it goes.

        :rtype: Address
        """
        self.ensure_one()
        return Address(AddressKind.PHONE, self.number or "")

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
        blocked_until = problem and channel._set_problem(
            problem.problem, problem.detail, problem.retry_after
        )
        if not problem and channel.problem and any(out.state == "sent" for out in outcomes):
            channel._clear_problem()
        groups = {}
        for message, outcome in zip(self, outcomes, strict=True):
            vals = dict(outcome.vals)
            if outcome.state == "outgoing":
                if not outcome.tried:
                    vals["tries"] = message.tries - 1
                delay = max(get_delay(message.tries), timedelta(seconds=outcome.retry_after))
                vals["next_try_at"] = blocked_until or fields.Datetime.now() + delay
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
        for message, outcome in zip(self, outcomes, strict=True):
            if outcome.addresses:
                fault = "Message %s: the names of its recipient: %s"
                with isolated(self.env.cr, _logger.exception, fault, message.id):
                    message._learn_addresses(outcome.addresses)

    def _learn_addresses(self, addresses):
        """Hook: the provider told other names of the person when it took the message.

        :param addresses: of type ``Address``
        """


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
            outgoing = self.gateway.prepare(outgoing)
            self.journal.note(outgoing.ref)
            handed_over = True
            result = self.gateway.send(outgoing)
            return Outcome(
                "sent",
                {
                    "provider_ref": result.provider_ref or False,
                    "simulated": result.simulated,
                },
                addresses=result.addresses,
            )
        except (TransientError, CredentialsError) as error:
            return Outcome(
                "outgoing",
                {"failure_reason": error.detail},
                problem=error.problem,
                detail=error.detail,
                retry_after=getattr(error, "retry_after", 0),
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
