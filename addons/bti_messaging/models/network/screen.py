from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.mail.tools.discuss import Store

from ...tools.readers import in_language_of


class DiscussChannel(models.Model):
    """What the conversation screen shows of the window, and the other ways to reach the person."""

    _inherit = "discuss.channel"

    # === FIELDS === #

    bti_window_text = fields.Char(string="Closes", compute="_compute_bti_window_text")
    bti_person_may = fields.Boolean(
        string="A Person May Answer",
        compute="_compute_bti_window_text",
        help="The window is closed for machines only.",
    )

    # === COMPUTE METHODS === #

    @api.depends("bti_window_state")
    def _compute_bti_window_text(self):
        now = fields.Datetime.now()
        for conversation in self:
            human = (
                conversation.bti_window_state == "closed" and conversation._bti_get_human_until()
            )
            conversation.bti_person_may = bool(human and human > now)
            conversation.bti_window_text = (
                conversation._bti_get_window_text(now) if conversation.bti_window_state else False
            )

    def _bti_get_window_text(self, now):
        """:param datetime now: UTC
        :return: how long anything may be written, for people
        :rtype: str
        """
        left = int((self.bti_window_until - now).total_seconds())
        if left <= 0:
            person_may = self.bti_person_may
            return self.env._("A person may answer") if person_may else self.env._("Closed")
        if left < 3600:
            return self.env._("Closes in %(minutes)s min", minutes=max(left // 60, 1))
        return self.env._("Closes in %(hours)s h", hours=left // 3600)

    # === ACTIONS === #

    def action_bti_write_sms(self):
        """Go on by SMS with the person of this conversation, where his network takes nothing."""
        self.ensure_one()
        self._bti_check_agent()
        # sudo: the check above is the right to do this
        conversation = self.sudo()
        number, company = conversation._bti_get_sms_number(), conversation.bti_company_id
        if not number:
            raise UserError(self.env._("No phone number of this client is known."))
        channel = self.env["bti.channel"].sudo()._find_channel(company, "sms", number)
        if not channel:
            raise UserError(self.env._("No SMS channel is active."))
        identity = self.env["bti.identity"].sudo()._get_or_create(channel, number)
        if not identity.partner_id and conversation.bti_partner_id and identity._is_new():
            identity.partner_id = conversation.bti_partner_id
        by_sms = self.env["discuss.channel"]._bti_get_conversation(
            channel, identity, agent=self.env.user
        )
        return by_sms._bti_join()

    # === BUSINESS METHODS === #

    def _bti_get_sms_number(self):
        """:return: the number on which the person can be reached by SMS, or ""
        :rtype: str
        """
        self.ensure_one()
        return self.bti_identity_id._get_number() or self.bti_partner_id.phone_sanitized or ""

    def _bti_get_human_until(self):
        """:return: until when the network takes what a person writes, None when no longer than
            anything else
        :rtype: datetime | None
        """
        self.ensure_one()
        capability = self.bti_channel_id._get_capability()
        if not (self.bti_window_until and capability.window and capability.human_window):
            return None
        return self.bti_window_until - capability.window + capability.human_window

    def _bti_get_screen(self):
        """Hook: what the screen of a conversation has to know of its network.

        :rtype: dict | bool
        """
        self.ensure_one()
        # sudo: agents of the company, whatever contacts they may read
        conversation = self.sudo()
        channel = conversation.bti_channel_id
        if not conversation.bti_identity_id or channel.kind in ("sms", False):
            return False
        human = conversation._bti_get_human_until()
        return {
            "kind": channel.kind,
            "network": dict(channel._fields["kind"]._description_selection(self.env))[channel.kind],
            "until": fields.Datetime.to_string(conversation.bti_window_until) or False,
            "human_until": fields.Datetime.to_string(human) if human else False,
            "has_window": bool(channel._get_capability().window),
            "sms_number": conversation._bti_get_sms_number(),
        }

    def _bti_reopen_window(self, moment):
        before = {conversation: conversation.bti_window_until for conversation in self}
        result = super()._bti_reopen_window(moment)
        for conversation in self:
            if conversation.bti_window_until != before[conversation]:
                conversation._bti_show_screen()
        return result

    def _bti_show_screen(self):
        """Let the screens that have the conversation open follow."""
        for conversation in self:
            shown = in_language_of(conversation, conversation.bti_company_id)
            Store(bus_channel=conversation).add(
                conversation, [Store.Attr("bti_screen", shown._bti_get_screen())]
            ).bus_send()

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + [
            Store.Attr(
                "bti_screen",
                lambda channel: channel._bti_get_screen(),
                predicate=lambda channel: channel.channel_type == "livechat",
            )
        ]
