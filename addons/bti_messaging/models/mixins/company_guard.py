from odoo import models


class BtiCompanyGuardMixin(models.AbstractModel):
    """Nobody moves a record into a company for which he does not work.

    Odoo asks the record rules before a change, not after it: through RPC a channel could be handed
    to another company, which would then write through somebody else's gateway.
    """

    _name = "bti.company.guard.mixin"
    _description = "Stays Within the Companies of Its User"

    def write(self, vals):
        """Ask the record rules once more when the company changes, or the channel that tells it."""
        result = super().write(vals)
        if {"company_id", "channel_id"} & vals.keys():
            self.check_access("write")
        return result
