from odoo import api, fields, models
from odoo.exceptions import UserError


class MailingMailing(models.Model):
    """The hand on a campaign: pause, resume, stop, send again what failed."""

    _inherit = "mailing.mailing"

    # === ACTIONS === #

    def action_sms_pause(self):
        """Send and prepare nothing more until somebody resumes."""
        for campaign in self._check_campaigns("in_queue", "sending"):
            campaign._pause("user")

    def action_sms_resume(self):
        """Go on where the campaign was paused."""
        for campaign in self._check_campaigns("in_queue", "sending").filtered("sms_paused"):
            campaign._check_ready()
            paused_at = campaign.sms_pause_date or fields.Datetime.now()
            for run in campaign._get_runs():
                run._shift((fields.Datetime.now() - paused_at).total_seconds())
            # sudo: written by the program only, the rights were checked
            campaign.sudo().write(
                {
                    "sms_paused": False,
                    "sms_pause_reason": False,
                    "sms_pause_detail": False,
                    "sms_pause_date": False,
                }
            )
            campaign._wake_campaigns()
            campaign._wake_channels()

    def action_sms_stop(self):
        """Give up what has not been sent. The messages are canceled by the scheduled action; none
        of them is sent from this moment on."""
        campaigns = self._check_campaigns("in_queue", "sending")
        # sudo: written by the program only, the rights were checked
        campaigns.sudo().write({"sms_stopped": True, "sms_paused": False, "sms_retrying": False})
        self._wake_campaigns()

    def action_retry_failed(self):
        """Send again what failed for a reason that may have passed."""
        campaigns = self.filtered("through_channels")
        if campaigns:
            campaigns._check_campaigns("sending", "done")
            # sudo: messages belong to the system
            last = self.env["bti.message"].sudo().search([], order="id desc", limit=1)
            # sudo: written by the program only, the rights were checked
            campaigns.sudo().write(
                {
                    "state": "sending",
                    "sms_retrying": True,
                    "sms_retry_until": last.id,
                    "sms_stopped": False,
                }
            )
            self._wake_campaigns()
        if others := self - campaigns:
            return super(MailingMailing, others).action_retry_failed()
        return None

    def _check_campaigns(self, *states):
        """:return: self
        :raises UserError: this cannot be done with all of them
        """
        self.check_access("write")
        if self.filtered(lambda m: not m.through_channels or m.state not in states):
            raise UserError(self.env._("This campaign is not on its way."))
        return self

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_waiting(self):
        """Without its campaign nothing would hold a message any more."""
        if self._is_waiting():
            raise UserError(
                self.env._("Messages of this campaign wait to be sent: stop it before you delete.")
            )

    # === WHAT HOLDS IT === #

    def _is_held(self):
        """Whether somebody does not want this campaign to go on."""
        self.ensure_one()
        return self.sms_paused or self.sms_stopped or not self.active

    def _is_waiting(self):
        """Whether some message of these campaigns is still to be sent."""
        # sudo: only whether there is one
        return bool(
            self.env["bti.message"]
            .sudo()
            .search_count(
                [("mailing_id", "in", self.ids), ("state", "in", ("outgoing", "sending"))],
                limit=1,
            )
        )

    def _pause(self, reason, detail=False):
        """Hold a campaign; a reason that nobody chose is told to the responsible.

        :param str reason: a value of ``sms_pause_reason``
        :param str detail: more words
        """
        self.ensure_one()
        if self.sms_paused:
            return
        # sudo: written by the program only
        self.sudo().write(
            {
                "sms_paused": True,
                "sms_pause_reason": reason,
                "sms_pause_detail": detail,
                "sms_pause_date": fields.Datetime.now(),
            }
        )
        if reason != "user":

            def make_texts(campaign):
                labels = dict(
                    campaign._fields["sms_pause_reason"]._description_selection(campaign.env)
                )
                summary = campaign.env._("Campaign paused: %(reason)s", reason=labels[reason])
                return summary, detail or summary

            self._bti_alert(self.user_id or self.write_uid, make_texts)
