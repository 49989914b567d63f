from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.phone_validation.tools import phone_validation

from ...gateways.sms import numbers


class Base(models.AbstractModel):
    """One way of reading phone numbers for whatever Odoo does with them: contacts, enquiries,
    mailing contacts, the list of refusals."""

    _inherit = "base"

    def _phone_get_country(self):
        """A number without country is one of its company's, whoever reads it: a job runs in the
        company of the robot. What a person types is a number of the company he works for now."""
        countries = super()._phone_get_country()
        if "company_id" in self._fields and self._name != "res.users":
            for record in self:
                if record.id not in countries and (country := record.company_id.country_id):
                    countries[record.id] = country
        return countries

    def _phone_format_number(self, number, country, force_format="E164", raise_exception=False):
        """Core takes whatever is too long for a number of another country, and knows one number
        per field. Numbering plans grow before the library: a number that is only possible counts.

        What is more than one number has no other spelling than its own: only ``E164``, which is
        for comparing and sending, is given of it.
        """
        found = numbers.analyse(number, country.code)
        if not found or (force_format != "E164" and not numbers.is_one(number, country.code)):
            if raise_exception:
                raise UserError(self.env._("%s is not a phone number.", number))
            return False
        try:
            # core's corrections of the numbering plans of some countries
            return phone_validation.phone_format(
                found.e164, country.code, country.phone_code, force_format=force_format
            )
        except UserError:
            return found.e164

    @api.model
    def _bti_get_number_domain(self, text, names):
        """Whose number is, or contains, what somebody typed: spaced, national, a part of it.

        :param str text: as typed
        :param names: fields with numbers in the international form
        :return: nobody where the text has no number
        :rtype: Domain
        """
        parts = numbers.read_parts(text, self.env.company.country_id.code)
        return Domain.OR(Domain(name, "like", part) for name in names for part in parts)
