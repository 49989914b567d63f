from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.quiet_hours import to_local


class MailingMailing(models.Model):
    """How fast and when a campaign goes out."""

    _inherit = "mailing.mailing"

    def _get_release(self, run, place):
        """When a message may go at the earliest, by the campaign's rate.

        :param bti.campaign.run run: of this campaign
        :param int place: of the message among those of the campaign, from 0
        :rtype: datetime | False
        """
        if not self.sms_rate:
            return False
        return run.rate_start + timedelta(minutes=place // self.sms_rate)

    def _has_window(self):
        self.ensure_one()
        return self.sms_window_from != self.sms_window_to

    def _is_in_window(self):
        """Whether it is now an hour at which this campaign sends."""
        self.ensure_one()
        if not self._has_window():
            return True
        # the clock of the quiet hours, wherever the responsible may be
        now = to_local(fields.Datetime.now(), self.company_id.messaging_tz or "UTC")
        hour = now.hour + now.minute / 60
        if self.sms_window_from < self.sms_window_to:
            return self.sms_window_from <= hour < self.sms_window_to
        return hour >= self.sms_window_from or hour < self.sms_window_to

    @api.model
    def _get_held_ids(self, companies):
        """The campaigns of which nothing may be sent now: asked before each claim of the outbox,
        so that a pause stops a run in the middle.

        :param res.company companies: the senders
        :rtype: list[int]
        """
        held = (
            Domain("sms_paused", "=", True)
            | Domain("sms_stopped", "=", True)
            | Domain("active", "=", False)
        )
        campaigns = self.with_context(active_test=False).search(
            Domain("company_id", "in", companies.ids)
            & Domain("mailing_type", "=", "sms")
            & Domain("state", "in", ("in_queue", "sending"))
            & (held | Domain("sms_window_from", "!=", 0) | Domain("sms_window_to", "!=", 0)),
        )
        return campaigns.filtered(
            lambda campaign: campaign._is_held() or not campaign._is_in_window()
        ).ids
