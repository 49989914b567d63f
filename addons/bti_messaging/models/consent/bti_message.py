from odoo import fields, models

from ...const import REFUSABLE

# Document of a message that its author sends to himself before a campaign goes out.
TEST_MODEL = "mailing.mailing"


class BtiMessage(models.Model):
    """What senders say of offers, and offers that are not sent, nor sent again: to those who
    have refused; nor are texts that are gone."""

    _inherit = "bti.message"

    refusable_as = fields.Selection(
        REFUSABLE,
        string="May Be Refused as",
        readonly=True,
        help="Of a message that is no offer: what the client may refuse all the same.",
    )

    # === WHAT IS NOT SENT === #

    def _find_unwanted(self):
        """A refusal counts until the message is handed over: one that came while a campaign was
        being written did not see these rows. One query per company, none without offers."""
        unwanted = super()._find_unwanted()
        offers = self.filtered(lambda message: message.purpose == "marketing")
        # sudo: the log belongs to the system
        Consent = self.env["bti.consent"].sudo()
        alike = offers.grouped(
            lambda message: (message.company_id, message.res_model == TEST_MODEL)
        )
        for (company, is_test), messages in alike.items():
            found = set(messages.mapped("number"))
            if is_test:
                # its author need not have agreed to anything, but a refusal is a refusal
                states = Consent._get_states(company, "sms", found)
                numbers = {number for number, state in states.items() if state == "withdrawn"}
            else:
                numbers = Consent._get_refused(company, "sms", found)
            unwanted |= messages.filtered(
                lambda message, numbers=numbers: message.number in numbers
            )
        asking = self.filtered("refusable_as")
        for (company, purpose), messages in asking.grouped(
            lambda message: (message.company_id, message.refusable_as)
        ).items():
            found = set(messages.mapped("number"))
            numbers = Consent._get_refused(company, "sms", found, purpose)
            unwanted |= messages.filtered(
                lambda message, numbers=numbers: message.number in numbers
            )
        return unwanted

    def _retry(self):
        """Who does not want it gets no offer a second time either; of an old message only the
        figures are left."""
        erased = self.filtered("text_erased")
        return super(BtiMessage, self - self._find_unwanted() - erased)._retry()

    # === WHAT SENDERS SAY === #

    def _set_marketing_refusal(self, refused):
        """Keep it with his words as the proof, and with the date on which he wrote them."""
        self.ensure_one()
        number = self.identity_id._get_number() if self.identity_id else ""
        if not number:
            return super()._set_marketing_refusal(refused)
        # sudo: the client decides, whoever's job hands it over
        consents = self.env["bti.consent"].sudo()
        # on other networks: whoever says STOP there means it everywhere
        is_sms, state = self.channel_id.kind == "sms", "withdrawn" if refused else "given"
        before = consents._get_states(self.company_id, "sms", [number])[number]
        consents._record(
            self.company_id,
            "sms" if is_sms or not refused else "all",
            number,
            state,
            "keyword",
            proof=self.env._(
                "Written to %(channel)s: %(text)s", channel=self.channel_id.name, text=self.body
            ),
            partner=self.partner_id,
            message=self,
            date=self._get_written_at(),
        )
        after = consents._get_states(self.company_id, "sms", [number])[number]
        if after in ("given", "withdrawn") and after != state:
            return None
        return before != state

    def _answer_open_question(self, yes):
        self.ensure_one()
        return super()._answer_open_question(yes) or self.env["bti.consent"]._answer_pending(
            self.company_id, "sms", self.identity_id._get_number(), yes, self
        )
