from odoo import models
from odoo.fields import Domain

from .network import STATES, SYNC_JOB


class BtiEvent(models.Model):
    """What the network tells of approved texts, late and twice as always."""

    _inherit = "bti.event"

    # === ROUTES === #

    def _route_template(self):
        result = super()._route_template()
        payload = self.payload or {}
        if not payload.get("waba"):
            return result  # of a Page
        known = self._find_templates(payload)
        if not known or not (self.status or payload.get("category") or payload.get("quality")):
            # written at the network, or worded anew: its list tells what it says
            self.env["ir.cron"]._bti_wake_job(SYNC_JOB)
            return result
        if payload.get("category"):
            known._note_category(payload["category"])
        if payload.get("quality") in known._get_qualities():
            known.quality = payload["quality"]
        if self.status in STATES:
            if payload.get("id"):
                known.filtered(lambda item: not item.external_id).external_id = payload["id"]
            known._note_state(STATES[self.status], self.detail or "", self.occurred_at)
        return result

    def _find_templates(self, payload):
        """:param dict payload: of the event
        :return: the text that it is about, of each company that uses the account
        :rtype: bti.template
        """
        account = self.channel_id.account_id
        by_id = Domain("external_id", "=", payload.get("id") or "-")
        by_name = (
            Domain("name", "=", payload.get("name") or "-")
            & Domain("language", "=", payload.get("language") or "-")
            & Domain("state", "!=", "draft")
        )
        return (
            self.env["bti.template"]
            .with_context(active_test=False)
            .search(
                Domain("channel_id.account_id", "=", account.id)
                & Domain("business_account", "=", payload["waba"])
                & (by_id | by_name)
            )
        )
