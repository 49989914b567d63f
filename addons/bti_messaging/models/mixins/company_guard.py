from odoo import models


class BtiCompanyGuardMixin(models.AbstractModel):
    """Nobody moves a record into a company for which he does not work.

    Odoo asks the record rules before a change, not after it: through RPC a channel could be handed
    to another company, which would then write through somebody else's gateway.
    """

    _name = "bti.company.guard.mixin"
    _description = "Stays Within the Companies of Its User"

    # by what a record belongs to a company; a model that hangs on another one names that field
    _guarded_fields = frozenset({"company_id", "channel_id"})

    def write(self, vals):
        """Ask the record rules once more when the company changes, or the record that tells it."""
        result = super().write(vals)
        if self._guarded_fields & vals.keys():
            self.check_access("write")
        return result
