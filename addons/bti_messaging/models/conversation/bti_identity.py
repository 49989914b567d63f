from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .discuss_channel import MAX_NAME


class BtiIdentity(models.Model):
    """A correspondent and the conversations with him."""

    _inherit = "bti.identity"

    # === FIELDS === #

    guest_id = fields.Many2one(
        "mail.guest",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    conversation_ids = fields.One2many("discuss.channel", "bti_identity_id")
    conversation_count = fields.Integer(
        string="Conversations", compute="_compute_conversation_count"
    )

    # === COMPUTE METHODS === #

    def _compute_conversation_count(self):
        counts = dict(
            self.env["discuss.channel"]._read_group(
                [("bti_identity_id", "in", self.ids)], ["bti_identity_id"], ["__count"]
            )
        )
        for identity in self:
            identity.conversation_count = counts.get(identity._origin, 0)

    # === ACTIONS === #

    def action_view_conversations(self):
        """Open the list of the correspondent's conversations."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_conversation_action"
        )
        return {**action, "domain": [("bti_identity_id", "=", self.id)], "context": {}}

    def action_open_conversation(self):
        """Open the running conversation, or begin one, and show it in Discuss."""
        self.ensure_one()
        self._bti_check_agent()
        if self.automatic:
            raise UserError(
                self.env._("Nobody reads an answer to %(sender)s.", sender=self.external_id)
            )
        # sudo: the agent reads the messages of the company only
        channel = (
            self.env["bti.message"]
            .sudo()
            .search(
                Domain("identity_id", "=", self.id) & Domain("channel_id", "!=", False), limit=1
            )
            .channel_id
        )
        if not channel or channel.state == "draft" or not channel.active:
            channel = self._find_channel()
        if not channel:
            raise UserError(self.env._("No channel is active."))
        conversation = self.env["discuss.channel"]._bti_get_conversation(
            channel, self, agent=self.env.user
        )
        return conversation._bti_join()

    # === BUSINESS METHODS === #

    def _after_link(self):
        """The running conversation, and the guest in it, get the contact's name."""
        result = super()._after_link()
        self._rename_conversation()._bti_tell_partner()
        return result

    def _learn_name(self, name, username=""):
        former = self.name
        result = super()._learn_name(name, username)
        if self.name != former:
            self._rename_conversation()
        return result

    def _rename_conversation(self):
        """Show the correspondent's present name where agents talk with him.

        :return: the running conversation with him, if there is one
        :rtype: discuss.channel
        """
        self.ensure_one()
        name = self.display_name[:MAX_NAME]
        if self.guest_id:
            self.guest_id._update_name(name)
        running = self.conversation_ids.filtered(
            lambda conversation: not conversation.livechat_end_dt
        )
        running.name = name
        return running

    def _get_guest(self):
        """:return: the correspondent as Discuss knows him, made at need
        :rtype: mail.guest
        """
        self.ensure_one()
        if not self.guest_id:
            self.guest_id = self.env["mail.guest"].create(
                {
                    "name": self.display_name[:MAX_NAME],
                    "country_id": self.company_id.country_id.id,
                    "bti_company_id": self.company_id.id,
                }
            )
        return self.guest_id

    def _get_last_document(self):
        """:return: the document that our last message to this correspondent was about, as
        superuser; none if there is none"""
        self.ensure_one()
        last = (
            self.env["bti.message"]
            .sudo()  # found for the agents of the company, shown as a link only
            .search(
                Domain("direction", "=", "out")
                & (
                    Domain("number", "=", self.external_id)
                    if self.kind == "phone"
                    else Domain("identity_id", "=", self.id)
                )
                & Domain("company_id", "=", self.company_id.id)
                & Domain("res_id", "!=", False),
                order="id desc",
                limit=1,
            )
        )
        if last.res_model not in self.env or last.res_model in ("res.partner", "bti.channel"):
            return None
        # sudo: as above
        return self.env[last.res_model].sudo().browse(last.res_id).exists() or None


class MailGuest(models.Model):
    """A correspondent as Discuss knows him. His name and number are for the agents of the company
    to which he writes, as a rule says; Odoo shows guests to every employee."""

    _inherit = "mail.guest"

    bti_company_id = fields.Many2one(
        "res.company",
        string="Writes To",
        readonly=True,
        index="btree_not_null",
        help="The company to which he writes. Empty: a visitor of Odoo's own live chat.",
    )
