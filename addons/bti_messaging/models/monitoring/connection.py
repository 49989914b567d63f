from odoo import models

from ...const import PROBLEMS_FOR_ADMIN


class BtiChannel(models.Model):
    """Alerts about the access to a network, and when its health falls."""

    _inherit = "bti.channel"

    def _get_troubles(self):
        troubles = super()._get_troubles()
        if self.kind != "sms" and self.state != "draft" and self.active:
            troubles |= self._get_connection_troubles()
        return troubles

    def _get_health(self):
        """What a network refuses of one message says nothing about our access."""
        if self.kind == "sms":
            return super()._get_health()
        if self.problem in PROBLEMS_FOR_ADMIN:
            return "error"
        return "warning" if self.problem or self._get_connection_troubles() else "ok"
