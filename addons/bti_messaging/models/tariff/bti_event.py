from odoo import models


class BtiEvent(models.Model):
    """Reports of networks tell what a message costs."""

    _inherit = "bti.event"

    # === BUSINESS METHODS === #

    def _process_reports(self):
        result = super()._process_reports()
        self._note_pricing()
        return result

    def _route_status(self):
        result = super()._route_status()
        self._note_pricing()
        return result

    def _note_pricing(self):
        """Hand on what these reports tell about money; those alike together."""
        telling = self.filtered(lambda event: event.message_id and event.details)
        groups = {}
        for event in telling:
            if pricing := event._get_detail("pricing", {}):
                key = tuple(sorted((name, str(value)) for name, value in pricing.items()))
                pricing, messages = groups.get(key, (pricing, event.message_id))
                groups[key] = (pricing, messages | event.message_id)
        for pricing, messages in groups.values():
            messages._note_pricing(pricing)
