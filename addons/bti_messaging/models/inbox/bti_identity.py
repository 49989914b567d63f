from odoo import api, fields, models
from odoo.fields import Domain

from ...const import ADDRESS_KINDS
from ...gateways.charset import clean
from ...gateways.content import Address, AddressKind
from ...gateways.sms import numbers
from ...tools.insert_or_find import insert_or_find

# Of what somebody calls himself.
MAX_NAME = 200
# What networks and programs write where there is no name.
NO_NAMES = frozenset({"none", "null", "undefined", "unknown", "subscriber", "facebook user"})


class BtiIdentity(models.Model):
    """Somebody as an outside network names him: a phone number, an id within a Page or a bot.

    A person has several such names. Those that a network gives together, or by which it replaces
    an earlier one, are aliases of one, under which he is talked with; that two numbers of different
    networks are one person is for a person to say (the contact).
    """

    _name = "bti.identity"
    _inherit = ["bti.agent.action.mixin", "bti.number.search.mixin"]
    _description = "Correspondent"
    _order = "last_message_date desc, id desc"
    _rec_name = "name"
    _check_company_auto = True

    # === FIELDS === #

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(ADDRESS_KINDS, required=True, readonly=True)
    scope = fields.Char(
        readonly=True,
        help="The Page, portfolio or bot within which the network names this person; empty: the "
        "name holds everywhere.",
    )
    external_id = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        help="A phone number in its international form; ids, names and short codes as they came.",
    )
    alias_of_id = fields.Many2one(
        "bti.identity",
        string="Known As",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The same person, by the name under which the conversations with him run.",
    )
    alias_ids = fields.One2many("bti.identity", "alias_of_id", string="Other Names")
    superseded_on = fields.Datetime(
        string="Replaced On",
        readonly=True,
        help="Since then the network knows this person by another number or id.",
    )
    profile_name = fields.Char(readonly=True, help="What this person calls himself on the network.")
    username = fields.Char(readonly=True, help="His public name on the network.")
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
    message_ids = fields.One2many("bti.message", "identity_id", string="Messages")
    message_count = fields.Integer(string="# Messages", compute="_compute_message_count")
    first_message_date = fields.Datetime(string="First Message", readonly=True)
    last_message_date = fields.Datetime(string="Last Message", readonly=True)
    flood_date = fields.Datetime(
        string="Too Many Messages Since",
        readonly=True,
        help="When the agents were last told that this sender writes too often.",
    )

    _address_uniq = models.UniqueIndex(
        "(company_id, kind, COALESCE(scope, ''), external_id)",
        "This correspondent is already known.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id.name", "profile_name", "external_id")
    def _compute_name(self):
        # sudo: the name is for all agents, whatever contacts they may read
        for identity in self:
            identity.name = (
                identity.sudo().partner_id.name or identity.profile_name or identity.external_id
            )

    @api.depends("name", "external_id", "kind")
    def _compute_display_name(self):
        networks = dict(self._fields["kind"]._description_selection(self.env))
        for identity in self:
            known = identity.name and identity.name != identity.external_id
            # an id of 17 digits tells nobody anything, the network does
            where = identity.external_id if identity._is_number() else networks[identity.kind]
            identity.display_name = f"{identity.name} ({where})" if known else identity.external_id

    def _compute_message_count(self):
        counts = dict(
            self.env["bti.message"]._read_group(
                [("identity_id", "in", self.ids)], ["identity_id"], ["__count"]
            )
        )
        for identity in self:
            identity.message_count = counts.get(identity._origin, 0)

    # === ACTIONS === #

    def action_view_messages(self):
        """Open the messages of the correspondent."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_message_action")
        return {**action, "domain": [("identity_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _bti_get_searched_numbers(self):
        return ["external_id"]

    @api.model
    def _get_or_create(self, channel, sender):
        """Who wrote on a channel; the same number written in any way is the same identity.

        :param bti.channel channel: where it was received
        :param str sender: as the provider gives it
        :return: one identity
        """
        read = numbers.read_sender(sender, channel.company_id.country_id.code)
        address = Address(AddressKind.PHONE, read.address or "?")
        return self._find_or_create(
            channel.company_id, address, automatic=not (read.address and read.person)
        )

    @api.model
    def _find_or_create(self, company, address, **vals):
        """The identity of one address.

        :param res.company company: to which the person writes
        :param Address address: as the network gives it
        :param vals: other values of a new one
        :return: one identity, whatever it is an alias of
        """
        key = {
            "company_id": company.id,
            "kind": address.kind.value,
            "scope": clean(address.scope) or False,
            "external_id": clean(address.value),
        }
        domain = Domain.AND(Domain(name, "=", value) for name, value in key.items())
        return insert_or_find(
            self.env, lambda: self.search(domain, limit=1), lambda: self.create({**key, **vals})
        )

    @api.model
    def _get_person(self, company, addresses, name="", username=""):
        """Who has these addresses, which a network gives together.

        Somebody known by one of them stays who he is, and the others become his aliases. When two
        are known as different people already, nothing is merged: the first counts.

        :param res.company company: to which he writes
        :param addresses: of type ``Address``, the surest first, at least one
        :param str name: what he calls himself
        :return: the identity under which he is talked with
        """
        identities = self.browse()
        for address in addresses:
            identities |= self._find_or_create(company, address)
        person = identities[0]._get_main()
        for identity in identities[1:]:
            if not identity.alias_of_id and identity != person and identity._is_new():
                identity.alias_of_id = person
        person._learn_name(name, username)
        return person

    def _get_main(self):
        """:return: the identity under which this person is talked with"""
        self.ensure_one()
        return self.alias_of_id or self

    def _is_new(self):
        """Whether nothing hangs on this identity yet."""
        self.ensure_one()
        return not (self.message_ids or self.partner_id or self.alias_ids)

    def _learn_name(self, name, username=""):
        """Keep what a person calls himself; what is no name changes nothing.

        :param str name: as the network gives it
        :param str username: as the network gives it
        """
        self.ensure_one()
        learnt = {
            field: value
            for field, value in (
                ("profile_name", self._read_name(name)),
                ("username", self._read_name(username)),
            )
            if value and value != self[field]
        }
        if learnt:
            self.write(learnt)

    @api.model
    def _read_name(self, name):
        """:return: a name without line breaks, not too long; "" when it is none"""
        words = " ".join(clean(str(name or "")).split())[:MAX_NAME]
        return "" if words.lower() in NO_NAMES else words

    def _supersede(self, former):
        """This person was known by another address until now.

        :param bti.identity former: the address that the network has replaced
        """
        self.ensure_one()
        person, main = former._get_main(), self._get_main()
        former.superseded_on = fields.Datetime.now()
        if person == main or not main._is_new():
            return  # both are known: a person decides whether they are one
        (main | main.alias_ids).filtered(lambda identity: identity != person).alias_of_id = person

    def _find_channel(self):
        """Hook: the channel through which this person can be written to now.

        :return: an active one as superuser, or none
        :rtype: bti.channel
        """
        self.ensure_one()
        return self.env["bti.channel"]._find_channel(self.company_id, "sms", self.external_id)

    def _is_number(self):
        """Whether this is a phone number, by which a contact can be found."""
        self.ensure_one()
        return self.kind in ("phone", "wa_id")

    def _get_number(self):
        """:return: the phone number of this person in E.164, of any of his addresses, or ""
        :rtype: str
        """
        self.ensure_one()
        for identity in self | self.alias_ids:
            if identity.kind == "phone" and not identity.automatic:
                return identity.external_id
            if identity.kind == "wa_id":
                return f"+{identity.external_id}"
        return ""

    def _get_address(self):
        """:return: as the gateway takes it: the present one of those that he is known by
        :rtype: Address
        """
        self.ensure_one()
        present = (self | self.alias_ids).filtered(lambda identity: not identity.superseded_on)
        identity = present[:1] or self
        return Address(AddressKind(identity.kind), identity.external_id, identity.scope or "")

    def _touch(self):
        """Note that the correspondent has just written."""
        now = fields.Datetime.now()
        self.write(
            {
                "last_message_date": now,
                "first_message_date": self.first_message_date or now,
            }
        )
