import re

from odoo import models

from ...gateways.content import Content
from ...gateways.sms import numbers

# As people write a number in a sentence; the plan of numbers decides whether it is one.
WRITTEN = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[\d .\-]{7,18})\d(?!\w)")
# Of one message.
MAX_NUMBERS = 3


class BtiMessage(models.Model):
    """Numbers that somebody gives on a network where he is known by another name."""

    _inherit = "bti.message"

    def _after_received(self):
        result = super()._after_received()
        # by SMS and WhatsApp he is his number
        if (
            self.channel_id.kind != "sms"
            and self.identity_id
            and not self.identity_id._get_number()
        ):
            self._handle_safely(self._learn_numbers)
        return result

    def _learn_numbers(self):
        """Propose the mobile numbers that the words and shared contacts hold."""
        for number in self._get_given_numbers():
            self.env["bti.identity.match"]._propose(self.identity_id, number, self)

    def _get_given_numbers(self):
        """:return: E.164, each once
        :rtype: list[str]
        """
        self.ensure_one()
        written = WRITTEN.findall(self.body or "")
        for contact in Content.from_values(self.content).contacts:
            written += contact.phones
        region = self.company_id.country_id.code
        found = (numbers.analyse(text, region) for text in written[: 4 * MAX_NUMBERS])
        mobiles = dict.fromkeys(number.e164 for number in found if number and number.mobile)
        return list(mobiles)[:MAX_NUMBERS]
