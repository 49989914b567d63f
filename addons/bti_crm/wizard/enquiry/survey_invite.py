from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class SurveyInvite(models.TransientModel):
    """Who refuses questions about our service by e-mail is not invited."""

    _inherit = "survey.invite"

    def _prepare_answers(self, partners, emails):
        addresses = {*partners.mapped("email_normalized"), *map(email_normalize, emails)} - {False}
        # sudo: what people have said counts, whoever invites them
        refused = (
            self.env["bti.consent"]
            .sudo()
            ._get_refused(self.env.company, "email", addresses, "survey")
        )
        partners = partners.filtered(lambda partner: partner.email_normalized not in refused)
        emails = [email for email in emails if email_normalize(email) not in refused]
        if refused and not partners and not emails:
            raise UserError(
                self.env._("These people do not want to be asked how they were served.")
            )
        return super()._prepare_answers(partners, emails)
