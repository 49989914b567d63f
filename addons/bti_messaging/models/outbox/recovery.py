import logging
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ...gateways.base import GatewayError
from ...tools import handover
from ...tools.moment import plausible

_logger = logging.getLogger(__name__)

# Messages asked about at one push of the button: one request each.
LOOKUP_LIMIT = 50


class BtiMessage(models.Model):
    """What becomes of messages whose process died while it was sending them."""

    _inherit = "bti.message"

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
            reason = channel._for_readers().env._("interrupted while sending")
            interrupted._update_state("unknown", failure_reason=reason)

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


class BtiChannel(models.Model):
    """A phone can be asked what became of a message."""

    _inherit = "bti.channel"

    def action_look_up_unknown(self):
        """Ask the phone what became of the messages whose outcome is unknown.

        :return: a notification with the figures
        """
        gateway = self._get_phone()
        # sudo: nobody writes messages; who may set the channel up may have it asked
        messages = (
            self.env["bti.message"]
            .sudo()
            .search(
                [("channel_id", "=", self.id), ("state", "=", "unknown")],
                order="id",
                limit=LOOKUP_LIMIT,
            )
        )
        settled = never_seen = 0
        for message in messages:
            try:
                event = gateway.lookup(message.sms_uuid)
            except GatewayError as error:
                raise UserError(
                    self.env._("The phone does not answer: %(detail)s", detail=error.detail)
                ) from None
            if event is None:
                never_seen += 1
                continue
            settled += bool(
                message._update_state(
                    event.status,
                    failure_type=event.reason and event.reason.value,
                    failure_reason=event.detail,
                    date=plausible(event.occurred_at, fields.Datetime.now()),
                )
            )
        return self._notify_result(
            self.env._(
                "Settled: %(settled)s. Never received by the phone, safe to send again: "
                "%(never_seen)s.",
                settled=settled,
                never_seen=never_seen,
            ),
            "info",
        )
