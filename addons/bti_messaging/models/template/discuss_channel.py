from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store


class DiscussChannel(models.Model):
    """A conversation in which an approved text may be sent when nothing else may."""

    _inherit = "discuss.channel"

    # === FIELDS === #

    bti_takes_templates = fields.Boolean(compute="_compute_bti_takes_templates")

    # === COMPUTE METHODS === #

    @api.depends("bti_channel_id")
    def _compute_bti_takes_templates(self):
        for conversation in self:
            # sudo: which network it is, for every member
            conversation.bti_takes_templates = conversation.sudo()._bti_takes_templates()

    # === ACTIONS === #

    def action_bti_send_template(self):
        """Open the choice of an approved text for this client."""
        self.ensure_one()
        self._bti_check_agent()
        # sudo: what the conversation is tied to; the check above is the right to write in it
        conversation = self.sudo()
        if not conversation._bti_takes_templates() or conversation.livechat_end_dt:
            raise UserError(
                self.env._("Approved texts go through a running conversation on WhatsApp.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_template_send_action"
        )
        return {**action, "context": {"default_conversation_id": self.id}}

    # === BUSINESS METHODS === #

    def _bti_takes_templates(self):
        """Whether the network of this conversation has approved texts."""
        self.ensure_one()
        return self.bti_channel_id.kind == "whatsapp"

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + [
            Store.Attr(
                "bti_takes_templates",
                predicate=lambda channel: channel.channel_type == "livechat",
            )
        ]

    def _bti_explain_window(self, channel):
        text = super()._bti_explain_window(channel)
        if not self._bti_takes_templates():
            return text
        return f"{text} " + self.env._("Or send an approved text: the button is below.")

    def _bti_post_template(self, author, body, files=()):
        """Show what was sent as an approved text, in the name of whoever sent it.

        :param res.partner author: the agent
        :param Markup body: what it says
        :param files: (name, bytes) of what stands above it
        :rtype: mail.message
        """
        self.ensure_one()
        # by the system: a comment of the agent himself would be sent as free text once more
        return self.with_user(self.env.ref("base.user_root")).message_post(
            author_id=author.id,
            body=body,
            attachments=list(files),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
