from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# How long after a comment its author can be written to in private, once.
PRIVATE_WINDOW = timedelta(days=7)
# What can be answered in private: comments, and what visitors post on the Page.
PRIVATE_ITEMS = ("comment", "post")
TITLE_LENGTH = 60
# Facebook shows three levels; whatever it tells, a thread has an end.
MAX_DEPTH = 10


class BtiPageComment(models.Model):
    """What somebody wrote below a post, or on the Page: stored once, whatever becomes of it.

    Its state is worked out from facts that come in any order: it was removed, hidden, answered.
    """

    _name = "bti.page.comment"
    _description = "Comment on a Page"
    _inherit = ["mail.thread", "mail.activity.mixin", "bti.agent.action.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    # nobody writes comments; whoever reads them may take notes and plan activities
    _mail_post_access = "read"

    # === FIELDS === #

    channel_id = fields.Many2one(
        "bti.channel",
        string="Page",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, precompute=True, index=True
    )
    external_id = fields.Char(string="Comment ID", required=True, readonly=True)
    item = fields.Selection(
        [
            ("comment", "Comment"),
            ("post", "Post of a visitor"),
            ("review", "Recommendation"),
            ("mention", "Mention elsewhere"),
        ],
        string="Kind",
        required=True,
        default="comment",
        readonly=True,
    )
    post_id = fields.Many2one(
        "bti.page.post",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    parent_id = fields.Many2one(
        "bti.page.comment",
        string="Answers",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    parent_ref = fields.Char(
        readonly=True, help="The comment or post above it, as the network names it."
    )
    child_ids = fields.One2many("bti.page.comment", "parent_id", string="Below It")
    thread_ids = fields.Many2many("bti.page.comment", compute="_compute_thread_ids")
    identity_id = fields.Many2one(
        "bti.identity",
        string="Correspondent",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    partner_id = fields.Many2one(related="identity_id.partner_id", string="Contact")
    author_name = fields.Char(string="Author", readonly=True)
    author_id = fields.Char(
        string="Facebook ID", readonly=True, help="Names the author within the Page."
    )
    is_own = fields.Boolean(string="Ours", readonly=True, help="Written by the Page itself.")
    is_told = fields.Boolean(
        readonly=True,
        help="The network has told the comment itself, not only what became of it.",
    )
    text = fields.Text(readonly=True)
    former_texts = fields.Json(
        readonly=True, help="The texts before each change, the first one first."
    )
    former_text = fields.Text(string="Before", compute="_compute_former_text")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    date_edited = fields.Datetime(string="Changed On", readonly=True)
    photo = fields.Image(readonly=True, max_width=1024, max_height=1024)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "bti_page_comment_attachment_rel",
        "comment_id",
        "attachment_id",
        string="Files",
        readonly=True,
    )
    content = fields.Json(readonly=True, help="What it says beside its text.")
    permalink = fields.Char(string="Address on Facebook", readonly=True)
    recommendation = fields.Char(
        readonly=True,
        help="Of a recommendation: whether its author recommends the Page.",
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("answered", "Was Answered"),
            ("lead", "Lead"),
            ("hidden", "Hidden"),
            ("removed", "Removed"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
    )
    is_answered = fields.Boolean(string="Was Answered", readonly=True)
    is_hidden = fields.Boolean(readonly=True, help="Only its author and his friends see it.")
    hidden_date = fields.Datetime(readonly=True, help="When it was last hidden or shown.")
    date_removed = fields.Datetime(string="Removed On", readonly=True)
    is_erased = fields.Boolean(
        readonly=True, help="Its author asked that his personal data be erased."
    )
    is_liked = fields.Boolean(string="Liked by the Page", readonly=True)
    is_lead = fields.Boolean(string="Became a Lead", readonly=True)
    fault = fields.Char(
        string="Could Not Be Done",
        readonly=True,
        help="What a rule was to do with the comment and could not.",
    )
    can_make_lead = fields.Boolean(compute="_compute_can_make_lead")

    _comment_uniq = models.Constraint(
        "UNIQUE(channel_id, external_id)", "This comment is already known."
    )
    _parent_ref_idx = models.Index("(channel_id, parent_ref) WHERE parent_id IS NULL")

    # === COMPUTE METHODS === #

    @api.depends("author_name", "text", "is_own", "channel_id.name")
    def _compute_display_name(self):
        # sudo: the name of the Page
        for comment in self:
            words = " ".join((comment.text or "").split())
            if len(words) > TITLE_LENGTH:
                words = words[:TITLE_LENGTH].rstrip() + "…"
            page = comment.is_own and comment.sudo().channel_id.name
            author = page or comment.author_name or self.env._("Somebody on Facebook")
            comment.display_name = f"{author}: {words}" if words else author

    @api.depends("date_removed", "is_lead", "is_hidden", "is_answered", "is_own")
    def _compute_state(self):
        for comment in self:
            if comment.date_removed:
                comment.state = "removed"
            elif comment.is_lead:
                comment.state = "lead"
            elif comment.is_hidden:
                comment.state = "hidden"
            else:
                done = comment.is_answered or comment.is_own
                comment.state = "answered" if done else "new"

    @api.depends("former_texts")
    def _compute_former_text(self):
        for comment in self:
            comment.former_text = "\n---\n".join(comment.former_texts or [])

    @api.depends("parent_id", "child_ids")
    def _compute_thread_ids(self):
        for comment in self:
            top = comment
            for _level in range(MAX_DEPTH):
                top = top.parent_id or top
            comment.thread_ids = self.search(
                Domain("id", "child_of", top._origin.id), order="date, id"
            )

    @api.depends_context("uid")
    def _compute_can_make_lead(self):
        self.can_make_lead = self._is_lead_possible()

    # === ACTIONS === #

    def action_make_lead(self):
        """Make a lead of what the comment asks for, and show it."""
        self.ensure_one()
        self._bti_check_agent()
        lead = self._become_lead()
        if not lead:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": lead._name,
            "res_id": lead.id,
            "views": [(False, "form")],
        }

    def action_open_correspondent(self):
        """Open the correspondent who wrote this."""
        self.ensure_one()
        self._bti_check_agent()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bti.identity",
            "res_id": self.identity_id._get_main().id,
            "views": [(False, "form")],
        }

    # === HOOKS === #

    @api.model
    def _is_lead_possible(self):
        """Hook: whether an addon makes leads of comments.

        :rtype: bool
        """
        return False

    def _is_enquiry(self):
        """Hook: whether the words ask for something that we sell.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _make_lead(self):
        """Hook: make a lead of what the comment asks for, once.

        :return: the lead, a record of any model; None where no addon makes any
        """
        self.ensure_one()

    # === BUSINESS METHODS === #

    def _become_lead(self):
        """:return: the lead that was made of the comment, or None"""
        self.ensure_one()
        lead = self._make_lead()
        if lead:
            self.sudo().is_lead = True  # sudo: written by the program only
        return lead
