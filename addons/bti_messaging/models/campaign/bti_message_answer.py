from odoo import models


class BtiMessage(models.Model):
    """What a recipient of a campaign writes back counts as its answer."""

    _inherit = "bti.message"

    def _after_received(self):
        result = super()._after_received()
        if self.number and not self.keyword_id:
            # sudo: traces are the system's
            self.env["mailing.trace"].sudo()._bti_set_replied(
                self.number, self.company_id, self.create_date
            )
        return result
