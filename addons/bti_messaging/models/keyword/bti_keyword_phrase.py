from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...tools import keyword_text


class BtiKeywordPhrase(models.Model):
    """What people write beside a keyword without meaning anything else by it.

    Common to all companies: a word too many would make a refusal of an order that is not one.
    """

    _name = "bti.keyword.phrase"
    _description = "Words Beside a Keyword"
    _inherit = ["bti.cached.mixin"]
    _order = "kind, name, id"

    # === FIELDS === #

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("around", "Beside the keyword"),
            ("signature", "Begins a phone's signature"),
        ],
        required=True,
        default="around",
        help="Beside the keyword: polite words and the like, before or behind it. A line that "
        "begins as a signature ends the message.",
    )
    phrases = fields.Text(
        string="Words",
        required=True,
        help="One word or expression per line. Case, accents, vowel signs and final punctuation "
        "do not matter.",
    )

    # === CONSTRAINTS === #

    @api.constrains("phrases")
    def _check_phrases(self):
        for phrase in self:
            if not keyword_text.read_words(phrase.phrases):
                raise ValidationError(self.env._("Write at least one word."))

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache("kind")
    def _get_phrases(self, kind):
        """:param str kind: as the field
        :return: the normalised words of all records of this kind
        :rtype: tuple[str]
        """
        found = self.sudo().search([("kind", "=", kind)])  # sudo: whoever's message is read
        return tuple({word for phrase in found for word in keyword_text.read_words(phrase.phrases)})
