from odoo import models
from odoo.exceptions import UserError

# Fields that say where the password goes.
TARGET_FIELDS = ("base_url", "provider")


class BtiChannel(models.Model):
    """The password goes where an administrator lets it go."""

    _inherit = "bti.channel"

    def write(self, vals):
        """Who may not read the password may not have it sent to another address either."""
        if not self.env.is_system():
            moved = self.filtered(
                lambda channel: any(
                    name in vals and (channel[name] or "") != (vals[name] or "")
                    for name in TARGET_FIELDS
                )
            )
            if any(channel._prepare_gateway_config().access_token for channel in moved):
                raise UserError(
                    self.env._(
                        "This channel has a password: only an administrator may send it to another "
                        "address."
                    )
                )
        return super().write(vals)
