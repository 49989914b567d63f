from odoo import fields, models


class BtiIdentity(models.Model):
    """Numbers change hands: who was found by his number is not he when it is somebody else's."""

    _inherit = "bti.identity"

    decided = fields.Boolean(
        string="Decided by a Person",
        readonly=True,
        help="Somebody said who it is: it stays so whatever numbers the contacts have.",
    )

    def _forget_stale_partner(self):
        """Forget the contact when he belongs to another company, or when he was found by the number
        and only others have it now. What was written so far stays his.

        :return: whether he was forgotten, so that one has to look again
        :rtype: bool
        """
        self.ensure_one()
        # sudo: whether it is still he does not depend on what the reader may see
        identity = self.sudo()
        partner = identity.partner_id
        if not partner.company_id or partner.company_id == identity.company_id:
            has_number = partner.active and identity.external_id in partner._bti_get_numbers()
            if identity.decided or has_number:
                return False
            identity.invalidate_recordset(["candidate_ids"])
            if not identity.candidate_ids - partner:
                return False
        identity.write({"partner_id": False, "decided": False})
        return True
