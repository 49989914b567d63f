from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...gateways.sms import numbers
from ...tools import signed_token
from .person import NAME

PREFERENCE_SCOPE = "preferences"
# What the office sees: the page of the client, on which it cannot choose for him.
PREVIEW_SCOPE = "preferences-preview"
PREVIEW_TIME = timedelta(hours=1)


class BtiConsent(models.Model):
    """The page on which a client chooses what he wants to receive."""

    _inherit = "bti.consent"

    # === HOOKS === #

    @api.model
    def _get_preference_purposes(self):
        """Hook: what a client may choose, with the words of the page.

        :return: label of each purpose in the language of the environment
        :rtype: dict[str, str]
        """
        return {
            "marketing": self.env._("Offers and news"),
            "survey": self.env._("Questions about our service"),
        }

    # === LINKS === #

    @api.model
    def _get_preference_token(self, partner, company, preview=False):
        """:param bool preview: the page is only shown, for an hour
        :return: the signed part of the link to the page of a contact in one company
        :rtype: str
        """
        scope = PREVIEW_SCOPE if preview else PREFERENCE_SCOPE
        # sudo: setting of the company, the link may be made by any user's action
        days = timedelta(days=company.sudo().preference_link_days)
        expires = fields.Datetime.now() + (PREVIEW_TIME if preview else days)
        return signed_token.sign(self.env, f"{scope}/{company.id}", partner.id, expires)

    @api.model
    def _get_preference_owner(self, token, preview=False):
        """Whose page a link opens; one company has signed it.

        :param str token: what came in the URL
        :param bool preview: a link for looking at the page, not for choosing
        :return: contact and company, both empty when the link is worth nothing
        :rtype: tuple[res.partner, res.company]
        """
        scope = PREVIEW_SCOPE if preview else PREFERENCE_SCOPE
        for company in self.env["res.company"].search(Domain.TRUE):
            partner_id = signed_token.verify(self.env, f"{scope}/{company.id}", token)
            if partner_id:
                partner = self.env["res.partner"].browse(partner_id).exists()
                return partner, company if partner else company.browse()
        return self.env["res.partner"], self.env["res.company"]

    # === WHAT THE PAGE SHOWS === #

    @api.model
    def _get_page_values(self, company):
        """What every page of a company shows, as plain values."""
        return {
            "company_name": company.name,
            "company_phone": company.phone or "",
            "logo_company_id": 0 if company.uses_default_logo else company.id,
        }

    @api.model
    def _get_preference_values(self, partner, company):
        """All that the page shows; numbers and addresses are masked.

        :return: the values of :meth:`_get_page_values` and ``groups``, a list of dict:
            ``kind``, ``title``, ``address``, ``choices`` (list of dict: ``name``, ``label``,
            ``checked``)
        :rtype: dict
        """
        purposes = self._get_preference_purposes()
        needs_consent = company.marketing_consent == "opt_in"
        groups = []
        for kind, address in self._get_preference_addresses(partner, company).items():
            choices = []
            for purpose, label in purposes.items():
                state = self._get_states(company, kind, [address], purpose)[address]
                agreed_by_silence = not (needs_consent and purpose == "marketing")
                choices.append(
                    {
                        "name": f"{kind}.{purpose}",
                        "label": label,
                        "checked": state == "given" or (state == "none" and agreed_by_silence),
                    }
                )
            groups.append(
                {
                    "kind": kind,
                    "title": self._get_kind_label(kind),
                    "address": self._mask_address(address),
                    "choices": choices,
                }
            )
        return {**self._get_page_values(company), "groups": groups}

    @api.model
    def _get_preference_addresses(self, partner, company):
        """:return: address of each kind at which a company reaches the contact
        :rtype: dict[str, str]
        """
        found = {kind: partner._bti_get_consent_address(kind) for kind in ("sms", "email")}
        found.update(partner._bti_get_network_addresses(company))
        return {kind: address for kind, address in found.items() if address}

    @api.model
    def _get_kind_label(self, kind):
        return dict(self._fields["kind"]._description_selection(self.env))[kind]

    @api.model
    def _mask_address(self, address):
        """:return: enough to recognize one's own address, too little to learn another's"""
        if name := NAME.fullmatch(address):
            return f"***{name[3][-3:]}"
        if "@" in address:
            name, _at, domain = address.partition("@")
            return f"{name[:1]}***@{domain}"
        return numbers.mask(address)

    # === WHAT THE CLIENT SAVES === #

    @api.model
    def _save_preferences(self, partner, company, shown, chosen, **client):
        """Write down what changed; what stays as it was is no new fact.

        :param res.partner partner: whose page it is
        :param res.company company: whose page it is
        :param collection[str] shown: names of the choices that the page showed
        :param collection[str] chosen: names of those that were ticked
        :param client: ``ip``, ``user_agent``, ``lang``
        :return: the new facts
        :rtype: bti.consent
        """
        new = self.browse()
        addresses = self._get_preference_addresses(partner, company)
        for group in self._get_preference_values(partner, company)["groups"]:
            for choice in group["choices"]:
                wanted = choice["name"] in chosen
                if choice["name"] not in shown or wanted == choice["checked"]:
                    continue
                kind, purpose = choice["name"].split(".")
                new |= self._record(
                    company,
                    kind,
                    addresses[kind],
                    "given" if wanted else "withdrawn",
                    "page",
                    purpose=purpose,
                    proof=self._get_choice_wording(group["title"], choice["label"], wanted),
                    partner=partner,
                    once=True,
                    **client,
                )
        return new

    @api.model
    def _stop_marketing(self, partner, company, **client):
        """The client wants no more offers, by whatever way.

        :return: the new facts, one for each address that was not refused before
        :rtype: bti.consent
        """
        new = self.browse()
        for kind, address in self._get_preference_addresses(partner, company).items():
            latest = self.search(
                [
                    ("address", "=", address),
                    ("purpose", "=", "marketing"),
                    ("company_id", "in", [company.id, False]),
                    ("list_name", "=", False),
                    ("state", "!=", "pending"),
                ],
                limit=1,
            )
            if (latest.kind, latest.state) == ("all", "withdrawn"):
                continue
            new |= self._record(
                company,
                "all",
                address,
                "withdrawn",
                "page",
                proof=self._get_choice_wording(
                    self._get_kind_label(kind),
                    self.env._("No more offers at all"),
                    True,
                ),
                partner=partner,
                once=True,
                **client,
            )
        return new

    @api.model
    def _get_choice_wording(self, title, label, wanted):
        """What the page said and what the client ticked, as proof."""
        answer = self.env._("yes") if wanted else self.env._("no")
        return f"{self.env._('What would you like to receive?')} {title} - {label}: {answer}"
