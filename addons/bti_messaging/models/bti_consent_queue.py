from odoo import api, models
from odoo.fields import Domain


class BtiConsent(models.Model):
    """A refusal holds at once: also for what was written before it and still waits."""

    _inherit = "bti.consent"

    @api.model_create_multi
    def create(self, vals_list):
        """Cancel the offers that wait for those who refuse."""
        consents = super().create(vals_list)
        consents._cancel_refused()
        return consents

    def _cancel_refused(self):
        refusals = self.filtered(
            lambda consent: (
                consent.state == "withdrawn"
                and consent.purpose == "marketing"
                and consent.kind in ("sms", "all")
                and not consent.list_name
            )
        )
        if not refusals:
            return
        domain = (
            Domain("number", "in", list(set(refusals.mapped("address"))))
            & Domain("direction", "=", "out")
            & Domain("state", "=", "outgoing")
            & Domain("purpose", "=", "marketing")
        )
        # sudo: messages belong to the system; the client decides, whoever writes it down
        waiting = self.env["bti.message"].sudo().search(domain)
        for company, messages in waiting.grouped("company_id").items():
            # an older refusal may be written down after the client has changed his mind
            refused = self._get_refused(company, "sms", set(messages.mapped("number")))
            messages.filtered(
                lambda message, refused=refused: message.number in refused
            )._update_state("canceled", failure_type="opted_out", cost=0.0)
