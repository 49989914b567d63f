from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STATES = [
    ("none", "Nothing said"),
    ("pending", "Asked"),
    ("given", "Agrees"),
    ("withdrawn", "Refuses"),
]
USER_GROUP = "bti_messaging.group_messaging_user"


class ResPartner(models.Model):
    """What a contact said about receiving offers from the current company."""

    _inherit = "res.partner"

    sms_consent = fields.Selection(
        STATES,
        string="Offers by SMS",
        compute="_compute_consents",
        search="_search_sms_consent",
        groups=USER_GROUP,
    )
    email_consent = fields.Selection(
        STATES,
        string="Offers by E-mail",
        compute="_compute_consents",
        search="_search_email_consent",
        groups=USER_GROUP,
    )
    consent_count = fields.Integer(
        string="Consents",
        compute="_compute_consent_count",
        groups=USER_GROUP,
    )

    # === COMPUTE METHODS === #

    @api.depends("phone", "email", "country_id")
    @api.depends_context("company")
    def _compute_consents(self):
        for kind, name in (("sms", "sms_consent"), ("email", "email_consent")):
            addresses = {partner: partner._bti_get_consent_address(kind) for partner in self}
            states = self.env["bti.consent"]._get_states(self.env.company, kind, addresses.values())
            for partner, address in addresses.items():
                partner[name] = states.get(address, "none")

    @api.depends("phone", "email")
    def _compute_consent_count(self):
        Consent = self.env["bti.consent"]
        by_partner = dict(
            Consent._read_group([("partner_id", "in", self.ids)], ["partner_id"], ["__count"])
        )
        addresses = {partner: partner._get_consent_addresses() for partner in self}
        by_address = dict(
            Consent._read_group(
                [
                    ("partner_id", "=", False),
                    ("address", "in", list(set().union(*addresses.values()))),
                ],
                ["address"],
                ["__count"],
            )
        )
        for partner in self:
            partner.consent_count = by_partner.get(partner._origin, 0) + sum(
                by_address.get(address, 0) for address in addresses[partner]
            )

    # === SEARCH METHODS === #

    def _search_sms_consent(self, operator, value):
        return self._search_consent("sms", "phone_sanitized", operator, value)

    def _search_email_consent(self, operator, value):
        return self._search_consent("email", "email_normalized", operator, value)

    @api.model
    def _search_consent(self, kind, name, operator, value):
        if operator != "in":
            return NotImplemented
        self.flush_model([name])
        self.env["bti.consent"].flush_model()
        latest = self.env["bti.consent"]._latest_sql(
            self.env.company,
            kind,
            "marketing",
            SQL("(state != 'pending' OR expires_at > %s)", fields.Datetime.now()),
        )
        # an imprint cannot be made by the database: erased people are strangers here
        query = SQL(
            """
            (SELECT person.id
               FROM (SELECT id, %(name)s AS address, NULL::varchar AS imprint
                       FROM res_partner) asked
               JOIN res_partner person ON person.id = asked.id
               LEFT JOIN LATERAL (%(latest)s) latest ON TRUE
              WHERE COALESCE(latest.state, 'none') = ANY(%(values)s::varchar[]))
            """,
            name=SQL.identifier(name),
            latest=latest,
            values=list(value),
        )
        return [("id", "in", query)]

    # === ACTION METHODS === #

    def action_view_consents(self):
        """Open what this contact said, and what was said about his addresses."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bti_messaging.bti_consent_action")
        domain = Domain("partner_id", "=", self.id) | (
            Domain("partner_id", "=", False)
            & Domain("address", "in", list(self._get_consent_addresses()))
        )
        return {
            **action,
            "domain": list(domain),
            "context": {"default_partner_id": self.id, "default_address": self.phone},
        }

    def action_open_preferences(self):
        """Open the preference page as the client sees it; only he can save."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self._bti_get_preference_url(preview=True),
            "target": "new",
        }

    # === BUSINESS METHODS === #

    def _bti_get_consent_address(self, kind):
        """Where this contact is written to.

        :param str kind: "sms" or "email"
        :return: E.164, normalised e-mail, or False
        :rtype: str | bool
        """
        self.ensure_one()
        if kind == "email":
            return self.email_normalized
        return self._bti_get_mobile(self.phone)

    def _bti_get_network_addresses(self, company):
        """:param res.company company: to whom this contact writes on networks
        :return: {kind of channel: the address under which the log knows him there}
        :rtype: dict[str, str]
        """
        found = {}
        for identity in self._bti_get_people(company):
            kind, _scope = identity._get_network()
            if kind:
                found.setdefault(kind, identity._get_consent_address())
        return found

    def _bti_get_people(self, companies):
        """:return: what this contact is on networks, the latest first, as superuser
        :rtype: bti.identity
        """
        if not isinstance(self.id, int):
            return self.env["bti.identity"]
        # sudo: whom a client's own page or a message is about, whoever reads it
        return (
            self.env["bti.identity"]
            .sudo()
            .search(
                Domain("partner_id", "=", self.id)
                & Domain("company_id", "in", companies.ids)
                & Domain("kind", "not in", ("phone", "comment"))
                & Domain("alias_of_id", "=", False)
            )
        )

    def _get_consent_addresses(self):
        """:return: the addresses of this contact as the log has them
        :rtype: set[str]
        """
        self.ensure_one()
        found = {self._bti_get_consent_address(kind) for kind in ("sms", "email")}
        people = self._bti_get_people(self.env.companies)
        found.update(*map(type(people)._get_consent_addresses, people))
        return (found | set(self._bti_get_numbers())) - {False}

    def _bti_complete_text(self, text, addresses):
        """Sign the sealed links of a text that goes to this contact."""
        text = super()._bti_complete_text(text, addresses)
        return self.env["bti.consent"]._sign_links(text, addresses, self)

    def _bti_get_addresses(self, recipient):
        """:param res.partner recipient: another contact, who counts if he belongs to this one
        :return: numbers and e-mail addresses at which this contact, or the client to whom he
            belongs, is reached
        :rtype: set[str]
        """
        self.ensure_one()
        client = self.commercial_partner_id
        people = self | client
        if recipient.commercial_partner_id == client:
            people |= recipient
        found = set()
        for partner in people:
            found.update(partner._bti_get_numbers(), {partner.email_normalized} - {False})
        return found
