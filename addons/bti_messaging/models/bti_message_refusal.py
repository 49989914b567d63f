from odoo import models


class BtiMessage(models.Model):
    """What is not sent again: offers to those who have refused, texts that are gone."""

    _inherit = "bti.message"

    def _retry(self):
        """Who has refused meanwhile gets no offer a second time either; of an old message only
        the figures are left."""
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
        erased = self.filtered("text_erased")
        return super(BtiMessage, self - refused - erased)._retry()
