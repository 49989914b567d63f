from odoo import models
from odoo.fields import Domain


class MailMessage(models.Model):
    """What was said in a conversation with a client stays as it was said."""

    _inherit = "mail.message"

    def _bti_is_own(self):
        """Whether these are the words of the current user."""
        own = self.env.user.partner_id
        return all(
            message.author_id == own and not message.author_guest_id for message in self.sudo()
        )

    def _bti_in_conversations(self):
        """:return: those of these messages that belong to conversations with clients"""
        # sudo: where they were written, whatever the user may read
        messages = self.sudo().filtered(lambda message: message.model == "discuss.channel")
        if not messages:
            return self.browse()
        conversations = (
            self.env["discuss.channel"]
            .sudo()
            .with_context(active_test=False)
            .search(
                Domain("id", "in", messages.mapped("res_id"))
                & Domain("bti_identity_id", "!=", False)
            )
        )
        found = set(conversations.ids)
        return messages.filtered(lambda message: message.res_id in found).with_env(self.env)

    def _get_forbidden_access(self, operation):
        """Nobody changes or deletes what was said with a client, nor says something in the name
        of another, whatever right he has on the conversation."""
        forbidden = super()._get_forbidden_access(operation)
        if operation == "read":
            return forbidden
        said = (self - forbidden)._bti_in_conversations()
        if operation == "create":
            said = said.filtered(lambda message: not message._bti_is_own())
        return forbidden + said
