from odoo import models


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _bti_update(self, sms_state, failure_type=False, failure_reason=False):
        """Forward a message's state.

        :param str sms_state: a state of sms.sms
        """
        self._action_update_from_sms_state(
            sms_state,
            failure_type=failure_type,
            failure_reason=failure_reason,
        )

    def _update_sms_mailings(self, trace_status, traces):
        """Core marks a mailing as done when no trace is "processing", hence at its first report.
        A campaign of ours knows by its messages when it is done."""
        others = traces.filtered(lambda trace: not trace.company_id)
        return super()._update_sms_mailings(trace_status, others) if others else None

    def _bti_set_not_sent(self, failure_type):
        """Show a message as canceled although it was handed over; core takes "processing"
        as past recall, our outbox does not.

        :param str failure_type: why, or False
        """
        notifications = self.mail_notification_id.filtered(
            lambda notification: notification.notification_status in ("ready", "process")
        )
        notifications.write(
            {
                "notification_status": "canceled",
                "failure_type": failure_type,
                "failure_reason": False,
            }
        )
        notifications.mail_message_id._notify_message_notification_update()
        others = self.filtered(lambda tracker: not tracker.mail_notification_id)
        if others:
            others._action_update_from_sms_state("pending" if failure_type else "canceled")
