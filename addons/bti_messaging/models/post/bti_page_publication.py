from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..mixins.base import is_ours
from .files import check_files, keep_files

# What may still be changed: while it is not out, afterwards, and while nobody knows.
BEFORE = ("draft", "failed")
FROZEN_AT_ONCE = {"channel_id", "layout"}
FROZEN_WHEN_OUT = {"link", "attachment_ids", "campaign_id", "scheduled_at", "template_id"}
TEXTS = {"text_fr", "text_ar"}


class BtiPagePublication(models.Model):
    """A post that is written here: in French and Arabic, planned, published by the Page's job.

    Its state is worked out from what the job did. What the program knows of it is written with
    ``sudo()`` only.
    """

    _name = "bti.page.publication"
    _description = "Post of Ours"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "bti.company.guard.mixin",
        "bti.alert.mixin",
    ]
    _order = "scheduled_at desc, id desc"
    _check_company_auto = True

    # === FIELDS === #

    name = fields.Char(string="Title", required=True, help="For us; nobody else sees it.")
    channel_id = fields.Many2one(
        "bti.channel",
        string="Page",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('provider', '=', 'messenger')]",
        default=lambda self: self._get_default_page(),
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, precompute=True, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is told when the post could not be published.",
    )
    template_id = fields.Many2one(
        "bti.page.post.template",
        ondelete="set null",
        index="btree_not_null",
        help="Its texts and pictures are taken over; they can be changed.",
    )
    text_fr = fields.Text(string="Text in French")
    text_ar = fields.Text(string="Text in Arabic")
    layout = fields.Selection(
        [("both", "One post with both texts"), ("two", "Two posts")],
        string="Languages",
        required=True,
        default="both",
    )
    link = fields.Char(help="Shown as a card; beside pictures it stands below the text.")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "bti_page_publication_attachment_rel",
        "publication_id",
        "attachment_id",
        string="Pictures or Video",
        help="Up to 40 pictures, or one video.",
    )
    campaign_id = fields.Many2one(
        "utm.campaign",
        ondelete="set null",
        index="btree_not_null",
        help="Links say so, and enquiries from comments belong to it.",
    )
    scheduled_at = fields.Datetime(
        string="Planned For",
        index=True,
        copy=False,
        help="When the post is to appear. The Page's job publishes it: when this server was not "
        "running then, it appears late, or somebody is asked first.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("scheduled", "Scheduled"),
            ("published", "Published"),
            ("failed", "Failed"),
            ("unknown", "Outcome Unknown"),
            ("deleted", "Deleted from Facebook"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        group_expand=True,
    )
    published_at = fields.Datetime(string="Published On", readonly=True, copy=False)
    late_minutes = fields.Integer(
        string="Late By",
        readonly=True,
        copy=False,
        help="Minutes after its time at which the post appeared.",
    )
    action_ids = fields.One2many(
        "bti.page.action", "publication_id", string="What Was Done", readonly=True, copy=False
    )
    post_ids = fields.One2many(
        "bti.page.post", "publication_id", string="On Facebook", readonly=True, copy=False
    )
    gap_help = fields.Text(string="What Is Filled In", compute="_compute_gap_help")

    # === COMPUTE METHODS === #

    @api.model
    def _get_default_page(self):
        """:return: the Page of the user's company, when it has one only"""
        pages = self.env["bti.channel"].search(
            Domain("provider", "=", "messenger")
            & Domain("state", "=", "active")
            & Domain("company_id", "=", self.env.company.id),
            limit=2,
        )
        return pages if len(pages) == 1 else pages.browse()

    @api.depends("action_ids.kind", "action_ids.state", "post_ids.date_removed")
    def _compute_state(self):
        for publication in self:
            publication.state = publication._find_state()

    def _find_state(self):
        """:return: the state that follows from what was done, for each text the last time"""
        acts = self.action_ids.filtered(
            lambda act: act.kind == "publish" and act.state != "canceled"
        )
        states = set({act.variant: act.state for act in acts.sorted("id")}.values())
        if not states:
            return "draft"
        for state in ("unknown", "failed"):
            if state in states:
                return state
        if states & {"new", "sending"}:
            return "scheduled"
        gone = self.post_ids and all(self.post_ids.mapped("date_removed"))
        return "deleted" if gone else "published"

    @api.depends_context("lang")
    def _compute_gap_help(self):
        self.gap_help = self._get_gap_help()

    # === ONCHANGE METHODS === #

    @api.onchange("template_id")
    def _onchange_template_id(self):
        template = self.template_id
        if not template or self.state not in (False, *BEFORE):
            return
        self.name = self.name or template.name
        for name in ("text_fr", "text_ar", "layout", "link", "attachment_ids"):
            self[name] = template[name] or self[name]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Marketing people write posts; what became of them is the program's."""
        names = {name for vals in vals_list for name in vals}
        names.update(key[8:] for key in self.env.context if key.startswith("default_"))
        self._check_program_fields(names)
        publications = super().create(vals_list)
        publications._keep_files()
        return publications

    def write(self, vals):
        """What is out stays as it is; a planned post is moved with its time."""
        self._check_program_fields(vals)
        self._check_frozen(vals)
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._keep_files()
        if "scheduled_at" in vals:
            self._move()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        """What stands on Facebook, or may stand there, is not forgotten."""
        # sudo: what was done, whoever asks
        if any(
            publication.state not in BEFORE
            or publication.sudo()._get_acts("sending", "unknown", "done")
            for publication in self
        ):
            raise UserError(self.env._("Only drafts can be deleted here."))

    def copy_data(self, default=None):
        """A copy is a draft of the same post."""
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=publication.name)}
            for publication, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def _check_program_fields(self, names):
        """:raise AccessError: a user writes what only the program writes"""
        if self.env.su:
            return
        for name in names:
            field = self._fields.get(name)
            if field and field.readonly and is_ours(*field._modules):
                raise AccessError(
                    self.env._("“%(field)s” is written by the program only.", field=name)
                )

    def _check_frozen(self, vals):
        """:raise UserError: it is too late for these changes"""
        for publication in self:
            state = publication.state or "draft"
            # of two posts one may be out
            out = publication.sudo()._get_acts("sending", "unknown", "done")
            frozen = set() if state in BEFORE and not out else FROZEN_AT_ONCE
            if state not in (*BEFORE, "scheduled"):
                frozen = FROZEN_AT_ONCE | FROZEN_WHEN_OUT
            if state in ("unknown", "deleted"):
                frozen = frozen | TEXTS
            if frozen & vals.keys():
                raise UserError(
                    self.env._("The post is out, or about to be: this cannot be changed any more.")
                )

    def _keep_files(self):
        for publication in self:
            check_files(publication)
            keep_files(publication)

    # === HOOKS === #

    def _move(self):
        """Hook: the time of planned posts has changed."""
