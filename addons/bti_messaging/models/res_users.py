from odoo import models
from odoo.exceptions import UserError

from ..gateways import numbers


class ResUsers(models.Model):
    _inherit = "res.users"

    def _phone_format_number(self, number, country, force_format="E164", raise_exception=False):
        """The list of refusals reads its numbers here, as the current user. Numbering plans grow
        before the library: who writes STOP from a number that is only possible is heard too."""
        try:
            return super()._phone_format_number(
                number, country, force_format=force_format, raise_exception=True
            )
        except UserError:
            found = numbers.analyse(number, country.code) if force_format == "E164" else None
            if found:
                return found.e164
            if raise_exception:
                raise
            return False
