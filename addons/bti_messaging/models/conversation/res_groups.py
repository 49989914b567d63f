from odoo import models


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        """Who is no agent any more leaves the conversations with clients."""
        agents = self.env.ref("bti_messaging.group_messaging_user", raise_if_not_found=False)
        if not agents or not {"user_ids", "implied_ids", "implied_by_ids"} & vals.keys():
            return super().write(vals)
        before = agents.all_user_ids
        result = super().write(vals)
        (before - agents.all_user_ids)._bti_leave_conversations()
        return result
