"""From answers in people's words to values of fields."""

import logging

from odoo import fields, models

from ...gateways.base import CredentialsError, GatewayError, PermissionMissing
from ...gateways.sms import numbers
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)


class BtiLeadForm(models.Model):
    """What the answers to a form mean, and those that nobody told."""

    _inherit = "bti.lead.form"

    # === BUSINESS METHODS: MEANING === #

    def _get_readers(self):
        """Hook: methods that understand answers; each fills ``values`` and may add a line to
        ``values["problems"]``. The fault of one leaves the others their turn.

        :return: methods called with (texts by target, values, company), in their order
        :rtype: list[callable]
        """
        return [self._read_person, self._read_phone, self._read_note]

    def _understand(self, answers, company):
        """What answers mean by the mapping; what no field takes is among ``problems``.

        :param list answers: [key of the question, texts] each
        :param res.company company: whose country and goods are meant
        :return: values by name: name, phone, email, company_name, note, problems
        :rtype: dict
        """
        questions = {question.key: question for question in self.question_ids}
        mapped = {}
        for key, texts in answers:
            question = questions.get(key)
            if question and question.target:
                mapped.setdefault(question.target, []).extend(question._get_texts(texts))
        values = {"problems": []}
        for reader in self._get_readers():
            with isolated(self.env.cr, self._note_reader_fault, values, reader):
                reader(mapped, values, company)
        return values

    def _note_reader_fault(self, values, reader, error):
        _logger.warning("Form %s: %s failed", self.ids, reader.__name__, exc_info=error)
        values["problems"].append(f"{error}" or type(error).__name__)

    def _read_person(self, mapped, values, _company):
        parts = mapped.get("full_name") or [
            *mapped.get("first_name", []),
            *mapped.get("last_name", []),
        ]
        values["name"] = " ".join(" ".join(parts).split())
        values["company_name"] = " ".join(mapped.get("company_name", []))
        values["email"] = (mapped.get("email") or [""])[0].strip()

    def _read_phone(self, mapped, values, company):
        texts = mapped.get("phone", [])
        country = company.country_id.code
        good = [text for text in texts if numbers.analyse(text, country)]
        values["phone"] = (good or texts or [""])[0].strip()
        if texts and not good:
            values["problems"].append(
                self.env._("No phone number: %(text)s", text=", ".join(texts))
            )

    def _read_note(self, mapped, values, _company):
        values["note"] = "\n".join(mapped.get("note", []))

    def _describe(self, values):
        """Hook: what would become of answers, for people to read.

        :param dict values: of ``_understand``
        :return: (name of the field, its value) each
        :rtype: list[tuple[str, str]]
        """
        names = dict(self.question_ids._fields["target"]._description_selection(self.env))
        return [
            (names["full_name"], values.get("name")),
            (names["phone"], values.get("phone")),
            (names["email"], values.get("email")),
            (names["company_name"], values.get("company_name")),
            (names["note"], values.get("note")),
        ]

    # === BUSINESS METHODS: WHAT WAS NOT TOLD === #

    def _poll(self, leads, limit):
        """Look for answers in the asked time, the latest first; where there are more than
        ``limit``, the earlier ones are left for another call.

        :param PageLeads leads: of the Page
        :param int limit: answers at most
        :raise CredentialsError: the token is dead
        """
        self.ensure_one()
        now = fields.Datetime.now()
        try:
            found = list(leads.read_since(self.external_id, self.poll_from, limit, self.poll_to))
        except PermissionMissing as error:
            self.error = error.detail
            return
        except CredentialsError:
            raise
        except GatewayError as error:
            self.error = error.detail
            return
        self.env["bti.lead.answer"]._store(self.channel_id, found)
        vals = {"error": False}
        if not self.poll_to:
            vals["polled_until"] = now
        dates = [lead.created_at for lead in found if lead.created_at]
        oldest = min(dates, default=None)
        if len(found) >= limit and oldest and oldest != self.poll_to:
            vals["poll_to"] = oldest
        else:
            vals.update(poll_from=False, poll_to=False)
        self.write(vals)
