import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...gateways.base import (
    CredentialsError,
    GatewayError,
    PermanentError,
    PermissionMissing,
)
from ...gateways.charset import clean
from ...gateways.sms import numbers
from ...tools.insert_or_find import insert_or_find
from ...tools.moment import plausible
from ..mixins.batch_job import isolated

_logger = logging.getLogger(__name__)


class BtiLeadAnswer(models.Model):
    """What one person filled in: first kept as it came, then made a lead of."""

    _name = "bti.lead.answer"
    _description = "Answer to an Advert's Form"
    _inherit = [
        "bti.retry.mixin",
        "bti.number.search.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _batch_size = 10  # one request each
    # nobody writes what was filled in; whoever reads it may take notes and plan activities
    _mail_post_access = "read"

    # === FIELDS === #

    external_id = fields.Char(string="Answer ID", required=True, readonly=True)
    form_ref = fields.Char(readonly=True, help="The form, as the network names it.")
    form_id = fields.Many2one(
        "bti.lead.form",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    date = fields.Datetime(
        string="Filled In", required=True, readonly=True, default=fields.Datetime.now
    )
    is_read = fields.Boolean(readonly=True, help="Facebook has told what the person wrote.")
    answers = fields.Json(readonly=True, help="Keys of questions and what was answered.")
    answers_text = fields.Text(string="What Was Filled In", compute="_compute_answers_text")
    name = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    number = fields.Char(string="Phone in E.164", readonly=True, index="btree_not_null")
    email = fields.Char(string="E-mail", readonly=True)
    email_normalized = fields.Char(readonly=True, index="btree_not_null")
    platform = fields.Selection(
        [("fb", "Facebook"), ("ig", "Instagram"), ("other", "Elsewhere")], readonly=True
    )
    is_organic = fields.Boolean(string="Without an Advert", readonly=True)
    ad_ref = fields.Char(string="Advert ID", readonly=True)
    ad_name = fields.Char(string="Advert", readonly=True)
    adset_name = fields.Char(string="Group of Adverts", readonly=True)
    campaign_ref = fields.Char(string="Campaign ID", readonly=True)
    campaign_name = fields.Char(string="Campaign", readonly=True)
    state = fields.Selection(
        [("new", "To Handle"), ("done", "Handled"), ("failed", "Failed")],
        required=True,
        default="new",
        readonly=True,
        index=True,
    )
    attention = fields.Text(
        string="Not Understood",
        readonly=True,
        help="What the answers say that no field could be filled with.",
    )
    is_erased = fields.Boolean(
        readonly=True, help="The person asked that his personal data be erased."
    )

    _answer_uniq = models.Constraint(
        "UNIQUE(channel_id, external_id)", "This answer is already known."
    )
    _todo_idx = models.Index("(channel_id, next_try_at) WHERE state = 'new'")

    # === COMPUTE METHODS === #

    @api.depends("name", "form_id", "external_id")
    def _compute_display_name(self):
        for answer in self:
            person = answer.name or answer.phone or answer.external_id
            form = answer.form_id.name
            answer.display_name = f"{person} ({form})" if form else person

    @api.depends("answers", "form_id.question_ids")
    def _compute_answers_text(self):
        for answer in self:
            answer.answers_text = "\n".join(
                f"{label} {', '.join(texts)}" for label, texts in answer._get_labelled()
            )

    # === ACTIONS === #

    def action_process_again(self):
        """Try once more what failed: ask Facebook, or make the lead."""
        self._bti_check_agent()
        # sudo: nobody writes what was filled in; the check above is the right to do this
        failed = self.sudo().filtered(lambda answer: answer.state == "failed")
        failed.write(
            {"state": "new", "tries": 0, "error": False, "next_try_at": fields.Datetime.now()}
        )
        failed.channel_id._wake()

    def action_settle(self):
        """Nobody tries these again: a person has seen to them, or there is nothing to see to."""
        self._bti_check_agent()
        # sudo: as above
        self.sudo().filtered(lambda answer: answer.state == "failed").state = "done"

    def action_open_lead(self):
        """Open what the answer became, with the rights that the user has there."""
        self.ensure_one()
        self.check_access("read")
        lead = self._get_lead()
        if not lead:
            raise UserError(self.env._("Nothing was made of it yet."))
        return {
            "type": "ir.actions.act_window",
            "res_model": lead._name,
            "res_id": lead.id,
            "views": [(False, "form")],
        }

    # === HOOKS === #

    def _make_lead(self, values):
        """Hook: make a lead of what was understood, once.

        :param dict values: of ``bti.lead.form._understand``
        """
        self.ensure_one()

    def _get_lead(self):
        """Hook: what was made of the answer.

        :return: a record of any model, or None
        """
        self.ensure_one()

    # === BUSINESS METHODS === #

    @api.model
    def _find_or_create(self, channel, external_id, vals):
        """:param bti.channel channel: the Page
        :param str external_id: as the network names what was filled in
        :param dict vals: of a new one
        :return: the answer
        """
        key = {"channel_id": channel.id, "external_id": external_id}
        domain = Domain.AND(Domain(name, "=", value) for name, value in key.items())
        # nobody follows what the network tells, and its creation is no news
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        found = {name: value for name, value in vals.items() if value}
        return insert_or_find(
            self.env,
            lambda: self.search(domain, limit=1),
            lambda: quiet.create({**key, **found}).with_env(self.env),
        )

    @api.model
    def _store(self, channel, leads):
        """Keep what a look for missing answers found; what is known and read stays as it is.

        :param list[Lead] leads: from the gateway
        :return: how many were not known, or not read yet
        :rtype: int
        """
        known = {
            answer.external_id: answer
            for answer in self.search(
                Domain("channel_id", "=", channel.id)
                & Domain("external_id", "in", [lead.id for lead in leads])
            )
        }
        todo = [lead for lead in leads if not known.get(lead.id, self).is_read]
        for lead in todo:
            answer = known.get(lead.id) or self._find_or_create(
                channel, lead.id, {"form_ref": lead.form_id}
            )
            if not answer.is_read:
                answer._keep(lead)
                answer.write({"state": "new", "tries": 0, "next_try_at": fields.Datetime.now()})
        return len(todo)

    def _get_labelled(self):
        """:return: what was asked and what was answered, in the words of both
        :rtype: list[tuple[str, list[str]]]
        """
        self.ensure_one()
        questions = {question.key: question for question in self.form_id.question_ids}
        rows = [
            (questions[key].label, questions[key]._get_texts(texts))
            if key in questions
            else (key, texts)
            for key, texts in self.answers or []
        ]
        # a question ends with its own mark
        return [
            (label if label.endswith(("?", ":", "؟")) else f"{label}:", texts)
            for label, texts in rows
        ]

    # === BUSINESS METHODS: THE JOB === #

    def _process_batch(self):
        """Read some answers and make leads of them."""
        leads = self.channel_id._get_page().leads
        self._link_known_forms()
        for answer in self:
            with isolated(self.env.cr, answer._postpone):
                if answer.is_read or answer._read_from_network(leads):
                    answer._become_lead()

    def _link_known_forms(self):
        """What cannot be read is a failure of its form all the same: the notice has named it."""
        unlinked = self.filtered(lambda answer: answer.form_ref and not answer.form_id)
        if not unlinked:
            return
        forms = self.env["bti.lead.form"].search(
            Domain("channel_id", "in", self.channel_id.ids)
            & Domain("external_id", "in", unlinked.mapped("form_ref"))
        )
        by_ref = {(form.channel_id, form.external_id): form for form in forms}
        for answer in unlinked:
            answer.form_id = by_ref.get((answer.channel_id, answer.form_ref))

    def _read_from_network(self, leads):
        """:param PageLeads leads: of the Page
        :return: whether it was told
        """
        self.ensure_one()
        channel = self.channel_id
        if not channel._is_sending_allowed():  # an earlier one has met a dead token
            self.next_try_at = channel.blocked_until or fields.Datetime.now()
            return False
        try:
            lead = leads.read_one(self.external_id)
        except PermissionMissing as error:
            self._postpone()
            self.error = error.detail
        except CredentialsError as error:
            self.write(
                {
                    "next_try_at": channel._set_problem(error.problem, error.detail),
                    "error": error.detail,
                }
            )
        except PermanentError as error:
            self._give_up(error.detail)
        except GatewayError as error:
            # perhaps not readable yet: the notice may come before the data
            self._postpone()
            self.error = error.detail
        else:
            self._keep(lead)
            return True
        return False

    def _keep(self, lead):
        """Write down what was filled in, before anything is made of it.

        :param Lead lead: from the gateway
        """
        self.ensure_one()
        channel = self.channel_id
        form = self.form_id._find_or_create(channel, clean(lead.form_id or self.form_ref or ""))
        platforms = dict(self._fields["platform"].selection)
        platform = lead.platform if lead.platform in platforms else "other"
        vals = {
            "form_id": form.id,
            "form_ref": lead.form_id,
            "date": plausible(lead.created_at, fields.Datetime.now()),
            "platform": lead.platform and platform,
            "ad_ref": lead.ad_id,
            "ad_name": lead.ad_name,
            "adset_name": lead.adset_name,
            "campaign_ref": lead.campaign_id,
            "campaign_name": lead.campaign_name,
        }
        self.write(
            {
                **{name: value for name, value in vals.items() if value},
                # a list: the order of the questions stays
                "answers": [[key, list(texts)] for key, texts in lead.answers.items()],
                "is_organic": lead.organic,
                "is_read": True,
                "error": False,
            }
        )
        if not form.question_ids and lead.answers:
            channel.lead_sync_due = True
        form._add_unknown_questions(list(lead.answers))

    def _become_lead(self):
        """Understand the answers and make a lead of them; a fault leaves them as they came."""
        self.ensure_one()
        with isolated(self.env.cr, self._note_fault):
            form = self.form_id._for_company(self.channel_id)
            values = form._understand(self.answers or [], self.company_id)
            self._write_understood(values)
            self._make_lead(values)
            self.write({"state": "done", "error": False})

    def _write_understood(self, values):
        country = self.company_id.country_id
        phone = values.get("phone")
        number = phone and numbers.analyse(phone, country.code)
        self.write(
            {
                "name": values.get("name"),
                "phone": phone,
                "number": number.e164 if number else False,
                "email": values.get("email"),
                "email_normalized": email_normalize(values.get("email") or ""),
                "attention": "\n".join(values["problems"]) or False,
            }
        )

    def _note_fault(self, error):
        _logger.warning("Answer %s: no lead was made", self.id, exc_info=error)
        self._give_up(f"{error}" or type(error).__name__)

    def _give_up(self, detail):
        self.write({"state": "failed", "error": clean(detail[:1000])})
