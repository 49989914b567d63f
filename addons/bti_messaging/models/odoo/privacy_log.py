from odoo import models

from ...gateways.sms import numbers


class PrivacyLog(models.Model):
    _inherit = "privacy.log"

    def _anonymize_email(self, label):
        """People without e-mail are logged by their number, masked."""
        if label and "@" not in label:
            return numbers.mask(label)
        return super()._anonymize_email(label)
