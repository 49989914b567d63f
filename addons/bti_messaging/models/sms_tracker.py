from odoo import models

from ..const import OWN_SMS_FAILURE_TYPES


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _bti_update(self, sms_state, failure_type=False, failure_reason=False):
        """Forward a message's state. Our own failure types exist on notifications only, other
        users of trackers (mailings) get a general one.

        :param str sms_state: a state of sms.sms
        """
        own_types = {value for value, _label in OWN_SMS_FAILURE_TYPES}
        with_notification = self.filtered("mail_notification_id")
        with_notification._action_update_from_sms_state(
            sms_state,
            failure_type=failure_type,
            failure_reason=failure_reason,
        )
        if others := self - with_notification:
            others._action_update_from_sms_state(
                sms_state,
                failure_type="sms_server" if failure_type in own_types else failure_type,
                failure_reason=failure_reason,
            )

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
