from datetime import timedelta

from odoo import api, fields, models

# What is found later is no news any more.
CARE_WINDOW = timedelta(days=7)


class BtiPageComment(models.Model):
    """Recommendations of the Page: who advises against it is looked after."""

    _name = "bti.page.comment"
    _inherit = ["bti.page.comment", "bti.alert.mixin"]

    # === FIELDS === #

    is_unhappy = fields.Boolean(
        string="Unhappy",
        compute="_compute_is_unhappy",
        store=True,
        precompute=True,
        help="Its author advises against us.",
    )

    # === COMPUTE METHODS === #

    @api.depends("item", "recommendation")
    def _compute_is_unhappy(self):
        for comment in self:
            comment.is_unhappy = comment.item == "review" and comment.recommendation == "negative"

    # === BUSINESS METHODS === #

    def _ask_for_care(self):
        result = super()._ask_for_care()
        if self.is_unhappy and self.date >= fields.Datetime.now() - CARE_WINDOW:
            self._bti_alert(self._get_caretakers(), lambda review: review._get_care_texts())
        return result

    def _get_care_texts(self):
        """:return: summary and text of the activity, in the reader's language"""
        self.ensure_one()
        author = self.author_name or self.env._("Somebody on Facebook")
        return (
            self.env._("An unhappy recommendation"),
            self.env._(
                "%(author)s advises against us: %(text)s", author=author, text=self.text or ""
            ),
        )

    # === HOOKS === #

    def _get_caretakers(self):
        """Hook: who looks after unhappy people.

        :rtype: res.users
        """
        self.ensure_one()
        return self.env["res.users"]
