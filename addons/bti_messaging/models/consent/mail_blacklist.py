from odoo import api, models
from odoo.tools import email_normalize


class MailBlacklist(models.Model):
    _name = "mail.blacklist"
    _inherit = ["mail.blacklist", "bti.blacklist.mixin"]

    @api.model
    def _bti_get_kind(self):
        return "email", "email"

    @api.model
    def _bti_normalise(self, address):
        return email_normalize(address)

    def _add(self, email, message=None):
        """Keep the reason for the consent log."""
        return super(MailBlacklist, self.with_context(bti_blacklist_reason=message))._add(
            email, message=message
        )

    def _remove(self, email, message=None):
        """Keep the reason for the consent log."""
        return super(MailBlacklist, self.with_context(bti_blacklist_reason=message))._remove(
            email, message=message
        )
