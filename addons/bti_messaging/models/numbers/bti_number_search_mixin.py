from odoo import api, fields, models
from odoo.fields import Domain


class BtiNumberSearchMixin(models.AbstractModel):
    """Records with a number in the international form, found however people type it."""

    _name = "bti.number.search.mixin"
    _description = "Found by a Phone Number"

    number_typed = fields.Char("Phone Number", store=False, search="_search_number_typed")

    def _search_number_typed(self, operator, value):
        if operator not in ("like", "ilike") or not isinstance(value, str):
            return NotImplemented
        return Domain(self._bti_get_number_domain(value, self._bti_get_searched_numbers()))

    @api.model
    def _bti_get_searched_numbers(self):
        """Hook: the stored fields with numbers.

        :rtype: list[str]
        """
        return ["number"]
