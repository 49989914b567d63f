from odoo import fields, models


class BtiRequirement(models.Model):
    """A special requirement of a client or of one of his sites."""

    _name = "bti.requirement"
    _description = "Special Requirement"
    _inherit = ["bti.fact.mixin", "bti.company.guard.mixin"]
    _order = "partner_id, sequence, id"
    _rec_name = "kind_id"

    kind_id = fields.Many2one(
        "bti.requirement.kind", "Requirement", required=True, ondelete="restrict"
    )
    note = fields.Char("Details", help="E.g. 10 t at most, the gate is 3 m wide.")
    sequence = fields.Integer(related="kind_id.sequence", store=True)
    valid_until = fields.Date(help="Empty: until somebody takes it away.")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: whatever company delivers.",
    )

    def _get_text(self):
        """The requirement as people read it, in their language.

        :rtype: str
        """
        self.ensure_one()
        return f"{self.kind_id.name} ({self.note})" if self.note else self.kind_id.name
