from odoo import api, models


class PhoneBlacklist(models.Model):
    _name = "phone.blacklist"
    _inherit = ["phone.blacklist", "bti.blacklist.mixin"]

    @api.model
    def _bti_get_kind(self):
        return "sms", "number"

    @api.model
    def _bti_normalise(self, address):
        return self.env.user._phone_format(number=address)

    def _add(self, numbers, message=None):
        """Keep the reason for the consent log."""
        return super(PhoneBlacklist, self.with_context(bti_blacklist_reason=message))._add(
            numbers, message=message
        )

    def _remove(self, numbers, message=None):
        """Keep the reason for the consent log; core reads the list with the context of
        ``self.env``, so that it comes along."""
        return super(PhoneBlacklist, self.with_context(bti_blacklist_reason=message))._remove(
            numbers, message=message
        )
