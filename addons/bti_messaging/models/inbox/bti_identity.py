from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...gateways.sms import numbers
from ...tools.insert_or_find import insert_or_find

# Kinds of addresses that repeat the number of the client they belong to.
ADDRESS_TYPES = ("delivery", "invoice", "other")
MAX_CANDIDATES = 20
MAX_NAME = 200


class BtiIdentity(models.Model):
    """Somebody as an outside network knows him (a number, an id of a page), and who that is.

    Nothing is guessed: one contact with the number is he, several are shown to a person who
    decides, none becomes a contact only by a decision or by the channel's rule.
    """

    _name = "bti.identity"
    _description = "Correspondent"
    _order = "last_message_date desc, id desc"
    _rec_name = "name"
    _check_company_auto = True

    # === FIELDS === #

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(
        selection="_selection_kind",
        required=True,
        readonly=True,
    )
    external_id = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        help="A phone number in its international form; names and short codes as they came.",
    )
    name = fields.Char(compute="_compute_name", store=True)
    automatic = fields.Boolean(
        string="Cannot Be Answered",
        readonly=True,
        help="A name or a short code: a service that writes, nobody reads an answer.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    ambiguous = fields.Boolean(
        string="To Decide",
        readonly=True,
        help="Several contacts have this number; somebody has to say who it is.",
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        string="Contacts with This Number",
        compute="_compute_candidate_ids",
    )
    guest_id = fields.Many2one(
        "mail.guest",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    message_ids = fields.One2many("bti.message", "identity_id", string="Messages")
    message_count = fields.Integer(string="# Messages", compute="_compute_message_count")
    first_message_date = fields.Datetime(string="First Message", readonly=True)
    last_message_date = fields.Datetime(string="Last Message", readonly=True)
    flood_date = fields.Datetime(
        string="Too Many Messages Since",
        readonly=True,
        help="When the agents were last told that this sender writes too often.",
    )
    conversation_ids = fields.One2many("discuss.channel", "bti_identity_id")
    conversation_count = fields.Integer(
        string="Conversations", compute="_compute_conversation_count"
    )

    _external_uniq = models.Constraint(
        "UNIQUE(company_id, kind, external_id)",
        "This correspondent is already known.",
    )

    @api.model
    def _selection_kind(self):
        return self.env["bti.channel"]._fields["kind"]._description_selection(self.env)

    # === COMPUTE METHODS === #

    @api.depends("partner_id.name", "external_id")
    def _compute_name(self):
        for identity in self:
            identity.name = identity.sudo().partner_id.name or identity.external_id

    @api.depends("name", "external_id")
    def _compute_display_name(self):
        for identity in self:
            known = identity.name and identity.name != identity.external_id
            identity.display_name = (
                f"{identity.name} ({identity.external_id})" if known else identity.external_id
            )

    @api.depends("external_id", "partner_id", "automatic")
    def _compute_candidate_ids(self):
        self.candidate_ids = False
        for company, identities in (
            self.filtered(lambda identity: not identity.automatic).grouped("company_id").items()
        ):
            partners = self._search_partners(company, identities.mapped("external_id"))
            by_number = {}
            for partner in partners.sudo():  # as _search_partners
                for number in partner._bti_get_numbers():
                    by_number.setdefault(number, []).append(partner.id)
            for identity in identities:
                identity.candidate_ids = [Command.set(by_number.get(identity.external_id, []))]

    def _compute_message_count(self):
        counts = dict(
            self.env["bti.message"]._read_group(
                [("identity_id", "in", self.ids)], ["identity_id"], ["__count"]
            )
        )
        for identity in self:
            identity.message_count = counts.get(identity._origin, 0)

    def _compute_conversation_count(self):
        counts = dict(
            self.env["discuss.channel"]._read_group(
                [("bti_identity_id", "in", self.ids)], ["bti_identity_id"], ["__count"]
            )
        )
        for identity in self:
            identity.conversation_count = counts.get(identity._origin, 0)

    # === ACTIONS === #

    def action_create_contact(self):
        """Make a contact of the correspondent, in the agent's name, and show it."""
        self.ensure_one()
        self._check_action_allowed()
        if self.partner_id:
            raise UserError(self.env._("This correspondent already has a contact."))
        # no sudo: creating contacts is a right of its own
        partner = self.env["res.partner"].create(self._prepare_partner_vals())
        self._link(partner)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner.id,
            "views": [(False, "form")],
        }

    def action_link_contact(self):
        """Open the wizard that says who the correspondent is."""
        self.ensure_one()
        self._check_action_allowed()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Is It?"),
            "res_model": "bti.identity.link",
            "view_mode": "form",
            "target": "new",
            "context": {"default_identity_id": self.id},
        }

    def action_find_contact(self):
        """Look once more for the contact with this number."""
        self._check_action_allowed()
        unknown = self.filtered(lambda identity: not identity.partner_id)
        unknown.invalidate_recordset(["candidate_ids"])
        for identity in unknown:
            identity._choose_partner(identity.candidate_ids)

    def action_view_messages(self):
        """Open the messages of the correspondent."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {**action, "domain": [("identity_id", "=", self.id)], "context": {}}

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
        self._check_action_allowed()
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
            channel = self.env["bti.channel"]._find_channel(self.company_id, self.kind)
        if not channel:
            raise UserError(self.env._("No channel is active."))
        conversation = self.env["discuss.channel"]._bti_get_conversation(
            channel, self, agent=self.env.user
        )
        return conversation._bti_join()

    def _check_action_allowed(self):
        """Agents act on the correspondents of their companies, which the rules let them read."""
        self.check_access("read")
        if not self.env.user.has_group("bti_messaging.group_messaging_user"):
            raise AccessError(self.env._("Only messaging agents may do this."))

    # === BUSINESS METHODS === #

    @api.model
    def _get_or_create(self, channel, sender):
        """Who wrote on a channel; the same number written in any way is the same identity.

        :param bti.channel channel: where it was received
        :param str sender: as the provider gives it
        :return: one identity
        """
        read = self._read_sender(channel, sender)
        vals = {
            "company_id": channel.company_id.id,
            "kind": channel.kind,
            "external_id": read.address,
        }
        domain = Domain.AND(Domain(name, "=", value) for name, value in vals.items())
        return insert_or_find(
            self.env,
            lambda: self.search(domain, limit=1),
            lambda: self.create({**vals, "automatic": not read.person}),
        )

    @api.model
    def _read_sender(self, channel, sender):
        """Hook: the sender's address in its only form, for the kind of the channel.

        :rtype: gateways.numbers.Sender
        """
        if channel.kind != "sms":
            return numbers.Sender((sender or "").strip() or "?", True)
        read = numbers.read_sender(sender, channel.company_id.country_id.code)
        if not read.address:
            return numbers.Sender("?", False)
        return read

    @api.model
    def _search_partners(self, company, addresses):
        """:return: the contacts of a company that have one of these numbers, oldest first"""
        # sudo: who it is does not depend on which contacts the reader may see
        return (
            self.env["res.partner"]
            .sudo()
            .search(
                Domain("phone_numbers", "in", list(set(addresses)))
                & Domain("company_id", "in", [False, company.id]),
                order="id",
                limit=MAX_CANDIDATES * max(len(addresses), 1),
            )
            .with_env(self.env)
        )

    def _find_partner(self, current=None):
        """Link the only contact that has the number; several are left for a person.

        :param bti.message current: as for ``_link``
        :return: the contact, or none
        """
        self.ensure_one()
        self.invalidate_recordset(["candidate_ids"])
        return self._choose_partner(self.candidate_ids, current)

    def _choose_partner(self, partners, current=None):
        """:param res.partner partners: all contacts with the number"""
        partners = partners.sudo()  # chosen whatever the reader may see of them
        if len(partners) > 1:
            people = partners.filtered(
                lambda partner: (
                    not (
                        partner.type in ADDRESS_TYPES and partner.commercial_partner_id in partners
                    )
                )
            )
            partners = people or partners
        if len(partners) == 1:
            self._link(partners, current)
            return partners
        self.sudo().ambiguous = len(partners) > 1
        return self.env["res.partner"]

    def _touch(self):
        """Note that the correspondent has just written."""
        now = fields.Datetime.now()
        self.write(
            {
                "last_message_date": now,
                "first_message_date": self.first_message_date or now,
            }
        )

    def _prepare_partner_vals(self):
        """Hook: values of the contact that is made of a correspondent."""
        self.ensure_one()
        return {
            "name": self.external_id,
            "phone": self.external_id,
            "company_id": self.company_id.id,
            "country_id": self.company_id.country_id.id,
        }

    def _create_partner(self, current=None):
        """Make a contact by the channel's rule.

        :param bti.message current: as for ``_link``
        """
        # sudo: the rule was set by a manager, it works for whoever writes
        partner = self.env["res.partner"].sudo().create(self._prepare_partner_vals())
        self._link(partner, current)
        return partner

    def _link(self, partner, current=None):
        """Say who the correspondent is: his messages so far, and the running conversation,
        become those of the contact, once.

        :param res.partner partner: one contact
        :param bti.message current: one that is being handled and noted on its own
        """
        self.ensure_one()
        # sudo: nobody writes identities and messages, callers checked the right to do this
        identity_sudo = self.sudo()
        former = identity_sudo.partner_id
        if former == partner:
            identity_sudo.ambiguous = False
            return
        messages = identity_sudo.message_ids.filtered(
            lambda message: not message.partner_id or message.partner_id == former
        )
        identity_sudo.write({"partner_id": partner.id, "ambiguous": False})
        messages.partner_id = partner
        (messages - (current or messages.browse()))._log_earlier(partner)
        if identity_sudo.guest_id:
            identity_sudo.guest_id._update_name(identity_sudo.display_name[:MAX_NAME])
        running = identity_sudo.conversation_ids.filtered(
            lambda conversation: not conversation.livechat_end_dt
        )
        running.name = identity_sudo.display_name[:MAX_NAME]
        running._bti_tell_partner()

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
                & Domain("number", "=", self.external_id)
                & Domain("company_id", "=", self.company_id.id)
                & Domain("res_id", "!=", False),
                order="id desc",
                limit=1,
            )
        )
        if last.res_model not in self.env or last.res_model in ("res.partner", "bti.channel"):
            return None
        return self.env[last.res_model].sudo().browse(last.res_id).exists() or None
