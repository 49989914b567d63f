from odoo import api, models


class BtiClientStatMarkingMixin(models.AbstractModel):
    """A document of a client that is found by its date of change. Deleted, or another client's now,
    it leaves nothing by which its client could be found: he is marked."""

    _name = "bti.client.stat.marking.mixin"
    _description = "Document That Figures of Clients Count"

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


class CrmLead(models.Model):
    """Enquiries mark their clients."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "bti.client.stat.marking.mixin"]
