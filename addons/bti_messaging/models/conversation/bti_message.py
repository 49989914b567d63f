import logging

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)


class BtiMessage(models.Model):
    """A message and the conversation in which agents read and answer it."""

    _inherit = "bti.message"

    # === FIELDS === #

    conversation_id = fields.Many2one(
        "discuss.channel",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message in Discuss",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    identity_partner_id = fields.Many2one(
        related="identity_id.partner_id",
        string="Correspondent's Contact",
    )
    identity_automatic = fields.Boolean(related="identity_id.automatic")

    # what an agent writes once goes out once
    _mail_message_uniq = models.UniqueIndex(
        "(mail_message_id) WHERE mail_message_id IS NOT NULL",
        "This message of the conversation was already taken over.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages.filtered(lambda message: message.state == "failed")._tell_conversation()
        return messages

    # === ACTIONS === #

    def action_open_conversation(self):
        """Show the conversation of the message, or the running one with its correspondent."""
        self.ensure_one()
        self._bti_check_agent()
        if self.conversation_id and not self.conversation_id.livechat_end_dt:
            return self.conversation_id.action_bti_open()
        if not self.identity_id:
            raise UserError(self.env._("Nobody has written from this number yet."))
        return self.identity_id.action_open_conversation()

    def action_create_contact(self):
        """Make a contact of who wrote this."""
        self.ensure_one()
        return self.identity_id.action_create_contact()

    def action_link_contact(self):
        """Say who wrote this."""
        self.ensure_one()
        return self.identity_id.action_link_contact()

    # === BUSINESS METHODS: INBOUND === #

    def _get_open_conversation(self):
        return self.env["discuss.channel"]._bti_find_conversation(self.channel_id, self.identity_id)

    def _note_for_agents(self, text):
        conversation = self._get_open_conversation()
        if not conversation:
            return super()._note_for_agents(text)
        conversation._bti_note(escape(text))
        return True

    def _opens_conversation(self):
        """Hook: whether a settled message is shown where no conversation runs.

        :rtype: bool
        """
        return False

    def _show_to_agents(self, settled):
        """Post what was written where agents answer it."""
        self.ensure_one()
        super()._show_to_agents(settled)
        if self.identity_id.automatic:
            return
        conversation = self._get_open_conversation()
        if not conversation and settled and not self._opens_conversation():
            return
        conversation = conversation or self.env["discuss.channel"]._bti_get_conversation(
            self.channel_id, self.identity_id
        )
        if not conversation:
            _logger.warning("Message %s: no agent in %s", self.id, self.company_id.name)
            return
        posted = conversation._bti_post_inbound(self)
        self.write({"conversation_id": conversation.id, "mail_message_id": posted.id})
        if not settled:
            return
        answers = self.search(
            Domain("in_reply_to_id", "=", self.id) & Domain("direction", "=", "out")
        )
        answers.conversation_id = conversation
        told = conversation._bti_in_company_lang()
        for answer in answers:
            told._bti_note(escape(told.env._("Answered automatically: %(text)s", text=answer.body)))

    # === BUSINESS METHODS: WHAT BECAME OF ANSWERS === #

    def _after_state_change(self, newly_sent):
        result = super()._after_state_change(newly_sent)
        self._tell_conversation()
        return result

    def _tell_conversation(self):
        """Tell the agents in the conversation what did not reach the client."""
        for message in self.filtered("conversation_id"):
            # the note is decoration, the state is the truth
            fault = "Message %s: its conversation could not be told: %s"
            with isolated(self.env.cr, _logger.exception, fault, message.id):
                note = message._get_conversation_note()
                if note:
                    message.conversation_id._bti_note(escape(note))

    def _get_conversation_note(self):
        """Hook: what agents are told about the state of a message.

        :return: a sentence, or False when there is nothing to worry about
        """
        self.ensure_one()
        message = self.with_context(lang=self._get_note_lang())
        text = (message.body or "")[:80]
        if message.state == "failed":
            return message.env._(
                "Not delivered: \u201c%(text)s\u201d. %(reason)s",
                text=text,
                reason=message._get_failure_text() or "",
            )
        if message.state == "unknown":
            return message.env._(
                "Nobody knows whether this reached the client: \u201c%(text)s\u201d. "
                "A delivery report may still tell.",
                text=text,
            )
        if message.display_state == "simulated":
            return message.env._(
                "Not really sent, the channel is a trial channel: \u201c%(text)s\u201d", text=text
            )
        return False

    def _find_copies(self, before):
        """What was written in conversations is deleted with the texts."""
        posts = self.env["mail.message"].search(
            Domain("model", "=", "discuss.channel")
            & Domain("res_id", "in", self.conversation_id.ids)
            & Domain("date", "<", before)
        )
        return super()._find_copies(before) | posts
