from odoo import fields, models

from ..const import OWN_SMS_FAILURE_TYPES


class SmsSms(models.Model):
    _inherit = "sms.sms"

    bti_channel_id = fields.Many2one(
        "bti.channel", string="Channel", index="btree_not_null", ondelete="set null",
        default=lambda self: self.env.context.get("bti_channel_id"),
        help="Send through this channel instead of the company's first one.",
    )
    bti_purpose = fields.Selection(
        [("transactional", "Transactional"), ("marketing", "Marketing")],
        string="Purpose",
        default=lambda self: self.env.context.get("bti_purpose", "transactional"),
    )
    failure_type = fields.Selection(selection_add=OWN_SMS_FAILURE_TYPES)

    def _split_by_api(self):
        """Group by company first: each has its own provider, and core's last branch would
        take the current company's account for all the others."""
        for company, all_sms in self.grouped(lambda sms: sms._get_sms_company()).items():
            company_sms = all_sms.with_company(company)
            if company.sms_provider == "bti":
                sms_api = company._get_sms_api_class()(company_sms.env)
                sms_api._set_company(company)
                yield sms_api, company_sms
            else:
                yield from super(SmsSms, company_sms)._split_by_api()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """The queue's job comes here without having grouped anything; core then demands one
        company and a batch of two would block the queue for good."""
        if self.env.context.get("sms_api") or not self:
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        for sms_api, group in self._split_by_api():
            group.with_context(sms_api=sms_api)._send(
                unlink_failed, unlink_sent, raise_exception
            )
        return None


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
            sms_state, failure_type=failure_type, failure_reason=failure_reason,
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
        notifications.write({
            "notification_status": "canceled", "failure_type": failure_type,
            "failure_reason": False,
        })
        notifications.mail_message_id._notify_message_notification_update()
        others = self.filtered(lambda tracker: not tracker.mail_notification_id)
        if others:
            others._action_update_from_sms_state("pending" if failure_type else "canceled")
