import logging
import re

from odoo import api, fields, models
from odoo.fields import Domain

from ..mixins.batch_job import BatchJob

_logger = logging.getLogger(__name__)

TAKEOVER_BATCH = 500


class BtiMessage(models.Model):
    """What waits at a channel that is down goes through another one."""

    _inherit = "bti.message"

    is_pinned = fields.Boolean(
        string="This Channel Only",
        readonly=True,
        help="Somebody chose the channel, or the client wrote to it: no other one may send this.",
    )
    in_doubt = fields.Boolean(
        readonly=True,
        copy=False,
        help="The provider was called and did not answer; it recognises what it already has, so"
        " it is asked again. No other channel may send this.",
    )

    @api.model
    def _take_over(self, channel):
        """Move what waits to other channels, in small transactions. Only messages that the
        channel surely did not take are moved.

        :param bti.channel channel: one that may have been given up
        """
        job = BatchJob(self.env, channel._wake)
        last_id = 0
        while job.goes_on and channel._is_given_up():
            messages = self.search(
                [
                    ("channel_id", "=", channel.id),
                    ("state", "=", "outgoing"),
                    ("is_pinned", "=", False),
                    ("in_doubt", "=", False),
                    ("id", ">", last_id),
                ],
                order="id",
                limit=TAKEOVER_BATCH,
            )
            if not messages:
                break
            # those that no other channel may carry do not hide the ones behind them
            last_id = messages[-1].id
            job.commit(self._lock_and_move, messages, channel)

    @api.model
    def _lock_and_move(self, messages, channel):
        messages.try_lock_for_update()._move_to_others(channel)

    def _move_to_others(self, channel):
        """Move those of these messages that another channel can carry now."""
        # a trial channel would only pretend to send
        trials = [
            provider
            for provider, gateway in channel._get_gateway_classes().items()
            if gateway.trial
        ]
        unfit = channel.search(
            Domain("company_id", "=", channel.company_id.id)
            & (Domain("problem", "!=", False) | Domain("provider", "in", trials))
        )
        groups = {}
        for message, choice in zip(self, self._choose_others(channel, unfit), strict=True):
            # a text too long for the other one would be cut there
            if choice and message.parts <= choice.max_parts:
                groups[choice] = groups.get(choice, self.browse()) | message
        for choice, messages in groups.items():
            messages._change_channel(choice)
            _logger.info(
                "Channel %s is down: %s messages go through %s",
                channel.id,
                len(messages),
                choice.id,
            )
            choice._wake()

    def _choose_others(self, channel, unfit):
        """Choose who takes over. A text that says to which number one answers STOP is only
        carried by a channel that has this number: nobody would read the answer to another one.

        :param bti.channel channel: the channel of all these messages
        :param bti.channel unfit: channels that may not take over
        :return: a channel or an empty one per message, in their order
        :rtype: list[bti.channel]
        """
        exclude = channel | unfit
        strangers = channel.search([("company_id", "=", channel.company_id.id)]).filtered(
            lambda other: other._get_reply_number() != channel._get_reply_number()
        )
        wishes = [(message.number or "", message.purpose) for message in self]
        by_tie = {
            tied: channel._choose_channels(channel.company_id, channel.kind, wishes, exclude=barred)
            for tied, barred in ((False, exclude), (True, exclude | strangers))
        }
        return [by_tie[message._names_its_number()][place] for place, message in enumerate(self)]

    def _names_its_number(self):
        """Whether an offer tells its recipient to answer to the number of its channel."""
        self.ensure_one()
        number = self.purpose == "marketing" and self.channel_id._get_reply_number()
        return bool(number) and bool(re.search(rf"(?<!\d){number}(?!\d)", self.body or ""))

    def _choose_retry_channels(self, company):
        """Sent again, a text that names a number waits for the channel that has it, or fails when
        that is gone."""
        result = []
        for message, choice in zip(self, super()._choose_retry_channels(company), strict=True):
            own = message.channel_id
            if choice and choice != own and message._names_its_number():
                if choice._get_reply_number() != own._get_reply_number():
                    choice = own if own.active and own.state == "paused" else own.browse()
            result.append(choice)
        return result

    def _change_channel(self, channel):
        """Hook: let another channel carry messages that wait; what they cost follows.

        :param bti.channel channel: the new one
        """
        self.write({"channel_id": channel.id, "next_try_at": fields.Datetime.now()})
