from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...tools.plural import listed
from ...tools.readers import in_language_of


class BtiChannel(models.Model):
    """Who answers what people write to a channel."""

    _inherit = "bti.channel"

    # === FIELDS === #

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
        channel_sudo.livechat_channel_id = (
            siblings.livechat_channel_id
            or channel_sudo.livechat_channel_id.create(
                channel_sudo._prepare_livechat_channel_vals()
            )
        )
        return channel_sudo.livechat_channel_id

    def _prepare_livechat_channel_vals(self):
        """Hook: values of the live chat channel that is made for the company."""
        own_lang = in_language_of(self, self.company_id)
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
            return self.sudo().offline_user_id  # sudo: as the other agents
        return team or agents


class ImLivechatChannel(models.Model):
    _inherit = "im_livechat.channel"

    def action_join(self):
        """Odoo lets every live chat user join every team; who answers a company's clients is one
        of its messaging agents."""
        # sudo: whose team it is, whoever wants to join
        channels = (
            self.env["bti.channel"]
            .sudo()
            .with_context(active_test=False)
            .search(Domain("livechat_channel_id", "in", self.ids))
        )
        companies = channels.company_id
        if companies and not any(map(self.env.user._bti_answers_for, companies)):
            raise AccessError(
                self.env._(
                    "Only messaging agents of %(company)s answer its clients.",
                    company=listed(self.env, companies.mapped("name")),
                )
            )
        return super().action_join()
