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
                and consent.kind not in ("email", "phone")
                and not consent.list_name
            )
        )
        for purpose, facts in refusals.grouped("purpose").items():
            facts._cancel_waiting(purpose)

    def _cancel_waiting(self, purpose):
        """Cancel what waits for those who refuse it by these facts."""
        addresses = set(self.mapped("address"))
        # sudo: messages belong to the system; the client decides, whoever writes it down
        env = self.sudo().env
        people = env["bti.identity"]._find_by_consent_addresses(addresses)
        to_them = Domain("number", "in", list(addresses))
        if people:
            to_them |= Domain("identity_id", "in", people.ids)
        if partners := self.partner_id:
            # on a network he may be known by no number
            to_them |= Domain("partner_id", "in", partners.ids) & Domain("identity_id", "!=", False)
        kind = (
            Domain("purpose", "=", "marketing")
            if purpose == "marketing"
            else Domain("refusable_as", "=", purpose)
        )
        waiting = env["bti.message"].search(
            to_them & Domain("direction", "=", "out") & Domain("state", "=", "outgoing") & kind
        )
        # an older refusal may be written down after the client has changed his mind
        waiting._find_refused(purpose)._update_state("canceled", failure_type="opted_out", cost=0.0)
