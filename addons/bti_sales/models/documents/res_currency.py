from odoo import models

from ...tools import amount_words


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _amount_in_words(self, amount, lang=None):
        """An amount in words, as it closes a document.

        French and Arabic have their own grammar of numbers and currencies; the other languages
        take Odoo's words.

        :param float amount: amount in this currency
        :param str lang: code of the language, by default the one of the environment
        :rtype: str
        """
        self.ensure_one()
        lang = lang or self.env.lang or "en_US"
        currency = self.with_context(lang=lang)
        amount = currency.round(amount)
        language = lang.partition("_")[0]
        if abs(amount) >= amount_words.LIMIT or language not in ("fr", "ar"):
            return currency.amount_to_text(amount)
        unit = currency.currency_unit_label or currency.name
        part = currency.currency_subunit_label or ""
        if language == "ar":
            return amount_words.arabic(amount, self.name, self.decimal_places, (unit, part))
        return amount_words.french(amount, self.name, self.decimal_places, (unit, unit, part, part))
