"""Odoo's SMS provider that calls nobody: it writes the outbox in the same transaction."""

from odoo.addons.sms.tools.sms_api import SmsApiBase

from ..const import FAILURE_TO_SMS_FAILURE_TYPE, PURPOSE_TO_TRAFFIC, REFUSABLE


class SmsApiBti(SmsApiBase):
    """Hands Odoo's SMS over to ``bti.message``; the channel's job sends them later."""

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiBase.PROVIDER_TO_SMS_FAILURE_TYPE | {
        f"bti_{reason}": failure_type
        for reason, failure_type in FAILURE_TO_SMS_FAILURE_TYPE.items()
    }

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """Queue a batch. See the original method for parameters and result.

        :return: "processing" for what is queued, else why it cannot be
        """
        numbers = {
            number["uuid"]: (number["number"], message["content"])
            for message in messages
            for number in message["numbers"]
        }
        # sudo: SMS and messages belong to the system, any user's action may queue some
        sms_by_uuid = (
            self.env["sms.sms"].sudo().search([("uuid", "in", list(numbers))]).grouped("uuid")
        )
        queued = (
            self.env["bti.message"]
            .sudo()
            .with_company(self.company)
            ._queue_sms(
                self.company,
                [
                    self._prepare_message_vals(uuid, number, body, sms_by_uuid.get(uuid))
                    for uuid, (number, body) in numbers.items()
                ],
            )
        )
        return [self._get_result(uuid, queued[uuid]) for uuid in numbers]

    def _prepare_message_vals(self, uuid, number, body, sms):
        """:param sms: the sms.sms record, or None
        :return: values of the message that carries one SMS
        """
        vals = {"sms_uuid": uuid, "number": number, "body": body}
        if sms:
            mail_message = sms.mail_message_id
            vals.update(
                channel_id=sms.bti_channel_id.id,
                purpose=PURPOSE_TO_TRAFFIC.get(sms.bti_purpose, "transactional"),
                refusable_as=sms.bti_purpose in dict(REFUSABLE) and sms.bti_purpose,
                expires_at=sms.bti_expires_at,
                link_secrets=sms.bti_link_secrets,
                partner_id=sms.partner_id.id,
                res_model=mail_message.model,
                res_id=mail_message.res_id,
            )
            if sms.bti_release_at:
                vals.update(release_at=sms.bti_release_at, next_try_at=sms.bti_release_at)
        return vals

    @staticmethod
    def _get_result(uuid, message):
        if message.state != "failed":
            return {"uuid": uuid, "state": "processing"}
        state = f"bti_{message.failure_type}"
        return {"uuid": uuid, "state": state, "failure_reason": message._get_failure_text()}

    def _get_sms_api_error_messages(self):
        """See the original method."""
        labels = dict(
            self.env["bti.message"]._fields["failure_type"]._description_selection(self.env)
        )
        return super()._get_sms_api_error_messages() | {
            f"bti_{reason}": label for reason, label in labels.items()
        }


class CompletingApi:
    """Another provider of Odoo's, which gets each recipient's text with its links complete."""

    def __init__(self, sms_api, all_sms):
        """
        :param SmsApiBase sms_api: the provider
        :param sms.sms all_sms: what it is about to send
        """
        self._sms_api = sms_api
        self._texts = {sms.uuid: sms._bti_get_whole_text() for sms in all_sms}

    def __getattr__(self, name):
        return getattr(self._sms_api, name)

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """See the original method."""
        by_text = {}
        for message in messages:
            for number in message["numbers"]:
                text = self._texts.get(number["uuid"], message["content"])
                by_text.setdefault(text, []).append(number)
        return self._sms_api._send_sms_batch(
            [{"content": text, "numbers": numbers} for text, numbers in by_text.items()],
            delivery_reports_url=delivery_reports_url,
        )
