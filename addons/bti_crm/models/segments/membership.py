from datetime import timedelta

from odoo import api, fields, models

KEPT = timedelta(days=2 * 365)


class BtiSegmentMember(models.Model):
    """That a client is in a segment of a company."""

    _name = "bti.segment.member"
    _description = "Member of a Segment"
    _rec_name = "partner_id"
    _order = "id"

    segment_id = fields.Many2one("bti.segment", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Date("Since", required=True, readonly=True)

    _member_uniq = models.Constraint(
        "UNIQUE(segment_id, company_id, partner_id)", "A client is once in a segment."
    )


class BtiSegmentMove(models.Model):
    """That a client came into a segment, or left it: an automation rule on the creation of these
    records is how one reacts to it."""

    _name = "bti.segment.move"
    _description = "Client Who Came into a Segment or Left It"
    _rec_name = "partner_id"
    _order = "id desc"

    segment_id = fields.Many2one(
        "bti.segment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Sales rep")
    kind = fields.Selection(
        [("came", "Came"), ("left", "Left")], "What", required=True, readonly=True
    )
    date = fields.Date(required=True, readonly=True)

    @api.autovacuum
    def _gc_moves(self):
        old = [("create_date", "<", fields.Datetime.now() - KEPT)]
        self.search(old, limit=10_000).unlink()


class BtiSegmentSnapshot(models.Model):
    """How many clients a segment had in a month: its evolution."""

    _name = "bti.segment.snapshot"
    _description = "Segment in a Month"
    _rec_name = "month"
    _order = "month desc, id desc"

    segment_id = fields.Many2one("bti.segment", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    members = fields.Integer(
        "Clients", readonly=True, help="At the last count of the month.", aggregator="max"
    )
    came = fields.Integer(readonly=True, help="Clients who came in that month.")
    left = fields.Integer(readonly=True, help="Clients who left in that month.")
    filter_text = fields.Char("Filter", readonly=True, help="The filter as it was counted.")

    _month_uniq = models.Constraint(
        "UNIQUE(segment_id, company_id, month)", "A segment is counted once for a month."
    )
