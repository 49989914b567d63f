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
        text, files = self._bti_get_text(message), message.attachment_ids
        identity, channel = self.bti_identity_id, self.bti_channel_id
        if refusal := self._bti_get_refusal(message, channel):
            self._bti_note(escape(refusal))
            return outgoing
        if not text and not files:
            return outgoing
        if not channel.active or channel.state == "draft":
            channel = identity._find_channel()
        vals = {
            "channel_id": channel.id,
            "company_id": identity.company_id.id,
            "number": identity._get_number() or identity.external_id,
            "partner_id": identity.partner_id.id,
            "identity_id": identity.id,
            "body": text,
            "purpose": "transactional",
            "is_pinned": True,
            "is_personal": True,
            "conversation_id": self.id,
            "mail_message_id": message.id,
        }
        return outgoing.create(self._bti_split_answer(message, channel, vals))

    def _bti_get_text(self, message):
        """:param mail.message message: what an agent wrote
        :return: as plain text
        :rtype: str
        """
        return to_plain_text(message.body)

    def _bti_get_refusal(self, message, channel):
        """Hook: why an answer cannot go through a channel.

        :param mail.message message: what the agent wrote, as superuser
        :param bti.channel channel: of the conversation
        :return: a sentence for him, or False
        """
        if message.attachment_ids and channel.kind == "sms":
            return self.env._(
                "Nothing was sent: an SMS carries text only, no files. Write again without the "
                "file, or send a link to it."
            )
        return False

    def _bti_split_answer(self, message, channel, vals):
        """Hook: the messages that an answer takes, in their order.

        :param mail.message message: what the agent wrote
        :param bti.channel channel: that carries it
        :param dict vals: values of a message with the whole text
        :rtype: list[dict]
        """
        return [vals]
