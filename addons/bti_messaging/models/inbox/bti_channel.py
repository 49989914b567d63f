from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import get_lang

from ...gateways.base import InvalidSignature
from ...gateways.sms import kannel_mo


class BtiChannel(models.Model):
    """What a channel does with messages that people write to it."""

    _inherit = "bti.channel"

    # === FIELDS === #

    mo_url = fields.Char(
        string="Address for Inbound SMS",
        compute="_compute_mo_url",
        groups="bti_messaging.group_messaging_manager",
        help="Kannel hands over what clients write at this address. It carries our signature: "
        "whoever knows it can write in the name of any client.",
    )
    mo_snippet = fields.Text(
        string="For kannel.conf",
        compute="_compute_mo_url",
        groups="bti_messaging.group_messaging_manager",
        help="Paste this group into Kannel's configuration.",
    )
    part_wait_minutes = fields.Integer(
        string="Wait for Missing Parts",
        default=30,
        help="A long SMS comes in parts. After so many minutes it is shown as far as it came.",
    )
    flood_limit = fields.Integer(
        string="Messages per Hour and Sender",
        default=20,
        help="Somebody who writes more often gets no automatic answer and appears no more in the "
        "conversation until it is calmer; the messages are kept all the same. 0: no limit.",
    )
    contact_rule = fields.Selection(
        [
            ("never", "Only when somebody decides"),
            ("first", "With the first message of a new number"),
            ("always", "With any message of a number without contact"),
        ],
        string="New Contacts",
        required=True,
        default="never",
        help="When an unknown number becomes a contact.",
    )
    livechat_channel_id = fields.Many2one(
        "im_livechat.channel",
        string="Conversations",
        copy=False,
        ondelete="set null",
        help="Who answers, and how conversations are shared out. Left empty, one is made for the "
        "company with its messaging agents.",
    )
    offline_rule = fields.Selection(
        [("team", "All agents"), ("user", "One user")],
        string="When Nobody Is Online",
        required=True,
        default="team",
        help="Who gets a new conversation when no agent is there.",
    )
    offline_user_id = fields.Many2one(
        "res.users",
        string="User Who Gets It",
        ondelete="set null",
        domain=lambda self: (
            "[('share', '=', False), ('company_ids', 'in', company_id), ('all_group_ids', 'in', "
            f"{self.env.ref('bti_messaging.group_messaging_user').ids})]"
        ),
    )
    received_count = fields.Integer(
        string="Received Today",
        compute="_compute_received_count",
        help="In the last 24 hours.",
    )

    _part_wait_positive = models.Constraint(
        "CHECK(part_wait_minutes >= 0)",
        "Parts cannot be awaited for less than no time.",
    )
    _flood_limit_positive = models.Constraint(
        "CHECK(flood_limit >= 0)",
        "The limit of messages per hour cannot be negative.",
    )

    # === CONSTRAINTS === #

    @api.constrains("offline_rule", "offline_user_id", "company_id")
    def _check_offline_user(self):
        # sudo: whether the user is of the company, whatever the manager may read of him
        for channel in self.sudo().filtered(lambda channel: channel.offline_rule == "user"):
            user = channel.offline_user_id
            if not user or not user._bti_answers_for(channel.company_id):
                raise ValidationError(
                    self.env._(
                        "Choose a messaging agent of %(company)s who gets the conversations when "
                        "nobody is online.",
                        company=channel.company_id.name,
                    )
                )

    # === COMPUTE METHODS === #

    @api.depends("provider", "app_secret", "webhook_key", "callback_base_url")
    def _compute_mo_url(self):
        self.mo_url = self.mo_snippet = False
        for channel in self.filtered(lambda channel: channel.provider == "kannel"):
            if not channel.webhook_url:
                continue
            try:
                channel.mo_url = channel._get_gateway().get_mo_url()
            except InvalidSignature:
                continue  # no secret: no address, every call would be refused
            channel.mo_snippet = kannel_mo.build_snippet(channel.mo_url)

    def _compute_received_count(self):
        since = fields.Datetime.now() - timedelta(days=1)
        # sudo: counting only, as the other figures of the channel
        counts = dict(
            self.env["bti.message"]
            .sudo()
            ._read_group(
                Domain("channel_id", "in", self.ids)
                & Domain("state", "=", "received")
                & Domain("date_state", ">=", since),
                ["channel_id"],
                ["__count"],
            )
        )
        for channel in self:
            channel.received_count = counts.get(channel._origin, 0)

    # === BUSINESS METHODS === #

    def _get_livechat_channel(self):
        """Who answers on this channel; made at need, one per company.

        :return: as superuser
        :rtype: im_livechat.channel
        """
        self.ensure_one()
        channel_sudo = self.sudo()  # any agent's message may be the first one
        if channel_sudo.livechat_channel_id:
            return channel_sudo.livechat_channel_id
        siblings = channel_sudo.with_context(active_test=False).search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("livechat_channel_id", "!=", False),
            limit=1,
        )
        channel_sudo.livechat_channel_id = siblings.livechat_channel_id or self.env[
            "im_livechat.channel"
        ].sudo().create(channel_sudo._prepare_livechat_channel_vals())
        return channel_sudo.livechat_channel_id

    def _prepare_livechat_channel_vals(self):
        """Hook: values of the live chat channel that is made for the company."""
        own_lang = self.with_context(lang=get_lang(self.env, self.company_id.partner_id.lang).code)
        return {
            "name": own_lang.env._("Messages - %(company)s", company=self.company_id.name),
            "user_ids": [Command.set(self._get_agents().ids)],
        }

    def _get_agents(self):
        """:return: the people of the company who answer messages, superuser left out
        :rtype: res.users
        """
        group = self.env.ref("bti_messaging.group_messaging_user")
        # sudo: who may answer is looked up for whoever writes
        return (
            self.env["res.users"]
            .sudo()
            .search(
                Domain("all_group_ids", "in", group.ids)
                & Domain("company_ids", "in", self.company_id.ids)
                & Domain("share", "=", False)
            )
        )

    def _get_conversation_agents(self):
        """Who gets a new conversation: an agent who is online, else the fixed user or everybody.

        :return: the first is the one in charge; none when the company has no agent at all
        :rtype: res.users
        """
        self.ensure_one()
        livechat = self._get_livechat_channel()
        # Odoo's screens and buttons put others into a team, and rights go
        agents = self._get_agents()
        team = livechat.user_ids & agents
        online = team & livechat.available_operator_ids
        if agent := livechat._get_operator(users=online) if online else online:
            return agent
        if self.offline_rule == "user" and self.offline_user_id in agents:
            return self.sudo().offline_user_id
        return team or agents
