"""What all SMS gateways have in common."""

import logging

from . import numbers
from .base import FailureReason, Gateway, PermanentError

_logger = logging.getLogger(__name__)


class SmsGateway(Gateway):
    """An SMS goes to a mobile number in E.164 and has a text."""

    kind = "sms"

    def check(self, message):
        """Refuse empty texts and numbers that cannot receive an SMS; only warn about those
        that the numbering plan does not know yet."""
        if not message.number:
            raise PermanentError(reason=FailureReason.NUMBER_MISSING)
        number = numbers.analyse(message.number)
        if number is None or number.e164 != message.number:
            raise PermanentError(message.number, reason=FailureReason.NUMBER_INVALID)
        if not number.mobile:
            raise PermanentError(message.number, reason=FailureReason.NOT_MOBILE)
        if not number.valid:
            _logger.warning(
                "Message %s: %s is not in the numbering plan, trying all the same",
                message.ref,
                numbers.mask(message.number),
            )
        if not message.body:
            raise PermanentError("empty text", reason=FailureReason.ERROR)
