from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _bti_is_opted_out(self, number, purpose="marketing"):
        refused = self.env["bti.consent"]._get_refused(self.env.company, "sms", [number], purpose)
        return super()._bti_is_opted_out(number, purpose) or bool(refused)

    def _bti_get_preference_url(self, preview=False):
        """Link to the page on which the client chooses what he receives, for texts:
        ``{{ object._bti_get_preference_url() }}``. It is sealed: signed when the text is sent to
        him (``bti.consent._sign_links``), for whoever reads the text could answer in his name.

        :param bool preview: only to look at it, signed at once
        :return: the link, or an empty text when nobody is told about this document
        :rtype: str
        """
        self.ensure_one()
        partner = self._bti_notify_partner()
        if not isinstance(partner.id, int):
            return ""
        company = self._mail_get_companies(default=self.env.company)[self.id]
        Consent = self.env["bti.consent"]
        if preview:
            link = Consent._get_preference_token(partner, company, preview)
        else:
            link = Consent._get_sealed_preference_link(partner, company)
        return f"{self.get_base_url()}/m/{link}"
