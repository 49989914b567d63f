from odoo import models

from ...gateways.sms import numbers


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _bti_get_mobile(self, number):
        """:param str number: as typed
        :return: E.164 if it may receive an SMS, else False. A number of the right length
            that the numbering plan does not know yet is accepted.
        """
        found = next((one for one in self._bti_read_numbers(number) if one.mobile), None)
        return found.e164 if found else False

    def _bti_read_numbers(self, text):
        """:param str text: as typed, perhaps several numbers
        :return: them all, in the order of the text
        :rtype: tuple[numbers.Number]
        """
        country = self._phone_get_country().get(self.id) or self.env.company.country_id
        return numbers.read_all(text, country.code)
