from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# What Odoo's live chat screen lets an agent note about a conversation, and what Odoo notes itself
# when he writes in it.
NOTED_FIELDS = {
    "description",
    "livechat_conversation_tag_ids",
    "livechat_expertise_ids",
    "livechat_failure",
    "livechat_note",
    "livechat_status",
}


class DiscussChannel(models.Model):
    """Who is in a conversation with a client, and that what was said in it stays.

    Odoo lets every member write a conversation, and whoever knows its address become a member.
    """

    _inherit = "discuss.channel"

    # === CONSTRAINTS === #

    @api.constrains("bti_identity_id")
    def _check_conversation_members(self):
        self.channel_member_ids._check_conversation_member()

    # === CRUD METHODS === #

    def write(self, vals):
        """An agent notes what he thinks of a conversation; whom it is with, who is in it and
        whether it is over follows from buttons.

        :raise AccessError: he writes something else
        """
        # sudo: what the conversation is tied to, whatever its member may read
        if not self.env.su and vals.keys() - NOTED_FIELDS and self.sudo().bti_identity_id:
            raise AccessError(
                self.env._(
                    "A conversation with a client cannot be changed: use its buttons to answer, "
                    "to call a colleague or to close it."
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _message_post_after_hook(self, message, msg_vals):
        # sudo: what the conversation is tied to, whatever its member may read
        if self.sudo().bti_identity_id:
            self._bti_check_post(message)
        return super()._message_post_after_hook(message, msg_vals)

    def _bti_check_post(self, message):
        """Nobody speaks in the name of another, nor to a client after the end.

        :raise UserError: for a person; the program tells what it has to tell
        """
        if not self.env.su and not message._bti_is_own():
            raise AccessError(
                self.env._("In a conversation with a client everybody writes in his own name.")
            )
        # sudo: as above
        if self.sudo().livechat_end_dt and self._bti_is_answer(message):
            raise UserError(
                self.env._(
                    "This conversation is closed, nothing was sent. Open a new one from the "
                    "correspondent to write to him again."
                )
            )

    def _message_update_content(self, message, /, **kwargs):
        """What was said to a client or by him cannot be taken back, by nobody."""
        # sudo: what the conversation is tied to, whoever wants to change a message
        if self.sudo().bti_identity_id:
            raise UserError(
                self.env._(
                    "What was said in a conversation with a client stays: it cannot be changed or "
                    "deleted."
                )
            )
        return super()._message_update_content(message, **kwargs)


class DiscussChannelMember(models.Model):
    """Members of a conversation with a client are he and messaging agents of its company.

    A constraint, for Odoo itself adds members with ``sudo()``: by the address of a conversation,
    by a live chat team, by an invitation.
    """

    _inherit = "discuss.channel.member"

    @api.constrains("channel_id", "partner_id", "guest_id")
    def _check_conversation_member(self):
        # sudo: whether somebody belongs there does not depend on who asks
        for member in self.sudo():
            identity = member.channel_id.bti_identity_id
            if not identity:
                continue
            if member.guest_id:
                allowed = member.guest_id == identity.guest_id
            else:
                allowed = any(
                    user._bti_answers_for(identity.company_id)
                    for user in member.partner_id.user_ids
                )
            if not allowed:
                raise ValidationError(
                    self.env._(
                        "Only messaging agents of %(company)s may be in a conversation with its "
                        "clients.",
                        company=identity.company_id.name,
                    )
                )


class MailMessage(models.Model):
    """What was said in a conversation with a client stays as it was said."""

    _inherit = "mail.message"

    def _bti_is_own(self):
        """Whether these are the words of the current user."""
        own = self.env.user.partner_id
        # sudo: whose words these are, whatever the user may read
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
