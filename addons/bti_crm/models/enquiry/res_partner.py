from odoo import fields, models


class ResPartner(models.Model):
    """The needs of a client, over all his enquiries."""

    _inherit = "res.partner"

    need_count = fields.Integer(
        compute="_compute_need_count",
        groups="sales_team.group_sale_salesman",
    )

    # === COMPUTE METHODS === #

    def _compute_need_count(self):
        counts = self._bti_count_with_contacts("bti.need")
        for partner in self:
            partner.need_count = counts[partner]

    # === ACTION METHODS === #

    def action_view_needs(self):
        """Open the needs of the client and of his contacts."""
        return self._bti_view_with_contacts("bti_crm.action_bti_need")
