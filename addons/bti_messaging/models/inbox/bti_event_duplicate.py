import logging

from odoo import api, models

from ...gateways.sms import numbers

_logger = logging.getLogger(__name__)


class BtiEvent(models.Model):
    """One SMS that a provider tells twice under two ids of its calls: said, not hidden.

    Some phones hand one SMS to the app through two receivers. With one id of the message both are
    one (``_get_imprint``). Without any, the same words written twice within one second are rare,
    yet nobody but a reader can be sure: both are kept.
    """

    _inherit = "bti.event"

    _message_idx = models.Index("(channel_id, occurred_at) WHERE kind = 'message'")

    @api.model
    def _store(self, events):
        stored = super()._store(events)
        stored.filtered(lambda event: event.kind == "message")._tell_duplicates()
        return stored

    def _tell_duplicates(self):
        """Note on each message that the same text of the same sender has the same date."""
        if not self:
            return
        alike, same = {}, {}
        for event in self.search(
            [
                ("channel_id", "in", self.channel_id.ids),
                ("kind", "=", "message"),
                ("occurred_at", "in", list(set(self.mapped("occurred_at")))),
            ],
            order="id",
        ):
            alike.setdefault(event._get_likeness(), event)
            same.setdefault(event._get_imprint(), event)
        for event in self:
            twin = event._get_imprint() and same.get(event._get_imprint(), event)
            if twin and twin != event:
                event.detail = self.env._("The same message as event %(event)s", event=twin.id)
                continue
            twin = alike.get(event._get_likeness(), event)
            if twin != event:
                event.detail = self.env._(
                    "Perhaps the same message as event %(event)s", event=twin.id
                )
                _logger.warning(
                    "Channel %s: event %s from %s may be event %s told again",
                    event.channel_id.id,
                    event.id,
                    numbers.mask(event.sender or ""),
                    twin.id,
                )

    def _get_likeness(self):
        self.ensure_one()
        return (self.channel_id, self.occurred_at, self.sender, self.body)
