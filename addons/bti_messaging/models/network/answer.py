from odoo import models

from ...gateways.base import FailureReason, OutgoingMessage, PermanentError
from ...gateways.content import Content


class DiscussChannel(models.Model):
    """What an agent answers on a network: words, files, a quotation, within what it allows."""

    _inherit = "discuss.channel"

    # === BUSINESS METHODS === #

    def _bti_get_refusal(self, message, channel):
        refusal = super()._bti_get_refusal(message, channel)
        if refusal or channel.kind == "sms":
            return refusal
        Message = self.env["bti.message"]
        files = tuple(map(Message._prepare_media, message.attachment_ids))
        pieces = [Content(media=(media,)) for media in files]
        if text := self._bti_get_text(message):
            pieces.append(Content(text=text))
        gateway = channel._get_gateway()
        in_window, human = self._bti_get_freedom()
        for content in pieces:
            try:
                gateway.check(
                    OutgoingMessage(
                        "answer",
                        self.bti_identity_id._get_address(),
                        content,
                        human=human,
                        in_window=in_window,
                    )
                )
            except PermanentError as error:
                return self._bti_explain(channel, error)
        return False

    def _bti_explain(self, channel, error):
        """:param PermanentError error: why the network would not take an answer
        :return: what the agent can do instead
        :rtype: str
        """
        if error.reason is FailureReason.WINDOW_CLOSED:
            return self._bti_explain_window(channel)
        failures = self.env["bti.message"]._fields["failure_type"]
        labels = dict(failures._description_selection(self.env))
        reason = labels.get(error.reason.value, error.reason.value)
        detail = f" ({error.detail})" if error.detail else ""
        return self.env._("Nothing was sent. %(reason)s%(detail)s.", reason=reason, detail=detail)

    def _bti_explain_window(self, channel):
        """:return: why nothing may be written any more and what is still possible
        :rtype: str
        """
        number = self.bti_identity_id._get_number() or self.bti_partner_id.phone
        network = dict(channel._fields["kind"]._description_selection(self.env))[channel.kind]
        text = self.env._(
            "Nothing was sent: %(network)s takes no free text so long after the client's last "
            "message.",
            network=network,
        )
        if number:
            return f"{text} " + self.env._("Send him an SMS: %(number)s.", number=number)
        return f"{text} " + self.env._("He has to write first.")

    def _bti_split_answer(self, message, channel, vals):
        vals_list = super()._bti_split_answer(message, channel, vals)
        if channel.kind == "sms":
            return vals_list
        quoted = self.env["bti.message"]
        if message.parent_id:
            quoted = quoted.search([("mail_message_id", "=", message.parent_id.id)], limit=1)
        capability = channel._get_capability()
        vals = {**vals, "reply_to_id": capability.reply and quoted.id}
        files, text = message.attachment_ids, vals["body"]
        if not files:
            return [vals]
        caption = len(text) <= capability.caption_length and text or ""
        split = [
            {
                **vals,
                "body": caption if place == 0 else "",
                "attachment_ids": attachment.ids,
                # one of them stands for what the agent wrote
                "mail_message_id": place == 0 and message.id,
            }
            for place, attachment in enumerate(files)
        ]
        if text and not caption:
            split.append({**vals, "mail_message_id": False})
        return split

    def _bti_get_freedom(self):
        """:return: as of ``bti.message._get_freedom``, for what an agent writes"""
        self.ensure_one()
        draft = self.env["bti.message"].new(
            {
                "channel_id": self.bti_channel_id.id,
                "conversation_id": self.id,
                "identity_id": self.bti_identity_id.id,
                "is_personal": True,
            }
        )
        return draft._get_freedom()
