from odoo import fields, models
from odoo.fields import Domain

_IS_CONTACT_SHEET = Domain("picking_id", "!=", False)


class ResPartner(models.Model):
    """The contact sheets of a client, of all his deliveries."""

    _inherit = "res.partner"

    contact_sheet_count = fields.Integer(
        "Contact sheets",
        compute="_compute_contact_sheet_count",
        groups="bti_crm.group_rep",
    )

    # === COMPUTE METHODS === #

    def _compute_contact_sheet_count(self):
        counts = self._bti_count_with_contacts("survey.user_input", _IS_CONTACT_SHEET)
        for partner in self:
            partner.contact_sheet_count = counts[partner]

    # === ACTION METHODS === #

    def action_view_contact_sheets(self):
        """Open the contact sheets of the client and of his sites."""
        return self._bti_view_with_contacts("bti_sales.contact_sheet_action", _IS_CONTACT_SHEET)
