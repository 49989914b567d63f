from odoo import api, fields, models

from .files import check_files, keep_files


class BtiPagePostTemplate(models.Model):
    """The frame of posts that are written again and again: "available again". Nothing in it is
    evaluated: what stands in braces is replaced by a text, when the post is published."""

    _name = "bti.page.post.template"
    _description = "Template of Posts"
    _inherit = ["bti.company.guard.mixin"]
    _order = "sequence, name, id"

    # === FIELDS === #

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Left empty, the template is for all companies."
    )
    text_fr = fields.Text(string="Text in French")
    text_ar = fields.Text(string="Text in Arabic")
    layout = fields.Selection(
        selection=lambda self: self.env["bti.page.publication"]._fields["layout"].selection,
        string="Languages",
        required=True,
        default="both",
    )
    link = fields.Char(help="Shown with the post, unless it has pictures.")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "bti_page_post_template_attachment_rel",
        "template_id",
        "attachment_id",
        string="Pictures",
    )
    gap_help = fields.Text(string="What Is Filled In", compute="_compute_gap_help")

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    def _compute_gap_help(self):
        self.gap_help = self.env["bti.page.publication"]._get_gap_help()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody shows files that he may not read."""
        templates = super().create(vals_list)
        templates._keep_files()
        return templates

    def write(self, vals):
        """As for a new one."""
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._keep_files()
        return result

    # === BUSINESS METHODS === #

    def _keep_files(self):
        for template in self:
            check_files(template)
            keep_files(template)
