from odoo import models

from ...tools import amount_words


class ResCurrency(models.Model):
    """Amounts in words."""

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


class ResCompany(models.Model):
    """Where the company is paid."""

    _inherit = "res.company"

    def _get_document_bank(self, bank=None):
        """Account that a client pays to.

        :param bank: ``res.partner.bank`` that the paper itself names, if any
        :return: ``res.partner.bank``, by default the company's first; may be empty
        """
        self.ensure_one()
        # sudo: whoever reads the paper reads the account on it, nothing else of the company
        banks = (bank and bank.sudo()) or self.sudo().partner_id.bank_ids
        return banks.filtered("active")[:1]
