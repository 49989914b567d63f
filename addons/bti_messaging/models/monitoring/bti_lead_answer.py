from odoo import models

from ...const import WATCH_JOB


class BtiLeadAnswer(models.Model):
    """Whoever is responsible for the Page is told at once that answers fail, and once for all of
    them, not of each."""

    _inherit = "bti.lead.answer"

    # === ACTIONS === #

    def action_settle(self):
        result = super().action_settle()
        self.env["ir.cron"]._bti_wake_job(WATCH_JOB)
        return result

    # === BUSINESS METHODS === #

    def _postpone(self, error=None, given_up_as="failed"):
        result = super()._postpone(error, given_up_as)
        self._tell_failure()
        return result

    def _give_up(self, detail):
        result = super()._give_up(detail)
        self._tell_failure()
        return result

    def _tell_failure(self):
        """Have the Page looked at when something fails there that nobody was told of."""
        if self.state == "failed" and "leads" not in self.channel_id.open_alert_ids.mapped("kind"):
            self.env["ir.cron"]._bti_wake_job(WATCH_JOB)


class BtiChannel(models.Model):
    """Answers to forms that fail are a trouble of their Page."""

    _inherit = "bti.channel"

    # === BUSINESS METHODS === #

    def _get_troubles(self):
        troubles = super()._get_troubles()
        if self.state != "draft" and self.active and self.lead_failed_count:
            troubles["leads"] = self.env._(
                "Answers that failed: %(count)s (%(forms)s). See Facebook Page > Forms of Adverts "
                "> Failures.",
                count=self.lead_failed_count,
                forms=self.lead_failed_forms or "…",
            )
        return troubles
