from odoo import models


class BtiMessage(models.Model):
    """What is not sent again: offers to those who have refused."""

    _inherit = "bti.message"

    def _retry(self):
        """Who has refused meanwhile gets no offer a second time either."""
        offers = self.filtered(lambda message: message.purpose == "marketing")
        refused = self.browse()
        for company, messages in offers.grouped("company_id").items():
            # sudo: the log belongs to the system
            numbers = (
                self.env["bti.consent"]
                .sudo()
                ._get_refused(company, "sms", set(messages.mapped("number")))
            )
            refused |= messages.filtered(lambda message, numbers=numbers: message.number in numbers)
        return super(BtiMessage, self - refused)._retry()
