from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import keyword_text
from ...tools.plural import listed

# By these words a client may refuse offers, whatever else is added or taken away.
LAW_WORDS = ("STOP", "ARRET", "إلغاء")


class BtiKeyword(models.Model):
    """The keyword by which clients refuse offers is there for every company, always."""

    _inherit = "bti.keyword"

    # what a manager adds is his company's
    company_id = fields.Many2one(default=lambda self: self.env.user._bti_get_own_company())

    def copy_data(self, default=None):
        """The copy of what all companies share is a manager's own."""
        vals_list = super().copy_data(default)
        for vals in vals_list:
            if not vals.get("company_id"):
                vals["company_id"] = self.env.user._bti_get_own_company().id
        return vals_list

    @api.model
    def _get_law(self):
        """:return: the keyword that the law demands; none while it is being made"""
        return self.env.ref("bti_messaging.keyword_stop", raise_if_not_found=False) or self.browse()

    @api.constrains("active", "action", "company_id", "channel_ids")
    def _check_law(self):
        law = self._get_law() & self
        if not law:
            return
        lines = law.language_ids.mapped(lambda line: line.words or "")
        words = keyword_text.read_words("\n".join(lines))
        missing = [word for word in LAW_WORDS if keyword_text.normalise(word) not in words]
        if missing:
            raise ValidationError(
                self.env._(
                    "The law lets every client refuse offers: these words cannot be taken away: "
                    "%(words)s",
                    words=listed(self.env, missing),
                )
            )
        if not law.active or law.action != "opt_out" or law.company_id or law.channel_ids:
            raise ValidationError(
                self.env._(
                    "The law lets every client refuse offers: this keyword stays active, for all "
                    "companies and all channels."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_law(self):
        if self._get_law() & self:
            raise UserError(
                self.env._("The law lets every client refuse offers: this keyword stays.")
            )


class BtiKeywordLanguage(models.Model):
    _inherit = "bti.keyword.language"

    @api.constrains("words", "keyword_id")
    def _check_law(self):
        # words may have been moved away from it too
        (self.keyword_id | self.env["bti.keyword"]._get_law())._check_law()

    def unlink(self):
        keywords = self.keyword_id
        result = super().unlink()
        keywords.exists()._check_law()
        return result
