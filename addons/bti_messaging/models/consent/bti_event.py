from odoo import models

from ...const import PURPOSES


class BtiEvent(models.Model):
    """Networks tell what people forbid in their settings."""

    _inherit = "bti.event"

    # === ROUTES === #

    def _route_consent(self):
        """Hook: the person allows or forbids us to write to him, offers or anything."""
        self.ensure_one()
        person = self._get_person()
        if not person:
            return False
        refused = self.status == "withdrawn"
        only_offers = self.body == "marketing"
        self.env["bti.consent"]._record_choice(
            self.channel_id,
            person._get_main(),
            refused,
            ["marketing"] if only_offers else [purpose for purpose, _label in PURPOSES],
            date=self.occurred_at,
            proof=self.env._(
                "Told by %(channel)s: %(choice)s",
                channel=self.channel_id.name,
                choice=f"{self.body or ''} {self.status or ''}".strip(),
            ),
        )
        return True
