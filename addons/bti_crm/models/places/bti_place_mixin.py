from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.places import plain


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

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """An import, which asks for the exact name, takes any known spelling of it."""
        result = super().name_search(name, domain, operator, limit)
        if result or operator != "=" or not name:
            return result
        places = self._find_by_spelling(name, Domain(domain or Domain.TRUE))[:limit]
        return [(place.id, place.display_name) for place in places.sudo()]

    @api.model
    def _find_by_spelling(self, name, domain):
        """Places whose name or other spelling is ``name``, not those that only contain it.

        :param str name: as somebody wrote it
        :param Domain domain: where to look
        """
        words = plain(name).replace("'", " ").replace("-", " ").split()
        if not words:
            return self.browse()
        key = " ".join(words)
        domain = Domain(domain)
        if "code" in self._fields and key.isdigit():
            return self.search(domain & Domain("code", "=", key.zfill(2)))
        spellings = {key, key.replace(" ", ""), plain(name).strip().replace("'", "")}
        found = self.search(
            domain & Domain.OR(Domain("search_names", "ilike", text) for text in spellings)
        )
        # whole words, then the whole name where some place has just that
        found = found.filtered(
            lambda place: any(f" {text} " in f" {place.search_names} " for text in spellings)
        )
        exact = found.filtered(lambda place: place._is_named(spellings))
        return exact or found

    def _is_named(self, spellings):
        """Whether the name of the place, in some language, is one of these spellings."""
        self.ensure_one()
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        names = {plain(self.with_context(lang=lang).name or "") for lang in langs}
        names |= {name.replace("'", " ").replace("-", " ") for name in names}
        return bool(names & spellings)
