import logging

from odoo import models

_logger = logging.getLogger(__name__)


class BtiInbox(models.Model):
    """A call that may be for several channels of one app."""

    _inherit = "bti.inbox"

    def _parse(self, gateway):
        account = self.channel_id.account_id
        return account._parse(self._get_request()) if account else super()._parse(gateway)

    def _find_channel(self, event):
        account = self.channel_id.account_id
        if not account or not event.account:
            return super()._find_channel(event)
        channel = account._find_event_channel(event.account)
        if not channel:
            _logger.info("App %s: nothing here is for %s", account.id, event.account)
        return channel
