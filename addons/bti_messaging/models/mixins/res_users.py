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

    def _bti_may_change_shared(self):
        """Whether the user may change what all companies share, where his rights let him change
        such records at all: an administrator. With one company nothing is shared.

        :rtype: bool
        """
        self.ensure_one()
        return self.env["res.company"]._bti_is_only_one() or self._bti_is_administrator()

    def _bti_get_own_company(self):
        """:return: the company of what the user sets up; none, that is all, for an administrator
        :rtype: res.company
        """
        company = self.env.company
        return company.browse() if self._bti_may_change_shared() else company

    def _bti_is_administrator(self):
        """Hook: whether the user administers what all companies share."""
        return self.has_group("base.group_system")

    def _bti_answers_for(self, company):
        """Whether the user may talk to the clients of a company: one of its messaging agents.

        :param res.company company: one company
        :rtype: bool
        """
        self.ensure_one()
        user = self.sudo()  # sudo: companies and groups of a colleague
        return bool(
            user.active
            and company in user.company_ids
            and user._has_group("base.group_user")
            and user._has_group("bti_messaging.group_messaging_user")
            and not user._is_superuser()
        )

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
