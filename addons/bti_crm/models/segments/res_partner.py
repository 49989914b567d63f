from odoo import api, fields, models
from odoo.fields import Domain

from ..statistics.res_partner import READERS


class ResPartner(models.Model):
    """The segments of a client: in filters of clients, mailings, campaigns and rules."""

    _inherit = "res.partner"

    segment_member_ids = fields.One2many(
        "bti.segment.member", "partner_id", "In segments", groups=READERS
    )
    segment_ids = fields.Many2many(
        "bti.segment",
        string="Segments",
        compute="_compute_segments",
        search="_search_segments",
        compute_sudo=False,
        groups=READERS,
        help="Segments of the user's company, as of the last count.",
    )

    @api.depends_context("company", "uid")
    def _compute_segments(self):
        members = self.env["bti.segment.member"]
        if members.has_access("read"):
            members = members.search(
                [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)]
            )
        by_partner = members.grouped("partner_id")
        for partner in self:
            partner.segment_ids = by_partner.get(partner._origin, members.browse()).segment_id

    @api.model
    def _search_segments(self, operator, value):
        """Members as of the last count; a segment whose filter cannot be used has none, so that
        nobody writes to who was in it long ago."""
        here = Domain("company_id", "=", self.env.company.id)
        here &= Domain("segment_id.problem", "=", False)
        if operator == "any":
            return Domain("segment_member_ids", "any", here & Domain("segment_id", "any", value))
        if operator != "in":
            return NotImplemented
        ids = [key for key in value if key]
        found = Domain("segment_member_ids", "any", here & Domain("segment_id", "in", ids))
        if False in value:
            found |= Domain("segment_member_ids", "not any", here)
        return found
