from odoo import models
from odoo.exceptions import UserError

# Fields that say where the password goes.
TARGET_FIELDS = ("base_url", "provider")


class BtiChannel(models.Model):
    """What nobody changes about a channel by the way: whose it is, and where its password goes."""

    _inherit = "bti.channel"

    def write(self, vals):
        self._check_same_company(vals)
        self._check_same_address(vals)
        return super().write(vals)

    def _check_same_company(self, vals):
        """Refuse another company once there are messages: they, what the provider tells of them
        and their costs would belong to one company and their channel to another."""
        if "company_id" not in vals:
            return
        moved = self.filtered(lambda channel: channel.company_id.id != vals["company_id"])
        # sudo: whether there is anything at all, whoever may read it
        used = moved.sudo().filtered(lambda channel: channel._is_used())
        if used:
            raise UserError(
                self.env._(
                    "Messages of %(company)s went through %(channel)s: make another channel "
                    "for the other company and archive this one.",
                    company=used[0].company_id.name,
                    channel=used[0].name,
                )
            )

    def _check_same_address(self, vals):
        """Who may not read the password may not have it sent to another address either."""
        if self.env.is_system():
            return
        moved = self.filtered(lambda channel: channel._is_sent_elsewhere(vals))
        if any(channel._prepare_gateway_config().access_token for channel in moved):
            raise UserError(
                self.env._(
                    "This channel has a password: only an administrator may send it to another "
                    "address."
                )
            )

    def _is_sent_elsewhere(self, vals):
        """Hook: whether the password would go to another address.

        :param dict vals: values about to be written
        """
        self.ensure_one()
        return any(
            name in vals and (self[name] or "") != (vals[name] or "") for name in TARGET_FIELDS
        )

    def _is_used(self):
        """Hook: whether anything of the company hangs on the channel."""
        self.ensure_one()
        return False
