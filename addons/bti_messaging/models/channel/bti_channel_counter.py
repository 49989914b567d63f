from odoo import api, models
from odoo.exceptions import AccessError


class BtiChannel(models.Model):
    """What an SMS costs, for the counter beside the text."""

    _inherit = "bti.channel"

    @api.model
    @api.readonly
    def get_sms_price(self):
        """What the person who writes an SMS has to know; readable by every internal user.

        :return: False when the company's SMS do not go through channels, else
            ``{"cost_per_part": float, "currency_id": int, "max_parts": int}`` of its first
            active SMS channel, zeros without one
        :rtype: dict | bool
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees may do this."))
        company = self.env.company
        # sudo: the company's choice of a provider is among the settings
        if company.sudo().sms_provider != "bti":
            return False
        channel_sudo = self._find_channel(company)
        return {
            "cost_per_part": channel_sudo.cost_per_part,
            "currency_id": company.currency_id.id,
            "max_parts": channel_sudo.max_parts,
        }
