from odoo import models
from odoo.fields import Domain

from ...gateways.content import Address, AddressKind

# How WhatsApp names people.
KINDS = ("wa_id", "bsuid")


class BtiTemplateSend(models.TransientModel):
    """To whom an approved text goes, and whether he wants it."""

    _inherit = "bti.template.send"

    # === BUSINESS METHODS === #

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
