from odoo import models


class BtiEvent(models.Model):
    """Somebody has filled in a form; what he wrote is asked for by the Page's job."""

    _inherit = "bti.event"

    # === ROUTES === #

    def _route_lead(self):
        """Hook: the network tells the id alone, perhaps more than once."""
        if not self.ref:
            return False
        told = self.payload or {}
        self.env["bti.lead.answer"]._find_or_create(
            self.channel_id,
            self.ref,
            {
                "form_ref": told.get("form_id"),
                "ad_ref": told.get("ad_id"),
                "date": self.occurred_at,
            },
        )
        return True
