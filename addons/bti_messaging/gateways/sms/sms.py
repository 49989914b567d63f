"""What all SMS gateways have in common."""

import logging
from dataclasses import dataclass

from ..base import FailureReason, Gateway, GatewayConfig, PermanentError
from . import numbers

_logger = logging.getLogger(__name__)

# A shorter text is not looked for in the provider's words: it would blot out innocent ones.
SHORTEST_PRIVATE = 6


@dataclass(frozen=True)
class SmsConfig(GatewayConfig):
    """What gateways of SMS need besides.

    :param str username: of the account
    :param sim_number: the slot of the SIM card of a phone, from 1
    :param validity_hours: after how long a message that could not be delivered is given up
    """

    username: str = ""
    sim_number: int | str = ""
    validity_hours: int | str = ""


class SmsGateway(Gateway):
    """An SMS goes to a mobile number in E.164 and has a text."""

    kind = "sms"
    config_class = SmsConfig

    def _get_private(self, message):
        """What must not be read in an error or a log: the channel's secrets, and what the
        message says to whom (a provider's answer may repeat it).

        :param OutgoingMessage message: the message being sent
        :return: values for ``http.call(secrets=...)``
        """
        text, number = message.content.text, message.address.value
        return (
            self.config.access_token,
            self.config.app_secret,
            text if len(text) >= SHORTEST_PRIVATE else "",
            number,
            number.removeprefix("+"),
        )

    def check(self, message):
        """Refuse empty texts and numbers that cannot receive an SMS; only warn about those
        that the numbering plan does not know yet."""
        self.capability.check(message)
        written = message.address.value
        number = numbers.analyse(written)
        if number is None or number.e164 != written:
            raise PermanentError(written, reason=FailureReason.NUMBER_INVALID)
        if not number.mobile:
            raise PermanentError(written, reason=FailureReason.NOT_MOBILE)
        if not number.valid:
            _logger.warning(
                "Message %s: %s is not in the numbering plan, trying all the same",
                message.ref,
                numbers.mask(written),
            )
