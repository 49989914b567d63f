from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    # === CRUD METHODS === #

    def write(self, vals):
        """Who is no agent of a company any more leaves the conversations with its clients."""
        result = super().write(vals)
        if {"group_ids", "company_ids"} & vals.keys():
            self._bti_leave_conversations()
        return result

    def _unsubscribe_from_non_public_channels(self):
        result = super()._unsubscribe_from_non_public_channels()
        self._bti_leave_conversations(everybody=True)
        return result

    # === BUSINESS METHODS === #

    def _bti_leave_conversations(self, everybody=False):
        """Take those who may not be there out of the conversations with clients.

        :param bool everybody: whatever their rights are
        """
        # sudo: members are taken out whoever changes the rights
        members = (
            self.env["discuss.channel.member"]
            .sudo()
            .search(
                Domain("partner_id", "in", self.sudo().partner_id.ids)
                & Domain("channel_id.bti_identity_id", "!=", False)
            )
        )
        members.filtered(
            lambda member: (
                everybody
                or not any(
                    user._bti_answers_for(member.channel_id.bti_company_id)
                    for user in member.partner_id.user_ids
                )
            )
        ).unlink()


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
