import re

from odoo import api, models
from odoo.fields import Domain

from ..network.bti_identity import CHANNEL_KINDS, SCOPED

# The name of a person whom a network tells by no phone number, as the log keeps it.
NAME = re.compile(r"(psid|bsuid|viber|facebook):([^/\s]*)/(\S+)")


class BtiIdentity(models.Model):
    """Under which addresses the consent log knows a person on a network."""

    _inherit = "bti.identity"

    # === BUSINESS METHODS === #

    def _get_consent_address(self):
        """:return: under which the log keeps what is said by this name: its phone number, else the
        name itself
        :rtype: str
        """
        self.ensure_one()
        if self.kind == "phone":
            return self.external_id
        if self.kind == "wa_id":
            return f"+{self.external_id}"
        return f"{self.kind}:{self.scope or ''}/{self.external_id}"

    def _get_network(self):
        """:return: the kind of the channels that reach this person, and the Page or bot within
            which alone they do; two empty texts when none does
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        for identity in self | self.alias_ids:
            if identity.kind in CHANNEL_KINDS and identity.kind != "comment":
                scope = identity.scope if identity.kind in SCOPED else ""
                return CHANNEL_KINDS[identity.kind], scope or ""
        return "", ""

    def _get_consent_addresses(self):
        """All addresses by which a refusal reaches this person: his names on the network, and the
        number of his contact.

        :return: that of his main name first
        :rtype: list[str]
        """
        self.ensure_one()
        main = self._get_main()
        # the name of a comment is no name of a person
        names = (main | main.alias_ids).filtered(lambda identity: identity.kind != "comment")
        found = dict.fromkeys(identity._get_consent_address() for identity in names)
        # sudo: whoever the contact belongs to, he is this person
        partner = main.sudo().partner_id
        if partner and (mobile := partner._bti_get_consent_address("sms")):
            found[mobile] = None
        return list(found)

    @api.model
    def _find_by_consent_addresses(self, addresses):
        """:param collection[str] addresses: as the log keeps them
        :return: the people who have one of these names on a network
        """
        names = filter(None, map(NAME.fullmatch, addresses))
        domain = Domain.OR(
            Domain("kind", "=", name[1])
            & Domain("scope", "in", [name[2] or False])
            & Domain("external_id", "=", name[3])
            for name in names
        )
        found = self.search(domain) if not domain.is_false() else self.browse()
        return found | found.alias_of_id


class BtiConsent(models.Model):
    """What holds for a person who has several addresses."""

    _inherit = "bti.consent"

    # === BUSINESS METHODS === #

    @api.model
    def _normalise(self, kind, address, company=None):
        name = (address or "").strip()
        return name if NAME.fullmatch(name) else super()._normalise(kind, address, company)

    @api.model
    def _get_refusing(self, company, kind, people, purpose="marketing"):
        """Who of some people may not be written to; one query for all of them.

        One refusal by any of his addresses is enough; where consent is needed, one is enough too.

        :param res.company company: who wants to write
        :param str kind: of the channel
        :param dict people: {who: his addresses}
        :param str purpose: for what
        :return: those of ``people`` who refuse
        :rtype: set
        """
        addresses = {address for own in people.values() for address in own}
        company = company or self.env.company
        # sudo: the log belongs to the system, and so does the setting of the company
        needs_consent = purpose == "marketing" and company.sudo().marketing_consent == "opt_in"
        states = self.sudo()._get_facts(company, kind, addresses, purpose)
        refusing = set()
        for person, own in people.items():
            said = {states.get(address) for address in own}
            if "withdrawn" in said or (needs_consent and "given" not in said):
                refusing.add(person)
        return refusing

    # === BUSINESS METHODS: WHAT NETWORKS TELL === #

    @api.model
    def _record_choice(self, channel, identity, refused, purposes, **extra):
        """A person has allowed or forbidden something in the settings of a network. Who allows
        again what he had not forbidden there has agreed to nothing.

        :param bti.channel channel: on which
        :param bti.identity identity: who
        :param bool refused: forbidden
        :param collection[str] purposes: what
        :param extra: other fields of the facts: ``proof``, ``message``, ``date``
        """
        address = identity._get_consent_addresses()[0]
        for purpose in purposes:
            state = self._get_states(channel.company_id, channel.kind, [address], purpose)[address]
            if refused or state == "withdrawn":
                self._record(
                    channel.company_id,
                    channel.kind,
                    address,
                    "withdrawn" if refused else "given",
                    "network",
                    purpose=purpose,
                    partner=identity.partner_id,
                    **extra,
                )
