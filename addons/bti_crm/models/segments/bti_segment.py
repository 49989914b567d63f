from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# Written by the program only, whoever may change the segment.
PROGRAMS = {"author_id", "problem", "counted_on"}


class BtiSegment(models.Model):
    """A saved filter of clients.

    The filter is read as a literal, never evaluated, and searched with the rights of who wrote it:
    a segment finds nobody by what its author may not read. One without a company is counted in each
    company by that company's figures.
    """

    _name = "bti.segment"
    _description = "Segment of Clients"
    _inherit = "bti.company.guard.mixin"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Char(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
        help="Empty: counted in each company, by that company's figures.",
    )
    domain = fields.Char("Filter", required=True, default="[]")
    author_id = fields.Many2one(
        "res.users",
        "Filter by",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who wrote the filter: it finds those clients whom this person may see.",
    )
    problem = fields.Char(readonly=True, copy=False, help="Why the filter cannot be used.")
    counted_on = fields.Datetime("As of", readonly=True, copy=False)
    member_ids = fields.One2many("bti.segment.member", "segment_id", "Members", readonly=True)
    move_ids = fields.One2many("bti.segment.move", "segment_id", "Came and left", readonly=True)
    member_count = fields.Integer(
        "Clients", compute="_compute_member_count", help="Members, as of the last count."
    )

    # === COMPUTE METHODS === #

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_member_count(self):
        counts = dict(
            self.env["bti.segment.member"]._read_group(
                [("segment_id", "in", self.ids), ("company_id", "in", self.env.companies.ids)],
                ["segment_id"],
                ["__count"],
            )
        )
        for segment in self:
            segment.member_count = counts.get(segment._origin, 0)

    # === CONSTRAINTS === #

    @api.constrains("domain")
    def _check_domain(self):
        """Who writes a filter uses what he may read himself."""
        for segment in self:
            try:
                segment._search_members(self.env.company, self.env.user).search([], limit=1)
            except AccessError:
                raise
            except Exception as error:  # whatever a text can do wrong as a filter
                raise ValidationError(
                    self.env._("This filter cannot be used: %(error)s", error=error)
                ) from error

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """The author is who writes, whatever a context or a call says."""
        own = {"author_id": self.env.uid, "problem": False, "counted_on": False}
        return super().create([{**vals, **own} for vals in vals_list])

    def write(self, vals):
        if PROGRAMS & vals.keys() and not self.env.su:
            raise AccessError(self.env._("Who wrote a filter is noted by the program only."))
        if "domain" in vals and "author_id" not in vals:
            vals = {**vals, "author_id": self.env.uid, "problem": False}
        return super().write(vals)

    # === ACTION METHODS === #

    def action_refresh(self):
        """Count these segments now."""
        self.check_access("read")
        # sudo: members are written by the program, and found with the rights of the author
        for segment in self.sudo():
            segment._refresh()
        return True

    def action_view_members(self):
        """Open the clients of the segment, as of the last count.

        :rtype: dict
        """
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_clients"),
            "name": self.name,
            "domain": [("segment_ids", "in", self.ids)],
            "context": {"create": False},
        }

    def action_view_moves(self):
        """Open who came and who left.

        :rtype: dict
        """
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_bti_segment_move"),
            "domain": [("segment_id", "=", self.id)],
        }

    def action_view_evolution(self):
        """Open the numbers of members, month by month.

        :rtype: dict
        """
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("bti_crm.action_bti_segment_snapshot"),
            "domain": [("segment_id", "=", self.id)],
        }

    def action_write_to(self):
        """Prepare a mailing to the segment, or an SMS campaign where the context says so.

        :rtype: dict
        """
        self.ensure_one()
        if self.problem:
            raise UserError(self.problem)
        model = self.env["ir.model"]._get("res.partner")
        is_sms = self.env.context.get("mailing_type") == "sms"
        action = "mass_mailing_sms.mailing_mailing_action_sms" if is_sms else (
            "mass_mailing.mailing_mailing_action_mail"
        )  # fmt: skip
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "views": [(False, "form")],
            "context": {
                "default_mailing_type": "sms" if is_sms else "mail",
                "default_mailing_model_id": model.id,
                "default_mailing_domain": repr([("segment_ids", "in", self.ids)]),
                "default_subject": self.name,
            },
        }

    # === BUSINESS METHODS === #

    def _read_domain(self):
        """The filter, read as a literal.

        :rtype: Domain
        :raise ValueError: it is none
        """
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    def _search_members(self, company, author):
        """The clients of this segment in a company, as its author sees them.

        :param res.company company: whose figures
        :param res.users author: with whose rights
        :return: an empty ``res.partner`` whose searches are bound to the filter
        :rtype: SegmentSearch
        """
        self.ensure_one()
        partners = self.env["res.partner"].with_user(author).with_company(company)
        partners = partners.with_context(
            allowed_company_ids=company.ids, active_test=True, lang=author.lang
        )
        here = Domain("company_id", "in", [False, company.id])
        return SegmentSearch(partners, self._read_domain() & here)


class SegmentSearch:
    """Searches in a segment.

    :param res.partner partners: in the environment of the author
    :param Domain domain: the filter
    """

    def __init__(self, partners, domain):
        self.partners = partners
        self.domain = domain

    def search(self, domain, limit=None):
        """:return: clients of the segment"""
        return self.partners.search(self.domain & Domain(domain), limit=limit)

    def select_ids(self):
        """:return: their ids, as a sub-select in brackets
        :rtype: SQL
        """
        return self.partners._search(self.domain).subselect()
