from odoo import api, fields, models

from ...tools import algerian_numbers


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    rib_warning = fields.Char(compute="_compute_rib_warning")

    @api.depends("acc_number", "partner_id.has_algerian_numbers")
    @api.depends_context("company", "lang")
    def _compute_rib_warning(self):
        """An Algerian account number whose key is wrong is kept, and pointed out."""
        for bank in self:
            number = bank.acc_number or ""
            bank.rib_warning = False
            if not number or not bank.partner_id.has_algerian_numbers:
                continue
            if number[:2].isalpha():  # an IBAN of an account abroad
                continue
            if not algerian_numbers.is_rib(number):
                bank.rib_warning = self.env._(
                    "A RIB has 20 digits, the last two being its key: this number or its key is"
                    " not right."
                )

    def _get_rib(self):
        """The account number as it is printed on documents.

        :rtype: str
        """
        self.ensure_one()
        return algerian_numbers.format_rib(self.acc_number or "")
