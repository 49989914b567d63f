from odoo import models
from odoo.fields import Domain

# kind of a person's name on a network: kind of the channels that reach it
CHANNEL_KINDS = {
    "psid": "messenger",
    "comment": "messenger",
    "wa_id": "whatsapp",
    "bsuid": "whatsapp",
    "viber": "viber",
}
# Names that hold within one Page or bot: only its own channel reaches them.
SCOPED = ("psid", "comment", "viber")


class BtiIdentity(models.Model):
    """Through which channel a person on a network is reached."""

    _inherit = "bti.identity"

    def _find_channel(self):
        kind = CHANNEL_KINDS.get(self.kind)
        if not kind:
            return super()._find_channel()
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("kind", "=", kind)
            & Domain("state", "=", "active")
        )
        if self.kind in SCOPED:
            domain &= Domain("external_id", "=", self.scope)
        # sudo: as for SMS, the channel's values stay hidden from the user
        return self.env["bti.channel"].sudo().search(domain, limit=1)
