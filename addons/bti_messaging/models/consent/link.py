from datetime import timedelta

from odoo import api, fields, models

from ...tools import client_links, signed_token
from .preference import PREFERENCE_SCOPE


class BtiConsent(models.Model):
    """The link to a client's page of choices in texts that are stored, shown and edited: it is
    signed when the text goes to him, and to nobody else."""

    _inherit = "bti.consent"

    @api.model
    def _get_sealed_preference_link(self, partner, company):
        """:return: what stands for the token of ``_get_preference_token`` until it is sent
        :rtype: str
        """
        # sudo: setting of the company, the link may be made by any user's action
        days = timedelta(days=company.sudo().preference_link_days)
        return client_links.seal(
            partner.id,
            company.id,
            signed_token.to_hours(fields.Datetime.now() + days),
            signed_token.get_length(partner.id),
        )

    @api.model
    def _sign_links(self, text, addresses, recipient=None):
        """Sign the sealed links of a text that is about to be sent.

        A link whose owner is not reached at these addresses stays sealed and opens nothing:
        otherwise anybody could have a client's link sent to himself.

        :param str text: as it is stored
        :param collection[str] addresses: where it goes, E.164 or normalised e-mail
        :param res.partner recipient: to whom it goes, if that is known
        :rtype: str
        """
        if "/m/" not in text:
            return text
        # sudo: whether the owner is reached does not depend on what the sender may read
        Partner = self.env["res.partner"].sudo()
        recipient = (recipient or Partner).sudo()

        def sign(match):
            partner_id, company_id, hours = map(int, match.groups())
            owner = recipient if recipient.id == partner_id else Partner.browse(partner_id).exists()
            if not owner or owner._bti_get_addresses(recipient).isdisjoint(addresses):
                return match[0]
            try:
                return signed_token.sign(
                    self.env,
                    f"{PREFERENCE_SCOPE}/{company_id}",
                    partner_id,
                    signed_token.from_hours(hours),
                )
            except (ValueError, OverflowError):  # typed by somebody
                return match[0]

        return client_links.SEALED.sub(sign, text)
