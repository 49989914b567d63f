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
                and consent.purpose != "transactional"
                and consent.kind in ("sms", "all")
                and not consent.list_name
            )
        )
        for purpose, facts in refusals.grouped("purpose").items():
            self._cancel_waiting(purpose, set(facts.mapped("address")))

    @api.model
    def _cancel_waiting(self, purpose, addresses):
        """Cancel what waits for those of some numbers who refuse it."""
        kind = (
            Domain("purpose", "=", "marketing")
            if purpose == "marketing"
            else Domain("refusable_as", "=", purpose)
        )
        domain = (
            Domain("number", "in", list(addresses))
            & Domain("direction", "=", "out")
            & Domain("state", "=", "outgoing")
            & kind
        )
        # sudo: messages belong to the system; the client decides, whoever writes it down
        waiting = self.env["bti.message"].sudo().search(domain)
        for company, messages in waiting.grouped("company_id").items():
            # an older refusal may be written down after the client has changed his mind
            refused = self._get_refused(company, "sms", set(messages.mapped("number")), purpose)
            messages.filtered(
                lambda message, refused=refused: message.number in refused
            )._update_state("canceled", failure_type="opted_out", cost=0.0)
