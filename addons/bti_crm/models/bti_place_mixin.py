from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.places import plain


class BtiPlaceMixin(models.AbstractModel):
    """A place that is found whatever accents, alphabet or former name people type."""

    _name = "bti.place.mixin"
    _description = "Place With Several Spellings"

    search_names = fields.Char(
        "Other Spellings",
        help="Without accents, in another alphabet, former names: what people type to find it. "
        "In lower case.",
    )

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if operator == "ilike" and isinstance(value, str) and value.strip():
            domain = Domain(domain) | Domain("search_names", "ilike", plain(value))
        return domain
