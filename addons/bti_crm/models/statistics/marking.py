from odoo import api, models


class CrmLead(models.Model):
    """An enquiry that is deleted, or another client's now, leaves nothing by which its client could
    be found."""

    _inherit = "crm.lead"

    def write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        before = self.partner_id
        result = super().write(vals)
        self.env["bti.client.stat.dirty"]._mark(before - self.partner_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _mark_clients_of_deleted(self):
        self.env["bti.client.stat.dirty"]._mark(self.partner_id)
