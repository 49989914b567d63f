from odoo import fields, models


class AccountMove(models.Model):
    """The credit note of a bonus."""

    _inherit = "account.move"

    bonus_statement_id = fields.Many2one(
        "bti.bonus.statement",
        "Bonus",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    # never twice, whatever program or person tries
    _one_bonus_credit = models.UniqueIndex(
        "(bonus_statement_id) WHERE bonus_statement_id IS NOT NULL AND state != 'cancel'",
        "This bonus has a credit note already.",
    )

    def action_view_bonus(self):
        """Open the statement that this credit note pays."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bti.bonus.statement",
            "res_id": self.bonus_statement_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
