from odoo import models
from odoo.exceptions import UserError


class BtiChannel(models.Model):
    """A channel stays with the company whose messages went through it."""

    _inherit = "bti.channel"

    def write(self, vals):
        """Refuse another company once there are messages: they, what the provider tells of them
        and their costs would belong to one company and their channel to another."""
        if "company_id" in vals:
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
        return super().write(vals)

    def _is_used(self):
        """Hook: whether anything of the company hangs on the channel."""
        self.ensure_one()
        return any(
            self.env[model].search_count([("channel_id", "=", self.id)], limit=1)
            for model in ("bti.message", "bti.inbox", "bti.event")
        )
