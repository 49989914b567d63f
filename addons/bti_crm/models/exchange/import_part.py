from odoo import api, fields, models


class ImportPart(models.AbstractModel):
    """A line of an import profile: it stays in its company, and what was tried by the profile as it
    was before has to be tried again."""

    _name = "bti.import.part"
    _inherit = ["bti.company.guard.mixin"]
    _description = "Part of an Import Profile"
    _guarded_fields = frozenset({"profile_id"})

    profile_id = fields.Many2one(
        "bti.import.profile", required=True, ondelete="cascade", index=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        if self._tells_when_new():
            parts.profile_id._outdate_trials()
        return parts

    def write(self, vals):
        profiles = self.profile_id
        result = super().write(vals)
        (profiles | self.profile_id)._outdate_trials()
        return result

    def unlink(self):
        profiles = self.profile_id
        result = super().unlink()
        profiles._outdate_trials()
        return result

    @api.model
    def _tells_when_new(self):
        """Hook: whether a new part changes what a file that is known means.

        :rtype: bool
        """
        return True
