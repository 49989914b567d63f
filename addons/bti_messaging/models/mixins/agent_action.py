from odoo import models
from odoo.exceptions import AccessError


class BtiAgentActionMixin(models.AbstractModel):
    """What an agent or a manager of messaging does by a button with records that nobody writes:
    the check stands at the beginning of the action and is the right to do the rest with
    ``sudo()``."""

    _name = "bti.agent.action.mixin"
    _description = "Actions of Messaging Agents and Managers"

    def _bti_check_agent(self):
        """Agents act on the records of their companies, which the rules let them read.

        :raise AccessError: the user is no messaging agent, or may not read the records
        """
        self.check_access("read")
        if not self.env.user.has_group("bti_messaging.group_messaging_user"):
            raise AccessError(self.env._("Only messaging agents may do this."))

    def _bti_check_manager(self):
        """As :meth:`_bti_check_agent`, for what only managers do."""
        self.check_access("read")
        if not self.env.user.has_group("bti_messaging.group_messaging_manager"):
            raise AccessError(self.env._("Only messaging managers may do this."))
