import re
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html2plaintext

from ...tools import signed_token, template_text
from ...tools.readers import language_of

QUESTION_SCOPE = "consent"
# The signed part of our links: whoever has it may answer for the client.
SIGNED_LINK = re.compile(r"(/m/(?:c/)?)[\w.-]{16,}")
# How far the clock of a phone or of an operator may be from ours.
CLOCKS = timedelta(minutes=10)
KEYWORD_LIMIT = 50  # facts of one address looked through for an open question


class BtiConsent(models.Model):
    """Double opt-in: the client is asked, and only his own answer is a consent."""

    _inherit = "bti.consent"

    # === ASKING === #

    @api.model
    def _ask(self, partner, kind):
        """Ask a contact whether he wants to receive offers; rows only, nothing is sent here.

        :param res.partner partner: whom
        :param str kind: "sms" or "email"
        :return: the open question
        :rtype: bti.consent
        :raise UserError: without address, after a refusal, or while a question is open
        """
        company = self.env.company
        address = partner._bti_get_consent_address(kind)
        self._check_may_ask(company, kind, address)
        # sudo: setting of the company
        days = company.sudo().consent_question_days
        question = self._record(
            company,
            kind,
            address,
            "pending",
            "double_opt_in",
            partner=partner,
            lang=language_of(self.env, partner),
            expires_at=fields.Datetime.now() + timedelta(days=days),
        )
        if kind == "email":
            question._ask_by_email()
        else:
            question._ask_by_sms(partner, address)
        return question

    @api.model
    def _check_may_ask(self, company, kind, address):
        if not address:
            raise UserError(
                self.env._("The contact has no mobile number to which an SMS could go.")
                if kind == "sms"
                else self.env._("The contact has no e-mail address.")
            )
        state = self._get_states(company, kind, [address])[address]
        if state == "withdrawn":
            raise UserError(
                self.env._(
                    "This client does not want any offers. Only he can change his mind, by his "
                    "preference page or by SMS."
                )
            )
        if state == "given":
            raise UserError(self.env._("This client agrees already."))
        if state == "pending":
            raise UserError(self.env._("This client has been asked; his answer is awaited."))

    def _ask_by_sms(self, partner, address):
        text = self._render_question()
        self._set_question(text)
        partner._bti_post_sms(text, partner, address, "transactional", False)

    def _render_question(self):
        """:return: the text of the SMS in the client's language"""
        template = self.env.ref("bti_messaging.sms_template_consent", raise_if_not_found=False)
        if not template:
            raise UserError(self.env._("The SMS template that asks for consent has been deleted."))
        # sudo: the text says what the open question contains, whoever asks it
        text = template.sudo()._render_field("body", self.ids, set_lang=self.lang)[self.id]
        if not template_text.is_sendable(text):
            raise UserError(self.env._("The SMS template that asks for consent has no right text."))
        return text

    def _ask_by_email(self):
        template = self.env.ref("bti_messaging.mail_template_consent", raise_if_not_found=False)
        if not template:
            raise UserError(
                self.env._("The e-mail template that asks for consent has been deleted.")
            )
        # sudo: as above; queues the e-mail, does not send it
        template = template.sudo()
        body = template._render_field("body_html", self.ids, set_lang=self.lang)[self.id]
        self._set_question(html2plaintext(body))
        # the system writes, on no document: who asks and who reads the log must not see the link
        template.with_user(SUPERUSER_ID).send_mail(
            self.id,
            email_values={
                "email_from": template._render_field("email_from", self.ids)[self.id],
                "model": False,
                "res_id": False,
            },
        )

    def _set_question(self, text):
        """Complete the question just created with its wording, without what would let the readers
        of the log answer it."""
        self._write_once({"proof": SIGNED_LINK.sub(r"\1...", text)})

    # === ANSWERS === #

    @api.model
    def _answer_pending(self, company, kind, address, yes, message):
        """A short answer came in: it counts only if a question is open.

        :param res.company company: who received it
        :param str kind: "sms", ...
        :param str address: who answered, E.164
        :param bool yes: whether he agrees
        :param bti.message message: the answer
        :return: whether it answered a question; a replay says so too and changes nothing
        :rtype: bool
        """
        # sudo: nobody writes this log by hand
        self = self.sudo()
        if message and self.search_count([("message_id", "=", message.id)], limit=1):
            return True
        written_at = message._get_written_at() if message else fields.Datetime.now()
        questions = self._find_open_questions(company, kind, address, written_at)
        for question in questions:
            question._answer(
                yes,
                answer=(message and message.body) or "",
                message=message,
                # not before the question, by whatever clock
                date=max(written_at, question.date),
            )
        return bool(questions)

    @api.model
    def _find_open_questions(self, company, kind, address, answered_at=None):
        """:param datetime answered_at: when the answer was written, now by default
        :return: for each purpose the latest fact, if it is a question that still ran then"""
        address = self._normalise(kind, address, company) or address
        facts = self.search(
            [
                ("address", "=", address),
                ("kind", "in", [kind, "all"]),
                ("company_id", "in", [company.id, False]),
                ("list_name", "=", False),
            ],
            limit=KEYWORD_LIMIT,
        )
        latest = self.browse()
        for _purpose, of_purpose in facts.grouped("purpose").items():
            latest |= of_purpose[:1]
        return latest.filtered(lambda consent: consent._is_open_question(answered_at))

    def _is_open_question(self, answered_at=None):
        self.ensure_one()
        answered_at = answered_at or fields.Datetime.now()
        return self.state == "pending" and self.date - CLOCKS <= answered_at <= self.expires_at

    def _answer(self, yes, answer="", message=None, **extra):
        """Write down the answer to this question, once.

        :param bool yes: whether he agrees
        :param str answer: in his words
        :param extra: other fields of the fact
        :return: the fact
        :rtype: bti.consent
        """
        self.ensure_one()
        proof = self.env._(
            "Asked on %(date)s: %(question)s\nAnswered: %(answer)s",
            date=format_date(self.env, self.date),
            question=self.proof or "",
            answer=answer,
        )
        return self._record(
            self.company_id,
            self.kind,
            self.address,
            "given" if yes else "withdrawn",
            "double_opt_in",
            purpose=self.purpose,
            proof=proof,
            partner=self.partner_id,
            message=message,
            once=not message,
            **{"lang": self.lang, **extra},
        )

    # === CONFIRMATION PAGE === #

    def _get_confirm_url(self):
        """Link to the page on which the client answers; for the e-mail's template, which the system
        renders. Anybody else, such as the preview of the template, gets one that opens nothing.

        :rtype: str
        """
        self.ensure_one()
        if not self.env.su:
            return f"{self.get_base_url()}/m/c/..."
        token = signed_token.sign(self.env, QUESTION_SCOPE, self.id, self.expires_at)
        return f"{self.get_base_url()}/m/c/{token}"

    @api.model
    def _get_question(self, token):
        """:param str token: what came in the URL
        :return: the question, answered or not; empty when the link is worth nothing
        """
        question = self.browse(signed_token.verify(self.env, QUESTION_SCOPE, token) or [])
        return question.exists().filtered(
            lambda consent: consent.state == "pending" and not consent._is_erased()
        )

    def _get_question_values(self):
        """What the confirmation page shows, in the language of the environment.

        :return: ``company_name``, ``logo_company_id``, ``address`` (masked), ``state``: of
            the address now, "pending" as long as the answer is awaited
        :rtype: dict
        """
        self.ensure_one()
        state = self._get_states(self.company_id, self.kind, [self.address], self.purpose)
        return {
            **self._get_page_values(self.company_id),
            "address": self._mask_address(self.address),
            "state": state[self.address],
        }

    def _answer_on_page(self, yes, **client):
        """Take the answer given on the confirmation page, while the question is open.

        :param bool yes: which button
        :param client: ``ip``, ``user_agent``, ``lang``
        :return: the fact, or none if the question is closed
        """
        self.ensure_one()
        if self not in self._find_open_questions(self.company_id, self.kind, self.address):
            return self.browse()
        answer = self.env._("Yes, I agree") if yes else self.env._("No, thank you")
        return self._answer(yes, answer=answer, **client)
