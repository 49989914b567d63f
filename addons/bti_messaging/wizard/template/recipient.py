from odoo import models
from odoo.fields import Domain

from ...gateways.content import Address, AddressKind

# How WhatsApp names people.
KINDS = ("wa_id", "bsuid")


class BtiTemplateSend(models.TransientModel):
    """To whom an approved text goes, in which language, and whether he wants it."""

    _inherit = "bti.template.send"

    # === BUSINESS METHODS === #

    def _propose_language(self, templates):
        """The client's: his contact's, else a guess from what he wrote; else the company's.

        :param bti.template templates: what may be sent; a language without any helps nobody
        :return: a value of ``language``
        :rtype: str
        """
        self.ensure_one()
        known = dict(self._fields["language"].selection)
        # sudo: a language, of whom the conversation is with and of the company
        system = self.sudo()
        identity = system.conversation_id.bti_identity_id or (
            self.partner_id and self._find_identity()
        )
        company = system.channel_id.company_id or system.env.company
        said = identity._guess_language() if identity else ""
        langs = (self._get_client().lang, company.partner_id.lang)
        own, ours = [(lang or "").partition("_")[0] for lang in langs]
        # Arabic in Latin letters is no language to answer in: it is none of these
        wanted = [code for code in (own, said, ours) if code in known]
        there = {template._get_short_language() for template in templates}
        if not there:
            return next(iter(wanted), "all")
        return next((code for code in wanted if code in there), "all")

    def _refuses_offers(self):
        """Whether the queue would cancel an offer to this client."""
        # sudo: what he said of offers is the system's to look up
        system = self.sudo()
        identity = system.conversation_id.bti_identity_id or self._find_identity()
        draft = system.env["bti.message"].new(
            {
                "channel_id": self.channel_id.id,
                "company_id": self.channel_id.company_id.id,
                "identity_id": identity.id,
                "number": (identity._get_number() if identity else self._find_number())
                or identity.external_id,
                "partner_id": self._get_client().id,
                "purpose": "marketing",
                "direction": "out",
            }
        )
        return bool(draft._find_unwanted())

    def _find_number(self):
        """:return: the contact's mobile number in E.164, or False"""
        return self.partner_id._bti_get_mobile(self.partner_id.phone or "")

    def _find_identity(self):
        """:return: how WhatsApp names the contact, as superuser, as far as known
        :rtype: bti.identity
        """
        # sudo: correspondents are made and found by the system
        Identity, company = self.env["bti.identity"].sudo(), self.channel_id.company_id
        number = self._find_number() or ""
        known = Identity.search(
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", "wa_id")
            & Domain("external_id", "=", number.removeprefix("+")),
            limit=1,
        )
        if known:
            return known._get_main()
        return Identity.search(
            Domain("company_id", "=", company.id)
            & Domain("kind", "in", KINDS)
            & Domain("partner_id", "=", self.partner_id.id)
            & Domain("alias_of_id", "=", False)
            & Domain("superseded_on", "=", False),
            limit=1,
        )

    def _get_identity(self):
        """:return: to whom it goes, as superuser, made at need
        :rtype: bti.identity
        """
        # sudo: what the conversation is tied to
        identity = self.conversation_id.sudo().bti_identity_id or self._find_identity()
        if identity:
            return identity
        address = Address(AddressKind.WHATSAPP, self._find_number().removeprefix("+"))
        # sudo: correspondents are made by the system
        return (
            self.env["bti.identity"]
            .sudo()
            ._find_or_create(self.channel_id.company_id, address, partner_id=self.partner_id.id)
        )
