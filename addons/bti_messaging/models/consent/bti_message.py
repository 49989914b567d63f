import logging

from odoo import fields, models

from ...const import REFUSABLE
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)

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
        tests = offers.filtered(lambda message: message.res_model == TEST_MODEL)
        unwanted |= (offers - tests)._find_refused("marketing")
        # sudo: the log belongs to the system
        Consent = self.env["bti.consent"].sudo()
        for company, messages in tests.grouped("company_id").items():
            # its author need not have agreed to anything, but a refusal is a refusal
            states = Consent._get_states(company, "sms", set(messages.mapped("number")))
            unwanted |= messages.filtered(
                lambda message, states=states: states.get(message.number) == "withdrawn"
            )
        for purpose, messages in self.filtered("refusable_as").grouped("refusable_as").items():
            unwanted |= messages._find_refused(purpose)
        return unwanted

    def _find_refused(self, purpose):
        """:param str purpose: for which these messages are
        :return: those whose recipients refuse it, by the kind of their channel; one query for each
            company and kind
        """
        refused = self.browse()
        # sudo: the log belongs to the system
        Consent = self.env["bti.consent"].sudo()
        alike = self.grouped(lambda message: (message.company_id, message.channel_id.kind or "sms"))
        for (company, kind), messages in alike.items():
            if kind == "sms":
                found = Consent._get_refused(company, kind, set(messages.mapped("number")), purpose)
                refused |= messages.filtered(lambda message, found=found: message.number in found)
            else:
                people = {message: message._get_consent_addresses() for message in messages}
                refused |= self.browse().union(
                    *Consent._get_refusing(company, kind, people, purpose)
                )
        return refused

    def _get_consent_addresses(self):
        """:return: under which the log may know to whom this message goes
        :rtype: list[str]
        """
        self.ensure_one()
        if self.identity_id:
            return self.identity_id._get_consent_addresses()
        return [self.number] if self.number else []

    def _retry(self):
        """Who does not want it gets no offer a second time either; of an old message only the
        figures are left."""
        erased = self.filtered("text_erased")
        return super(BtiMessage, self - self._find_unwanted() - erased)._retry()

    # === WHAT SENDERS SAY === #

    def _set_marketing_refusal(self, refused):
        """Keep it with his words as the proof, and with the date on which he wrote them."""
        self.ensure_one()
        identity = self.identity_id
        if not identity or not (identity._get_number() or self._is_on_network()):
            return super()._set_marketing_refusal(refused)
        # sudo: the client decides, whoever's job hands it over
        consents = self.env["bti.consent"].sudo()
        said = self._get_said(refused)
        kind, address = self.channel_id.kind or "sms", said[0][1]
        state = "withdrawn" if refused else "given"
        before = consents._get_states(self.company_id, kind, [address])[address]
        for recorded_as, recorded_of in said:
            consents._record(
                self.company_id,
                recorded_as,
                recorded_of,
                state,
                "keyword",
                proof=self.env._(
                    "Written to %(channel)s: %(text)s",
                    channel=self.channel_id.name,
                    text=self.body,
                ),
                partner=self.partner_id,
                message=self,
                date=self._get_written_at(),
            )
        after = consents._get_states(self.company_id, kind, [address])[address]
        if after in ("given", "withdrawn") and after != state:
            return None
        return before != state

    def _is_on_network(self):
        self.ensure_one()
        return self.channel_id.kind not in ("sms", False)

    def _get_said(self, refused):
        """What the sender says by STOP or START, and of which of his addresses: by SMS that he
        wants none, on a network that he wants nothing anywhere. To want offers again is said of
        the network alone, and of SMS where his number is known.

        :return: (kind, address), that of the channel itself first
        :rtype: list[tuple[str, str]]
        """
        identity, kind = self.identity_id, self.channel_id.kind
        number = identity._get_number()
        if not self._is_on_network():
            return [("sms", number)]
        names = identity._get_consent_addresses()
        if not refused:
            by_sms = [("sms", number)] if number else []
            return [(kind, name) for name in names] + by_sms
        # sudo: what his contact is reached by, whoever may read it
        partner = identity._get_main().sudo().partner_id
        email = partner and partner._bti_get_consent_address("email")
        return [("all", address) for address in filter(None, [*names, email])]

    def _answer_open_question(self, yes):
        self.ensure_one()
        return super()._answer_open_question(yes) or self.env["bti.consent"]._answer_pending(
            self.company_id, "sms", self.identity_id._get_number(), yes, self
        )

    # === WHAT NETWORKS SAY OF THEM === #

    def _after_state_change(self, newly_sent):
        """A network that refuses an offer because the person wants none has told us so."""
        result = super()._after_state_change(newly_sent)
        told = self.filtered(
            lambda message: (
                message.state == "failed"
                and message.failure_type == "opted_out"
                and message.identity_id
                and message._is_on_network()
            )
        )
        if told:
            fault = "Messages %s: what was refused could not be kept: %s"
            with isolated(self.env.cr, _logger.exception, fault, told.ids):
                told._record_told_refusal()
        return result

    def _record_told_refusal(self):
        for message in self:
            # sudo: the client decides, whoever's job hands it over
            self.env["bti.consent"].sudo()._record_choice(
                message.channel_id,
                message.identity_id._get_main(),
                True,
                ["marketing"],
                message=message,
                proof=message.failure_reason or message.body or "",
            )
