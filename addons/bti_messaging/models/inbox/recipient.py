from odoo import api, models


class BtiMessage(models.Model):
    """To whom a message goes where a person is no phone number."""

    _inherit = "bti.message"

    @api.model
    def _has_recipient(self, vals):
        return super()._has_recipient(vals) or bool(vals.get("identity_id"))

    def _get_recipient(self):
        if self.channel_id.kind == "sms" or not self.identity_id:
            return super()._get_recipient()
        return self.identity_id._get_address()
