from odoo import api, models
from odoo.fields import Domain

from ...gateways.sms import numbers


class MailThreadPhone(models.AbstractModel):
    """A number is found however it is typed, not only as it was written in the file."""

    _inherit = "mail.thread.phone"

    def _search_phone_mobile_search(self, operator, value):
        """Core compares spellings. It refuses what is shorter than three characters, which a
        search box that asks several fields at once cannot use: too short is nobody's number."""
        if not isinstance(value, str) or operator not in ("=", "like", "ilike"):
            return super()._search_phone_mobile_search(operator, value)
        length = len(value.strip())
        if not length:  # "no number" and "any", as core has them
            return super()._search_phone_mobile_search(operator, value)
        if length < numbers.SHORTEST_PART:
            return Domain.FALSE
        found = self._bti_get_typed_number_domain(value, whole=operator == "=")
        return found | Domain(super()._search_phone_mobile_search(operator, value))

    @api.model
    def _bti_get_number_fields(self):
        """Hook: the stored fields with numbers of a record in the international form.

        :rtype: list[str]
        """
        return ["phone_sanitized"]

    @api.model
    def _bti_get_typed_number_domain(self, text, whole=False):
        """Who has the number that somebody typed.

        :param str text: as typed
        :param bool whole: only full numbers count, not parts of them
        :rtype: Domain
        """
        if whole and not numbers.read_all(text, self.env.company.country_id.code):
            return Domain.FALSE
        return self._bti_get_number_domain(text, self._bti_get_number_fields())
