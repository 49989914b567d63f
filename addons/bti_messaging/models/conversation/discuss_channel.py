from markupsafe import Markup, escape

from odoo import Command, api, fields, models
from odoo.fields import Domain

from odoo.addons.mail.tools.discuss import Store

from ...tools.insert_or_find import insert_or_find
from ...tools.readers import in_language_of

# Of conversations, and of the guests in them.
MAX_NAME = 200


class DiscussChannel(models.Model):
    """A conversation with somebody outside, on the live chat screen of Discuss.

    What he writes is posted in the name of a guest; what an agent writes becomes a row of the
    outbox in the agent's own transaction, the channel's job sends it.
    """

    _name = "discuss.channel"
    _inherit = ["discuss.channel", "bti.agent.action.mixin"]

    # === FIELDS === #

    bti_channel_id = fields.Many2one(
        "bti.channel",
        string="Messaging Channel",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    bti_company_id = fields.Many2one(
        "res.company",
        string="Company of the Messages",
        related="bti_identity_id.company_id",
        store=True,
        index="btree_not_null",
    )
    bti_identity_id = fields.Many2one(
        "bti.identity",
        string="Correspondent",
        readonly=True,
        index="btree_not_null",
        # without its correspondent a conversation would be anybody's
        ondelete="restrict",
    )
    bti_partner_id = fields.Many2one(related="bti_identity_id.partner_id", string="Client")

    # one at a time; the next message after its end opens a new one
    _bti_open_uniq = models.UniqueIndex(
        "(bti_channel_id, bti_identity_id) "
        "WHERE bti_identity_id IS NOT NULL AND livechat_end_dt IS NULL",
        "A conversation with this correspondent is already open.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Odoo tells all live chat users of all companies when an agent looks for help, names
        included; for a client's conversation his own colleagues join instead."""
        # sudo: what the conversation is tied to, whatever its member may read
        own = self.sudo().filtered("bti_identity_id").sudo(self.env.su)
        if vals.get("livechat_status") != "need_help" or not own:
            return super().write(vals)
        result = super(DiscussChannel, self - own).write(vals) if self - own else True
        super(DiscussChannel, own).write({**vals, "livechat_status": "in_progress"})
        own._bti_call_team()
        return result

    # === ACTIONS === #

    def action_bti_open(self):
        """Join the conversation and show it in Discuss."""
        self.ensure_one()
        self._bti_check_agent()
        return self._bti_join()

    def action_bti_close(self):
        """End the conversations; a new message opens a new one."""
        self._bti_check_agent()
        # sudo: the check above is the right to do this
        for conversation in self.sudo().filtered(lambda channel: not channel.livechat_end_dt):
            conversation.livechat_end_dt = fields.Datetime.now()
            conversation._bti_note(
                escape(self.env._("%(agent)s closed the conversation.", agent=self.env.user.name))
            )
            Store(bus_channel=conversation).add(conversation, "livechat_end_dt").bus_send()

    def action_bti_open_client(self):
        """Show the client's file, or who else it may be."""
        self.ensure_one()
        self.check_access("read")
        record = self.bti_partner_id or self.bti_identity_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _bti_join(self):
        """Make the current user a member.

        :return: an action that shows the conversation
        """
        self.ensure_one()
        if not self.livechat_end_dt and not self.is_member:
            # sudo: agents may join the conversations that they may read
            self.sudo()._add_members(users=self.env.user, post_joined_message=False)
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "name": self.env._("Discuss"),
            "params": {"active_id": f"discuss.channel_{self.id}"},
            "context": {"active_id": f"discuss.channel_{self.id}"},
        }

    # === BUSINESS METHODS: SCREEN === #

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + [
            # he reads on his phone: he is never online here, nobody can call him from here
            Store.Attr(
                "bti_is_outside",
                lambda channel: bool(channel.bti_identity_id),
                predicate=lambda channel: channel.channel_type == "livechat",
            )
        ]

    # === BUSINESS METHODS: CONVERSATIONS === #

    @api.model
    def _bti_find_conversation(self, channel, identity):
        """:return: the running conversation with a correspondent on a channel, as superuser"""
        # sudo: it is the same conversation for whoever asks
        return self.sudo().search(
            Domain("bti_channel_id", "=", channel.id)
            & Domain("bti_identity_id", "=", identity.id)
            & Domain("livechat_end_dt", "=", False),
            limit=1,
        )

    @api.model
    def _bti_get_conversation(self, channel, identity, agent=None):
        """The running conversation with a correspondent, or a new one.

        :param bti.channel channel: through which it goes
        :param bti.identity identity: with whom; never one who cannot be answered
        :param res.users agent: who begins it; by default one who is online, else as the channel
            says
        :return: one conversation as superuser; none when the company has no agent
        """
        # an agent may open it in the moment in which the client writes
        return insert_or_find(
            self.env,
            lambda: self._bti_find_conversation(channel, identity),
            lambda: self._bti_begin_conversation(channel, identity, agent),
        )

    @api.model
    def _bti_begin_conversation(self, channel, identity, agent):
        """See ``_bti_get_conversation``."""
        agents = agent or channel._get_conversation_agents()
        if not agents:
            return self.browse()
        guest = identity.sudo()._get_guest()  # sudo: guests are the system's
        # the visitor begins it: Odoo takes whoever creates it for the visitor, and knows this one
        # as the public user with the guest in the context. sudo: he has no right to do it
        as_visitor = (
            self.with_user(self.env.ref("base.public_user")).with_context(guest=guest).sudo()
        )
        conversation = as_visitor.create(
            as_visitor._bti_prepare_conversation_vals(channel, identity, agents)
        )
        # back to whoever asked, without the guest. sudo: told and shown by the system
        conversation = self.browse(conversation.id).sudo()
        conversation._bti_tell_partner()
        conversation._broadcast(agents.partner_id.ids)
        return conversation

    @api.model
    def _bti_prepare_conversation_vals(self, channel, identity, agents):
        """Hook: values of a new conversation; the environment is that of the visitor.

        :param bti.channel channel: through which it goes
        :param bti.identity identity: with whom
        :param res.users agents: its members, the first in charge
        """
        channel, identity, agents = (
            records.with_env(self.env) for records in (channel, identity, agents)
        )
        in_charge = agents[0]
        vals = channel._get_livechat_channel()._get_livechat_discuss_channel_vals(
            agent=in_charge,
            operator_partner=in_charge.partner_id,
            operator_model="res.users",
            chatbot_script=self.env["chatbot.script"],
        )
        vals["channel_member_ids"] += [
            Command.create({"livechat_member_type": "agent", "partner_id": partner.id})
            for partner in agents[1:].partner_id
        ]
        return {
            **vals,
            "name": identity.display_name[:MAX_NAME],
            "country_id": channel.company_id.country_id.id,
            "bti_channel_id": channel.id,
            "bti_identity_id": identity.id,
        }

    def _bti_note(self, body):
        """Tell the agents something; nothing of it is sent.

        :param Markup body: HTML
        """
        self.ensure_one()
        # sudo: told by the system
        return self.sudo().message_post(
            author_id=self.env.ref("base.partner_root").id,
            body=Markup('<div class="o_mail_notification o_hide_author">%s</div>') % body,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
        )

    def _subscribe_users_automatically_get_members(self):
        """Nobody is put into Odoo's channel of all employees, which greets them in English, as
        long as nobody has written there: whoever wants a channel of the office makes one."""
        members = super()._subscribe_users_automatically_get_members()
        general = self.env.ref("mail.channel_all_employees", raise_if_not_found=False)
        if general and general in self and not general._bti_is_written_in():
            members[general.id] = []
        return members

    def _bti_is_written_in(self):
        """Whether somebody said something beside Odoo's greeting.

        :rtype: bool
        """
        self.ensure_one()
        greeting = self.env.ref("mail.module_install_notification", raise_if_not_found=False)
        said = (
            Domain("model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("message_type", "=", "comment")
            & Domain("author_id.user_ids", "!=", False)
            & Domain("id", "!=", greeting.id if greeting else 0)
        )
        # sudo: only whether there is something, for whoever makes a user
        return bool(self.env["mail.message"].sudo().search_count(said, limit=1))

    def _bti_in_company_lang(self):
        """:return: the conversation as jobs write in it: as the system, in its company's words"""
        self.ensure_one()
        conversation = self.sudo()  # sudo: told by the system
        return in_language_of(conversation, conversation.bti_company_id)

    def _bti_tell_partner(self):
        """Tell the agents who it is, with links to his file, to the document that we wrote about
        last, and to the conversation before."""
        for conversation in self:
            told = conversation._bti_in_company_lang()
            told._bti_note(Markup("<br/>").join(told._bti_get_facts()))

    def _bti_get_facts(self):
        """Hook: what the agents are told when a conversation begins.

        :return: one line each
        :rtype: list[Markup]
        """
        self.ensure_one()
        identity = self.bti_identity_id
        partner = identity.partner_id
        facts = []
        if partner:
            facts.append(self.env._("Client: %(link)s", link=partner._get_html_link()))
        elif identity.ambiguous:
            facts.append(
                self.env._(
                    "Several contacts have the number %(link)s: say who it is.",
                    link=identity._get_html_link(),
                )
            )
        elif identity.kind == "phone":
            facts.append(self.env._("Unknown number: %(link)s", link=identity._get_html_link()))
        else:
            facts.append(self.env._("No contact yet: %(link)s", link=identity._get_html_link()))
        document = identity._get_last_document()
        if document:
            facts.append(
                self.env._("Our last message was about %(link)s.", link=document._get_html_link())
            )
        former = self.search(
            Domain("bti_identity_id", "=", identity.id) & Domain("id", "!=", self.id), limit=1
        )
        if former:
            facts.append(
                self.env._(
                    "Earlier messages: %(link)s",
                    link=identity._get_html_link(title=identity.external_id),
                )
            )
        return [escape(fact) for fact in facts]

    def _bti_call_team(self):
        """Let all agents of the channel join: somebody looks for help."""
        # sudo: colleagues are added for whoever asks
        for conversation in self.sudo().filtered("bti_channel_id"):
            channel = conversation.bti_channel_id
            team = channel._get_livechat_channel().user_ids & channel._get_agents()
            conversation._add_members(
                users=team or channel._get_agents(), post_joined_message=False
            )
            conversation._bti_note(
                escape(self.env._("%(agent)s looks for help.", agent=self.env.user.name))
            )
