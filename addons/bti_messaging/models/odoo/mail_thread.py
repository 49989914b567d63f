import logging

from odoo import models
from odoo.tools import plaintext2html

from ...tools import template_text
from ...tools.readers import language_of

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # === HOOKS === #

    def _bti_notify_partner(self):
        """Hook: who is told about this document.

        :return: one contact, or none
        :rtype: res.partner
        """
        self.ensure_one()
        if self._name == "res.partner":
            return self
        if "partner_id" in self._fields:
            return self.partner_id[:1]
        return self.env["res.partner"]

    def _bti_notify_number(self):
        """Hook: the number to which the SMS goes, if it can receive one: the contact's, else
        that of the document, else that of the client to whom the contact belongs.

        :return: E.164, or False
        :rtype: str | bool
        """
        self.ensure_one()
        partner = self._bti_notify_partner()
        client = partner.commercial_partner_id - partner
        for record in filter(None, (partner, self, client)):
            for name in record._phone_get_number_fields():
                number = record._bti_get_mobile(record[name])
                if number:
                    return number
        return False

    def _bti_notify_responsible(self):
        """Hook: who calls the client when no SMS can be sent.

        :return: one user, or none
        :rtype: res.users
        """
        self.ensure_one()
        return self.user_id[:1] if "user_id" in self._fields else self.env["res.users"]

    # === BUSINESS METHODS === #

    def _bti_notify(self, template, purpose="transactional", channel=None):
        """Tell the client of each document something by SMS, in his language.

        Only rows are written, nothing is sent in this transaction. What cannot be sent
        becomes a note and a call for the responsible, never an exception: telling the
        client must not undo what happened to the document.

        :param sms.template template: the text
        :param str purpose: "transactional", "service", "survey" or "marketing": what he has refused
            is not sent
        :param bti.channel channel: send through this channel instead of the company's first
        :return: the SMS posted in the chatters
        :rtype: mail.message
        """
        posted = self.env["mail.message"]
        for record in self:
            company = record._mail_get_companies(default=self.env.company)[record.id]
            posted |= record.with_company(company)._bti_notify_one(template, purpose, channel)
        return posted

    def _bti_notify_one(self, template, purpose, channel):
        partner = self._bti_notify_partner()
        body = self._bti_render(template, partner)
        if not body:
            self._bti_call_instead(self.env._("The SMS could not be prepared."))
            return self.env["mail.message"]
        return self._bti_tell(template, body, partner, purpose, channel)

    def _bti_tell(self, template, body, partner, purpose, channel):
        """Hook: tell the client a text; later rooms know other ways than an SMS.

        :param: as of :meth:`_bti_tell_by_sms`
        """
        return self._bti_tell_by_sms(template, body, partner, purpose, channel)

    def _bti_tell_by_sms(self, template, body, partner, purpose, channel):
        """Tell the client a text by SMS, or have him called.

        :param sms.template template: of which it was made
        :param str body: the text in his language
        :param res.partner partner: the client, may be empty
        :param str purpose: one of ``PURPOSES``
        :param bti.channel channel: the only one that may carry it; empty: any
        :return: what was posted in the chatter
        :rtype: mail.message
        """
        number = self._bti_notify_number()
        if not number:
            self._bti_call_instead(
                self.env._("The client has no mobile number to which this SMS could go:"), body
            )
            return self.env["mail.message"]
        if self._bti_is_opted_out(number, purpose):
            self._message_log(body=self.env._("SMS not sent: the client does not want any."))
            return self.env["mail.message"]
        expires_at = template._bti_get_expiry(self.env.context.get("bti_release_at"))
        return self.with_context(bti_expires_at=expires_at)._bti_post_sms(
            body, partner, number, purpose, channel
        )

    def _bti_post_sms(self, body, partner, number, purpose, channel):
        """Post on the document an SMS that is queued."""
        recipients = (
            {"partner_ids": partner.ids, "sms_pid_to_number": {partner.id: number}}
            if partner
            else {"sms_numbers": [number]}
        )
        return self._message_sms(
            body,
            # with our own provider to queue is to write the outbox, at once
            put_in_queue=self.env.company.sms_provider != "bti",
            bti_channel_id=channel.id if channel else False,
            bti_purpose=purpose,
            **{"partner_ids": False, "sms_numbers": [], **recipients},
        )

    def _bti_render(self, template, partner):
        """:return: the text for this document, in the partner's language or in that which
        the template chooses; False if the template is at fault
        """
        # without the rights of the automation: the text shows what its user may read
        template = template.sudo(False)
        lang = (
            {"compute_lang": True}
            if template.lang
            else {
                "set_lang": language_of(self.env, partner),
            }
        )
        try:
            with self.env.cr.savepoint():
                text = template._render_field("body", self.ids, **lang)[self.id]
        except Exception:  # a fault in a text must not undo what happened to the document
            _logger.exception("SMS template %s on %s", template.id, self)
            return False
        if not template_text.is_sendable(text):
            _logger.warning(
                "SMS template %s on %s: no text, or an open expression", template.id, self
            )
            return False
        return text

    def _bti_call_instead(self, reason, text=""):
        """Leave a note, and a call activity if somebody is responsible."""
        self._message_log(body=plaintext2html(f"{reason}\n{text}".strip()))
        responsible = self._bti_notify_responsible()
        if responsible and "activity_ids" in self._fields:
            summary = self.env._("Call the client: no SMS could be sent")
            if not self.activity_ids.filtered(lambda activity: activity.summary == summary):
                self.activity_schedule(
                    "mail.mail_activity_data_call",
                    user_id=responsible.id,
                    summary=summary,
                    note=plaintext2html(text),
                )

    def _bti_is_opted_out(self, number, purpose="marketing"):
        """Hook: whether the owner of a number refuses messages of this purpose.

        :param str number: E.164
        :rtype: bool
        """
        return False

    # === CORE === #

    def _get_notify_valid_parameters(self):
        return super()._get_notify_valid_parameters() | {"bti_channel_id", "bti_purpose"}

    def _notify_thread_by_sms(
        self, message, recipients_data, bti_channel_id=False, bti_purpose="transactional", **kwargs
    ):
        """Carry our choice of channel to the SMS that core creates in here with ``sudo()``,
        which drops ``default_`` keys: hence keys of our own."""
        return super(
            MailThread,
            self.with_context(
                bti_channel_id=bti_channel_id,
                bti_purpose=bti_purpose,
            ),
        )._notify_thread_by_sms(message, recipients_data, **kwargs)
