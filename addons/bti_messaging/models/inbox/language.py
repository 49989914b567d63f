from odoo import models
from odoo.fields import Domain

from ...tools import language

# Of what he wrote last, looked at for his language.
LAST_WORDS = 10


class BtiIdentity(models.Model):
    """In which language a person is answered."""

    _inherit = "bti.identity"

    # === BUSINESS METHODS === #

    def _guess_language(self):
        """The language of the contact, else a guess from what he wrote last.

        :return: "fr", "ar", ... as of ``tools.language``; "" when nobody knows
        :rtype: str
        """
        self.ensure_one()
        # sudo: the language of the contact, whatever the agent may read of him
        if lang := self.sudo().partner_id.lang:
            return lang.partition("_")[0]
        said = (
            self.env["bti.message"]
            .sudo()  # what he said to the company, for its language only
            .search_fetch(
                Domain("identity_id", "=", self.id) & Domain("direction", "=", "in"),
                ["body"],
                order="id desc",
                limit=LAST_WORDS,
            )
        )
        return language.guess_last(message.body or "" for message in said) or ""

    def _get_answer_lang(self):
        """:return: code of an installed language in which the person is answered: his own, as far
            as it is known and installed, else the company's
        :rtype: str
        """
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        # sudo: as above
        wanted = (self.sudo().partner_id.lang, self.sudo().company_id.partner_id.lang)
        guess = self._guess_language()
        same = [code for code in installed if code.partition("_")[0] == guess]
        return next(
            (code for code in (wanted[0], *same, wanted[1]) if code in installed), installed[0]
        )
