from markupsafe import escape

from odoo import models

from ...tools.discuss_text import to_plain_text


class DiscussChannel(models.Model):
    """What an agent answers in a conversation goes to the client through the outbox."""

    _inherit = "discuss.channel"

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        # sudo: what the conversation is tied to, whatever its member may read
        conversation = self.sudo()
        if conversation.bti_identity_id and self._bti_is_answer(message):
            conversation._bti_send(message.sudo())
        return result

    def _bti_is_answer(self, message):
        """Whether an agent wrote this to the correspondent: not a note, a robot or himself."""
        return bool(
            message.message_type == "comment"
            and message.subtype_id == self.env.ref("mail.mt_comment")
            and not message.author_guest_id
            and message.author_id
            and message.author_id == self.env.user.partner_id
            and self.env.user._is_internal()
            and not self.env.user._is_superuser()
        )

    def _bti_send(self, message):
        """Write an agent's words into the outbox, in his transaction; nothing is sent here.

        :param mail.message message: as superuser
        :return: the outgoing message, or none
        """
        self.ensure_one()
        outgoing = self.env["bti.message"]
        text = to_plain_text(message.body)
        if message.attachment_ids:
            self._bti_note(
                escape(
                    self.env._(
                        "Nothing was sent: an SMS carries text only, no files. Write again "
                        "without the file, or send a link to it."
                    )
                )
            )
            return outgoing
        if not text:
            return outgoing
        identity, channel = self.bti_identity_id, self.bti_channel_id
        if not channel.active or channel.state == "draft":
            channel = channel._find_channel(
                identity.company_id, identity.kind, identity.external_id
            )
        outgoing = outgoing.create(
            {
                "channel_id": channel.id,
                "company_id": identity.company_id.id,
                "number": identity.external_id,
                "partner_id": identity.partner_id.id,
                "identity_id": identity.id,
                "body": text,
                "purpose": "transactional",
                "is_pinned": True,
                "conversation_id": self.id,
                "mail_message_id": message.id,
            }
        )
        return outgoing
