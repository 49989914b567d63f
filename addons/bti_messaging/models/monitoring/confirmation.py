import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# Messages looked at by one run of the job that watches the channels; the rest by the next one.
DOUBT_LIMIT = 1000
# Older messages than those of a day are left alone: what had no report then was seen then.
DOUBT_WINDOW = timedelta(days=1)


class BtiMessage(models.Model):
    """What a provider took over and no report ever spoke of."""

    _inherit = "bti.message"

    event_ids = fields.One2many(
        "bti.event",
        "message_id",
        string="Events",
        groups="bti_messaging.group_messaging_manager",
    )


class BtiEvent(models.Model):
    """The report that confirms a message is kept as long as somebody may ask for it."""

    _inherit = "bti.event"

    @api.model
    def _get_old_domain(self, channel, before):
        asked = timedelta(minutes=channel.confirmation_minutes) + 2 * DOUBT_WINDOW
        return super()._get_old_domain(channel, before) & (
            Domain("kind", "!=", "status")
            | Domain("create_date", "<", fields.Datetime.now() - asked)
            | Domain("message_id.state", "!=", "sent")
        )


class BtiChannel(models.Model):
    """A gateway may lose what it took over, when its machine fails for instance. It reports each
    message that the operator has: one of which nothing is heard becomes *outcome unknown*."""

    _inherit = "bti.channel"

    confirmation_minutes = fields.Integer(
        string="Confirmed within",
        default=24 * 60,
        help="Minutes within which a report says that the operator has a message. What is never "
        "confirmed, while later messages are, becomes Outcome Unknown. 0: not watched.",
    )

    _confirmation_positive = models.Constraint(
        "CHECK(confirmation_minutes >= 0)",
        "The time for a confirmation is not negative.",
    )

    def _check_troubles(self):
        for channel in self:
            channel._doubt_unconfirmed()
        return super()._check_troubles()

    def _doubt_unconfirmed(self):
        """Give the state "unknown" to what was taken over and never confirmed. A report that comes
        in this very moment wins: the conflict undoes this, the others are looked at again.

        :return: the messages that changed
        :rtype: bti.message
        """
        self.ensure_one()
        messages = self._find_unconfirmed().try_lock_for_update()
        reason = self._for_readers().env._("never confirmed by the operator")
        doubted = messages._update_state("unknown", failure_reason=reason)
        if doubted:
            _logger.warning("Messages %s: never confirmed by the operator", doubted.ids)
        return doubted

    def _find_unconfirmed(self):
        """:return: sent messages without any report, although later ones have theirs
        :rtype: bti.message
        """
        Message = self.env["bti.message"]
        if not (self.has_webhook and self.confirmation_minutes):
            return Message
        # as long as no report comes at all, it is the reports that are missing
        last = self.env["bti.event"].search(
            Domain("channel_id", "=", self.id)
            & Domain("kind", "=", "status")
            & Domain("message_id", "!=", False),
            order="id desc",
            limit=1,
        )
        before = fields.Datetime.now() - timedelta(minutes=self.confirmation_minutes)
        confirmed = last.message_id.date_sent
        if not confirmed:
            return Message
        return Message.search(
            Domain("channel_id", "=", self.id)
            & Domain("direction", "=", "out")
            & Domain("state", "=", "sent")
            & Domain("simulated", "=", False)
            & Domain("date_sent", ">=", before - DOUBT_WINDOW)
            & Domain("date_sent", "<", min(before, confirmed))
            & Domain("event_ids", "=", False),
            order="date_sent",
            limit=DOUBT_LIMIT,
        )
