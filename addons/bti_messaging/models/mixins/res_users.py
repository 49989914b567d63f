from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

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
