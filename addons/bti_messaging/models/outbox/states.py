import logging

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# target state: states that it may replace. Reports come late, twice and in any order; a
# message that went back to the queue may turn out to have been accepted after all.
TRANSITIONS = {
    "sending": {"outgoing"},
    "outgoing": {"sending"},
    # taken over, and lost by the provider for all that is known
    "unknown": {"sending", "sent"},
    "sent": {"outgoing", "sending", "unknown"},
    "delivered": {"outgoing", "sending", "unknown", "sent"},
    "failed": {"outgoing", "sending", "unknown", "sent"},
    "canceled": {"outgoing"},
}


class BtiMessage(models.Model):
    """How a message is found by its reference and moves from state to state."""

    _inherit = "bti.message"

    @api.model
    def _find_by_ref(self, channel, ref):
        """:param str ref: our reference or the provider's
        :return: the message of this channel, or none
        """
        return self._find_by_refs(channel, [ref]).get(ref, self.browse())

    @api.model
    def _find_by_refs(self, channel, refs):
        """Find the messages of many reports at once.

        :param list[str] refs: our references or the provider's
        :return: the message of this channel, by reference; unknown ones are missing
        :rtype: dict[str, bti.message]
        """
        refs = set(filter(None, refs))
        own = Domain("channel_id", "in", channel.ids) & Domain("direction", "=", "out")
        found = {
            message.sms_uuid: message
            for message in self.search(own & Domain("sms_uuid", "in", refs))
        }
        if rest := refs - found.keys():
            for message in self.search(own & Domain("provider_ref", "in", rest), order="id"):
                found.setdefault(message.provider_ref, message)
        return found

    def _update_state(self, target, date=None, **vals):
        """Move forward to ``target`` those messages that may; the only way to change a
        state. Late, repeated and reversed reports are normal and change nothing.

        :param str target: the new state, or "read"
        :param datetime date: when it happened; now by default
        :param vals: other values to write with it
        :return: the messages that changed
        """
        if target == "read":
            return self._mark_read(date)
        changed = self.filtered(lambda message: message.state in TRANSITIONS[target])
        for message in self - changed:
            _logger.info("Message %s stays %s, not %s", message.id, message.state, target)
        if not changed:
            return changed
        now = fields.Datetime.now()
        vals.update(state=target, date_state=now)
        if target in ("sent", "delivered"):
            vals.setdefault("failure_type", False)
            vals.setdefault("failure_reason", False)
            vals.setdefault("in_doubt", False)
        if target == "delivered":
            vals["date_delivered"] = date or now
        newly_sent = self.browse()
        if target in ("sent", "delivered"):
            newly_sent = changed.filtered(lambda message: not message.date_sent)
            newly_sent.date_sent = date or now
        changed.write(vals)
        changed._after_state_change(newly_sent)
        return changed

    def _mark_read(self, date=None):
        """The person has read these messages: they were delivered, whoever forgot to say so.

        :param datetime date: when; now by default
        :return: the messages that were not known as read
        """
        self._update_state("delivered", date=date)
        unread = self.filtered(
            lambda message: message.state == "delivered" and not message.date_read
        )
        unread.date_read = date or fields.Datetime.now()
        return unread

    def _after_state_change(self, newly_sent):
        """Hook: the states of these messages have changed.

        :param bti.message newly_sent: those of them that the provider has just taken over
        """
