from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.base import GatewayError, PermanentError, PermissionMissing
from ...tools.insert_or_find import insert_or_find
from ..mixins.batch_job import isolated

# Of the text of a post in a list.
TITLE_LENGTH = 80


class BtiPagePost(models.Model):
    """A post below which somebody has commented; what it says is read by the channel's job."""

    _name = "bti.page.post"
    _description = "Post on a Page"
    _inherit = ["bti.retry.mixin"]
    _order = "date desc, id desc"
    _rec_name = "text"
    _check_company_auto = True
    _batch_size = 10  # one request each

    # === FIELDS === #

    external_id = fields.Char(string="Post ID", required=True, readonly=True)
    text = fields.Text(readonly=True)
    permalink = fields.Char(string="Address on Facebook", readonly=True)
    date = fields.Datetime(string="Posted On", readonly=True)
    is_visitor = fields.Boolean(
        string="By a Visitor",
        readonly=True,
        help="Written on the Page by somebody else.",
    )
    state = fields.Selection(
        [("new", "To Read"), ("done", "Read"), ("failed", "Cannot Be Read")],
        required=True,
        default="new",
        readonly=True,
        help="Whether the network has told what the post says.",
    )
    checked_at = fields.Datetime(
        string="Removals Looked For",
        readonly=True,
        help="When comments that were removed meanwhile were last looked for.",
    )
    comment_ids = fields.One2many("bti.page.comment", "post_id", string="Comments")
    comment_count = fields.Integer(string="# Comments", compute="_compute_figures")
    waiting_count = fields.Integer(string="To Answer", compute="_compute_figures")
    hidden_count = fields.Integer(string="Hidden", compute="_compute_figures")
    lead_count = fields.Integer(string="Leads", compute="_compute_figures")

    _post_uniq = models.Constraint("UNIQUE(channel_id, external_id)", "This post is already known.")
    _todo_idx = models.Index("(channel_id, next_try_at) WHERE state = 'new'")

    # === COMPUTE METHODS === #

    @api.depends("text", "date", "external_id")
    def _compute_display_name(self):
        for post in self:
            words = " ".join((post.text or "").split())
            title = words[:TITLE_LENGTH].rstrip() + "…" if len(words) > TITLE_LENGTH else words
            post.display_name = title or self.env._("Post %(id)s", id=post.external_id)

    @api.depends("comment_ids.state", "comment_ids.is_own")
    def _compute_figures(self):
        figures = {}
        for post, state, count in self.env["bti.page.comment"]._read_group(
            Domain("post_id", "in", self.ids) & Domain("is_own", "=", False),
            ["post_id", "state"],
            ["__count"],
        ):
            figures.setdefault(post.id, {})[state] = count
        for post in self:
            counts = figures.get(post._origin.id, {})
            post.comment_count = sum(counts.values())
            post.waiting_count = counts.get("new", 0)
            post.hidden_count = counts.get("hidden", 0)
            post.lead_count = counts.get("lead", 0)

    # === ACTIONS === #

    def action_view_comments(self):
        """Open the comments below the post."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_page_comment_action"
        )
        return {**action, "domain": [("post_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _find_or_create(self, channel, external_id, **vals):
        """:param bti.channel channel: the Page
        :param str external_id: as the network names the post; empty: none
        :param vals: values of a new one
        :return: the post
        """
        if not external_id:
            return self.browse()
        key = {"channel_id": channel.id, "external_id": external_id}
        domain = Domain.AND(Domain(name, "=", value) for name, value in key.items())
        return insert_or_find(
            self.env,
            lambda: self.search(domain, limit=1),
            lambda: self.create({**key, **vals}),
        )

    def _process_batch(self):
        """Ask the network what some posts say."""
        posts = self.channel_id._get_page().posts
        for post in self:
            with isolated(self.env.cr, post._postpone):
                post._read_text(posts)

    def _read_text(self, posts):
        """:param PagePosts posts: of the channel"""
        self.ensure_one()
        try:
            info = posts.read_one(self.external_id)
        except (PermanentError, PermissionMissing) as error:
            self.write({"state": "failed", "error": error.detail})
            return
        except GatewayError:
            self._postpone()  # not there yet: no fault of ours
            return
        author = info.author_id
        self.write(
            {
                "text": info.message or self.text,
                "permalink": info.permalink or self.permalink,
                "date": info.created_at or self.date,
                "is_visitor": self.is_visitor
                or bool(author and author != self.channel_id.external_id),
                "state": "done",
                "error": False,
            }
        )
