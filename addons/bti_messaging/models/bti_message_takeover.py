import logging

from odoo import api, fields, models
from odoo.fields import Domain

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
        cron = self.env["ir.cron"]
        last_id = 0
        while channel._is_given_up():
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
            messages.try_lock_for_update()._move_to_others(channel)
            if cron._commit_progress() <= 0:
                break

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
        chosen = channel._choose_channels(
            channel.company_id,
            channel.kind,
            [(message.number or "", message.purpose) for message in self],
            exclude=channel | unfit,
        )
        groups = {}
        for message, choice in zip(self, chosen, strict=True):
            if choice:
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

    def _change_channel(self, channel):
        """Hook: let another channel carry messages that wait; what they cost follows.

        :param bti.channel channel: the new one
        """
        for parts, messages in self.grouped("parts").items():
            messages.write(
                {
                    "channel_id": channel.id,
                    "cost": parts * channel.cost_per_part,
                    "next_try_at": fields.Datetime.now(),
                }
            )
