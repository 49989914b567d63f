"""The embedded default: nothing leaves this server."""

import logging

from ..base import SendResult
from .numbers import mask
from .sms import SmsGateway

_logger = logging.getLogger(__name__)


class LogGateway(SmsGateway):
    """Writes to the server's log that a message would have been sent."""

    trial = True

    def send(self, message):
        """Pretend to send; the result says so."""
        _logger.info("SMS %s to %s not really sent", message.ref, mask(message.address.value))
        return SendResult(simulated=True)
