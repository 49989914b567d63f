import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...tools import keyword_text

# What was found later is left to people.
RULE_WINDOW = timedelta(days=2)
ITEMS = ("comment", "post")
# What stands in braces in a text.
GAP = re.compile(r"\{(\w+)\}")


class BtiPageRule(models.Model):
    """What is done by itself with comments that contain certain words."""

    _name = "bti.page.rule"
    _description = "Rule for Comments"
    _inherit = ["bti.company.guard.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="The first rule that fits is the one.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    channel_ids = fields.Many2many(
        "bti.channel",
        string="Pages",
        domain="[('provider', '=', 'messenger')]",
        check_company=True,
        help="Left empty, the rule is for all Pages.",
    )
    post_ids = fields.Many2many(
        "bti.page.post",
        string="Posts",
        check_company=True,
        help="Left empty, the rule is for all posts.",
    )
    words = fields.Text(
        required=True,
        help="One word or expression per line. Capitals, accents and punctuation do not matter; "
        "the comment may say more.",
    )
    answer = fields.Text(
        string="Public Answer", help="Written below the comment. {name} is its author."
    )
    private_answer = fields.Text(
        string="Private Reply",
        help="Sent to the author on Messenger, once. {name} is the author, {company} is us.",
    )
    hide = fields.Boolean(help="Only its author and his friends see the comment then.")
    make_lead = fields.Boolean(string="Make a Lead")
    can_make_lead = fields.Boolean(compute="_compute_can_make_lead")
    comment_ids = fields.One2many("bti.page.comment", "rule_id", string="Comments")
    comment_count = fields.Integer(string="Used", compute="_compute_comment_count")

    # === CONSTRAINTS === #

    @api.constrains("words")
    def _check_words(self):
        for rule in self:
            if not keyword_text.read_words(rule.words):
                raise ValidationError(self.env._("A rule needs a word of letters or figures."))

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    def _compute_can_make_lead(self):
        self.can_make_lead = self.env["bti.page.comment"]._is_lead_possible()

    def _compute_comment_count(self):
        counts = dict(
            self.env["bti.page.comment"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.comment_count = counts.get(rule._origin, 0)

    # === ACTIONS === #

    def action_view_comments(self):
        """Open the comments that the rule has dealt with."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_page_comment_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, comment):
        """:param bti.page.comment comment: a new one
        :return: the first rule that fits, or none
        """
        text = keyword_text.normalise(comment.text)
        if not text:
            return self.browse()
        rules = self.search(Domain("company_id", "=", comment.company_id.id))
        return next((rule for rule in rules if rule._fits(comment, text)), self.browse())

    def _fits(self, comment, text):
        """:param str text: of the comment, normalised"""
        self.ensure_one()
        if self.channel_ids and comment.channel_id not in self.channel_ids:
            return False
        if self.post_ids and comment.post_id not in self.post_ids:
            return False
        words = keyword_text.read_words(self.words)
        return any(keyword_text.contains(text, word) for word in words)

    def _apply(self, comment):
        """Do what the rule says; the fault of one thing is noted and does not stop the others.

        Somebody who asks again below the same post is not answered by the same rule again.

        :param bti.page.comment comment: a new one that fits
        """
        self.ensure_one()
        if not self._has_answered(comment):
            values = comment._get_text_values()
            if self.answer:
                # what is his own, like his prices, is not for everybody
                public = {**dict.fromkeys(values, ""), **comment._get_public_text_values()}
                text = self._render(self.answer, public)
                comment._handle_safely(comment._queue_action, "answer", text, self)
            if self.private_answer:
                text = self._render(self.private_answer, values)
                comment._handle_safely(comment._reply_privately, text, False)
        if self.hide:
            comment._handle_safely(comment._queue_action, "hide", "", self)
        if self.make_lead:
            comment._handle_safely(comment._become_lead)

    def _has_answered(self, comment):
        """Whether the rule has answered this author below this post already."""
        return bool(
            self.env["bti.page.comment"].search_count(
                Domain("rule_id", "=", self.id)
                & Domain("author_id", "=", comment.author_id)
                & Domain("post_id", "=", comment.post_id.id)
                & Domain("id", "!=", comment.id),
                limit=1,
            )
        )

    @api.model
    def _render(self, text, values):
        """:param str text: what a person wrote, with names in braces
        :param dict values: of these names; others stay as they are
        :rtype: str
        """
        return GAP.sub(lambda gap: values.get(gap[1], gap[0]), text)


class BtiPageComment(models.Model):
    """A comment and the rule that deals with it, once."""

    _inherit = "bti.page.comment"

    # === BUSINESS METHODS === #

    def _apply_rules(self):
        super()._apply_rules()
        # our own are known by their author: without one nothing is done by itself
        if self.is_own or not self.author_id or self.item not in ITEMS or self.rule_id:
            return
        if self.date_removed or self.date < fields.Datetime.now() - RULE_WINDOW:
            return
        if rule := self.env["bti.page.rule"]._find(self):
            self.rule_id = rule
            rule._apply(self._for_readers())
