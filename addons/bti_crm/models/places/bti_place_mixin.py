from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.bti_messaging.tools.typed import plain_digits

from ...tools.places import search_key, search_keys


class BtiPlaceMixin(models.AbstractModel):
    """A place that is found whatever accents, alphabet, hyphens or former name people type."""

    _name = "bti.place.mixin"
    _description = "Place With Several Spellings"

    search_names = fields.Char(
        "Other Spellings",
        help="Without accents, in another alphabet, former names: what people type to find it. "
        "In lower case.",
        prefetch="search",
    )
    # "| bou saada | bousaada | بوسعاده |": the names, then the other spellings
    search_key = fields.Char(
        compute="_compute_search_key",
        store=True,
        compute_sudo=True,
        index="trigram",
        export_string_translation=False,
        prefetch="search",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "search_names")
    def _compute_search_key(self):
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for place in self:
            names = [place.with_context(lang=lang).name for lang in langs]
            keys = [key for name in dict.fromkeys(names) for key in search_keys(name)]
            keys = dict.fromkeys([*keys, search_key(place.search_names)])
            place.search_key = f"| {' | '.join(filter(None, keys))} |"

    # === SEARCH METHODS === #

    @api.model
    def _search_display_name(self, operator, value):
        domain = Domain(super()._search_display_name(operator, value))
        if operator == "ilike" and isinstance(value, str):
            domain |= Domain.OR(Domain("search_key", "ilike", key) for key in search_keys(value))
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
        keys = search_keys(name)
        if not keys:
            return self.browse()
        domain = Domain(domain)
        if "code" in self._fields and (code := self._read_code(name)):
            return self.search(domain & Domain("code", "=", code))
        found = self.search(domain & Domain.OR(Domain("search_key", "ilike", key) for key in keys))
        # whole words, then the whole name where some place has just that
        found = found.filtered(
            lambda place: any(f" {key} " in f" {place.search_key} " for key in keys)
        )
        exact = found.filtered(lambda place: place._is_named(keys))
        return exact or found

    @api.model
    def _read_code(self, text):
        """The number of a wilaya in a text that is nothing else: "5", "٠٥" and "05" are "05".

        :rtype: str
        """
        digits = plain_digits(search_key(text))
        return digits.zfill(2) if digits.isascii() and digits.isdigit() else ""

    def _is_named(self, keys):
        """Whether the name of the place, in some language, is one of these keys."""
        self.ensure_one()
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        names = (self.with_context(lang=lang).name for lang in langs)
        return any(key in keys for name in names for key in search_keys(name))
