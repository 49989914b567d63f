from odoo import models
from odoo.fields import Domain


class BtiChannel(models.Model):
    """A WhatsApp number and the texts that its account may send."""

    _inherit = "bti.channel"

    # === ACTIONS === #

    def action_view_templates(self):
        """Open the approved texts of the number's account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_template_action")
        return {
            **action,
            "domain": [("business_account", "=", self.business_account)],
            "context": {"default_channel_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _is_used(self):
        return super()._is_used() or bool(
            self.env["bti.template"].search_count(Domain("channel_id", "=", self.id), limit=1)
        )
