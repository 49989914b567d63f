import re

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import keyword_text

# What stands in braces in a text; names only, nothing is evaluated.
GAP = re.compile(r"\{([a-z_]+)\}")
# Looked at for what they propose.
MOST_RESPONSES = 300


class MailCannedResponse(models.Model):
    """A canned answer with fields of the client, in one language, proposed by his words."""

    _inherit = "mail.canned.response"

    # === FIELDS === #

    bti_lang = fields.Selection(
        selection="_selection_bti_lang",
        string="Language",
        help="Proposed to clients who write in it. Empty: to all.",
    )
    bti_words = fields.Text(
        string="Proposed for",
        help="One word or expression per line: when a client writes one of them, the answer is "
        "proposed above the text. Capitals, accents and punctuation do not matter.",
    )
    bti_company_id = fields.Many2one(
        "res.company", string="Company", index="btree_not_null", help="Empty: for all companies."
    )
    bti_gaps = fields.Text(string="Fields", compute="_compute_bti_gaps")

    # === COMPUTE METHODS === #

    @api.model
    def _selection_bti_lang(self):
        return self.env["bti.keyword.language"]._selection_lang()

    def _compute_bti_gaps(self):
        labels = self.env["discuss.channel"]._bti_get_gap_labels()
        self.bti_gaps = "\n".join(f"{{{name}}}: {label}" for name, label in labels.items())

    # === CRUD METHODS === #

    def write(self, vals):
        """Nobody moves an answer to a company for which he does not work."""
        result = super().write(vals)
        if "bti_company_id" in vals:
            self.check_access("write")
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _bti_find(self, company, text, language):
        """:param res.company company: which answers
        :param str text: what the client wrote
        :param str language: in which he writes, "" when nobody knows
        :return: the answers that the user may read and the words propose, the best first
        """
        words = keyword_text.normalise(text)
        if not words:
            return self.browse()
        responses = self.search(
            Domain("bti_words", "!=", False)
            & Domain("bti_company_id", "in", [False, company.id])
            & (Domain("bti_lang", "in", [False, language]) if language else Domain.TRUE),
            limit=MOST_RESPONSES,
        )
        found = responses.filtered(
            lambda response: any(
                keyword_text.contains(words, phrase)
                for phrase in keyword_text.read_words(response.bti_words)
            )
        )
        return found.sorted(lambda response: (not response.bti_lang, response.source))
