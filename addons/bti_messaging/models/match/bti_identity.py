from odoo import fields, models
from odoo.exceptions import UserError


class BtiIdentity(models.Model):
    """A correspondent and the numbers that he gave."""

    _inherit = "bti.identity"

    match_ids = fields.One2many("bti.identity.match", "identity_id", string="Numbers Given")
    open_match_ids = fields.One2many(
        "bti.identity.match",
        "identity_id",
        string="Numbers to Decide",
        domain=[("state", "=", "open")],
    )

    # === ACTIONS === #

    def action_decide_match(self):
        """Decide about the last number that he gave."""
        self.ensure_one()
        self._bti_check_agent()
        if not self.open_match_ids:
            raise UserError(self.env._("This was decided already."))
        return self.open_match_ids[:1].action_decide()
