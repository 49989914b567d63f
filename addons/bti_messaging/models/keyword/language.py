from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import keyword_text


class BtiKeywordLanguage(models.Model):
    """The words of a keyword in one language, with the answer to them."""

    _name = "bti.keyword.language"
    _description = "Keyword in One Language"
    _order = "keyword_id, sequence, id"
    _rec_name = "lang"

    keyword_id = fields.Many2one("bti.keyword", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="keyword_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    lang = fields.Selection(
        selection="_selection_lang",
        string="Language",
        required=True,
        help="Of the words and of the answer; it need not be a language of the screens.",
    )
    words = fields.Text(
        required=True,
        help="One word or expression per line. Case, accents, vowel signs and final punctuation "
        "do not matter.",
    )
    answer = fields.Text(help="Sent to whoever writes one of these words. Empty: no answer.")

    _lang_uniq = models.Constraint(
        "UNIQUE(keyword_id, lang)",
        "Each language has one line of words.",
    )

    @api.model
    def _selection_lang(self):
        """The languages of the country, and those of the screens."""
        common = {
            "fr": self.env._("French"),
            "ar": self.env._("Arabic"),
            "en": self.env._("English"),
            "kab": self.env._("Kabyle"),
            "ar_latn": self.env._("Arabic in Latin letters"),
        }
        for code, name in self.env["res.lang"].get_installed():
            common.setdefault(code.partition("_")[0], name)
        return list(common.items())

    @api.constrains("words")
    def _check_words(self):
        for language in self:
            if not keyword_text.read_words(language.words):
                raise ValidationError(self.env._("A keyword needs at least one word."))
