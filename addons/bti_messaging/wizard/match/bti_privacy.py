from odoo import models
from odoo.fields import Domain


class BtiPrivacy(models.TransientModel):
    """Numbers that a person gave, or that others gave as theirs."""

    _inherit = "bti.privacy"

    def _get_domains(self):
        domains = super()._get_domains()
        given = Domain("identity_id", "any", domains["bti.identity"])
        domains["bti.identity.match"] = given | Domain("number", "in", self._get_spellings())
        return domains

    def _erase_bti_identity_match(self, matches):
        matches.exists().unlink()
