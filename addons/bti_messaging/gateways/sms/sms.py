"""What all SMS gateways have in common."""

import logging

from ..base import FailureReason, Gateway, PermanentError
from . import numbers

_logger = logging.getLogger(__name__)

# A shorter text is not looked for in the provider's words: it would blot out innocent ones.
SHORTEST_PRIVATE = 6


class SmsGateway(Gateway):
    """An SMS goes to a mobile number in E.164 and has a text."""

    kind = "sms"

    def _get_private(self, message):
        """What must not be read in an error or a log: the channel's secrets, and what the
        message says to whom (a provider's answer may repeat it).

        :param OutgoingMessage message: the message being sent
        :return: values for ``http.call(secrets=...)``
        """
        body = message.body if len(message.body) >= SHORTEST_PRIVATE else ""
        return (
            self.config.access_token,
            self.config.app_secret,
            body,
            message.number,
            message.number.removeprefix("+"),
        )

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
