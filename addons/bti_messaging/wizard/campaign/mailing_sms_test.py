from uuid import uuid4

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from ...gateways.sms import numbers
from ...tools import campaign_text
from ...tools.plural import counted


class MailingSmsTest(models.TransientModel):
    """The test of a campaign goes the way of the campaign: through the company's channel, once."""

    _inherit = "mailing.sms.test"

    def action_send_sms(self):
        """Queue the text, as the first recipient would get it, for the given numbers."""
        self.ensure_one()
        mailing = self.mailing_id
        if not mailing.through_channels:
            return super().action_send_sms()
        mailing._check_ready()
        good, notes = self._read_numbers()
        body = self._get_test_body()
        # sudo: messages belong to the system; who may edit the campaign was checked above
        messages = (
            self.env["bti.message"]
            .sudo()
            ._queue_sms(
                mailing.company_id,
                [
                    {
                        "sms_uuid": uuid4().hex,
                        "number": number,
                        "body": body,
                        "purpose": "marketing",
                        "res_model": "mailing.mailing",
                        "res_id": mailing.id,
                    }
                    for number in good
                ],
            )
        )
        for message in messages.values():
            if message.state == "failed":
                notes.append(f"{message.number}: {message._get_failure_text()}")
            else:
                notes.append(
                    self.env._(
                        "Test for %(number)s handed to %(channel)s: %(parts)s.",
                        number=message.number,
                        channel=message.channel_id.name,
                        parts=counted(self.env, self.env._("# SMS|# SMS"), message.parts),
                    )
                )
        mailing._message_log(
            body=Markup("<ul>%s</ul>") % Markup().join(Markup("<li>%s</li>") % n for n in notes)
        )
        return True

    def _read_numbers(self):
        """:return: mobile numbers, each once, and in words what is wrong with the others
        :rtype: tuple[list[str], list[str]]
        :raise UserError: there is no number at all
        """
        region = self.mailing_id.company_id.country_id.code
        lines = filter(None, (line.strip() for line in (self.numbers or "").splitlines()))
        found = {line: numbers.analyse(line, region) for line in lines}
        if not any(found.values()):
            raise UserError(self.env._("Write at least one phone number, each on its line."))
        good, notes = {}, []
        for line, number in found.items():
            if not number:
                notes.append(self.env._("%(number)s is not a phone number.", number=line))
            elif not number.mobile:
                notes.append(self.env._("%(number)s is not a mobile number.", number=line))
            else:
                good[number.e164] = True
        return list(good), notes

    def _get_test_body(self):
        """The text of the first recipient; the opt-out page of a test leads nowhere."""
        mailing = self.mailing_id._with_sender()
        model = mailing.env[mailing.mailing_model_real]
        record = model.search(mailing._get_recipients_domain(), order="id", limit=1)
        record = record or model.search([], order="id", limit=1)
        if not record:
            return mailing.body_plaintext
        recipients = mailing._read_numbers(record)
        for recipient in recipients:
            recipient.failure = ""
        mailing._write_texts(recipients, {})
        channel = self.env["bti.channel"]._find_channel(mailing.company_id, purpose="marketing")
        pattern = recipients[0].pattern + mailing._get_opt_out_text(channel)
        return campaign_text.fill(pattern, 0, "xxx")
