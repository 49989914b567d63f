from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...tools.insert_or_find import insert_or_find

# A look for what the webhook missed goes so far back beyond the last one; a form that was never
# looked at begins with the second.
OVERLAP = timedelta(hours=1)
FIRST = timedelta(days=1)
# What Facebook keeps.
KEPT = timedelta(days=90)
STATES = {"ACTIVE": "active", "ARCHIVED": "archived", "DRAFT": "draft"}
# What whoever maps forms may change of them.
USER_FIELDS = {"user_id", "is_checked", "question_ids"}


class BtiLeadForm(models.Model):
    """A form below adverts of a Page: what it asks, and what becomes of the answers."""

    _name = "bti.lead.form"
    _description = "Form of an Advert"
    _order = "state, name, id"
    _check_company_auto = True

    # === FIELDS === #

    channel_id = fields.Many2one(
        "bti.channel",
        string="Page",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, precompute=True, index=True
    )
    external_id = fields.Char(string="Form ID", required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    locale = fields.Char(string="Language", readonly=True)
    state = fields.Selection(
        [
            ("active", "Active"),
            ("draft", "Draft"),
            ("archived", "Archived"),
            ("gone", "Not There Any More"),
        ],
        string="At Facebook",
        required=True,
        default="active",
        readonly=True,
    )
    question_ids = fields.One2many("bti.lead.question", "form_id", string="Questions")
    is_checked = fields.Boolean(
        string="Mapping Checked",
        help="Somebody has looked at what the questions fill. Until then it is a guess. A new "
        "question takes it back.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="In charge of what the form brings. Empty: whoever takes it.",
    )
    answer_ids = fields.One2many("bti.lead.answer", "form_id", string="Answers Received")
    answer_count = fields.Integer(string="# Answers", compute="_compute_figures")
    failed_count = fields.Integer(string="# Failures", compute="_compute_figures")
    poll_from = fields.Datetime(
        readonly=True, help="What was filled in since then is to be looked for."
    )
    poll_to = fields.Datetime(readonly=True, help="Until when; empty: until now.")
    polled_until = fields.Datetime(
        string="Answers Looked For",
        readonly=True,
        help="When answers that were not told were last looked for.",
    )
    error = fields.Char(string="Cannot Be Read", readonly=True)

    _form_uniq = models.Constraint("UNIQUE(channel_id, external_id)", "This form is already known.")
    _todo_idx = models.Index("(channel_id) WHERE poll_from IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends("answer_ids.state")
    def _compute_figures(self):
        figures = {}
        for form, state, count in self.env["bti.lead.answer"]._read_group(
            [("form_id", "in", self.ids)], ["form_id", "state"], ["__count"]
        ):
            figures.setdefault(form.id, {})[state] = count
        for form in self:
            counts = figures.get(form._origin.id, {})
            form.answer_count = sum(counts.values())
            form.failed_count = counts.get("failed", 0)

    # === CRUD METHODS === #

    def write(self, vals):
        """The rest is told by Facebook."""
        if not self.env.su and vals.keys() - USER_FIELDS:
            raise AccessError(self.env._("What Facebook tells of a form cannot be changed."))
        return super().write(vals)

    # === ACTIONS === #

    def action_view_answers(self):
        """Open what people filled in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bti_messaging.bti_lead_answer_action"
        )
        # the button of the failures filters them
        failed = self.env.context.get("search_default_failed")
        context = {"search_default_failed": 1} if failed else {}
        return {**action, "domain": [("form_id", "=", self.id)], "context": context}

    def action_try_out(self):
        """Open the screen that shows what a sample answer would become."""
        self.ensure_one()
        return self._open_wizard("bti.lead.test", self.env._("Try the Form"))

    def action_back_fill(self):
        """Open the choice of days for which answers are looked for."""
        self._check_mapper()
        return self._open_wizard("bti.lead.backfill", self.env._("Look for Answers"))

    def _open_wizard(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_form_id": self.id, "default_form_ids": self.ids},
        }

    def action_sync(self):
        """Have the jobs of the Pages ask for their forms and questions.

        :return: what is told to the user
        """
        self._check_mapper()
        # sudo: the check above is the right to have the Pages asked
        pages = (
            self.env["bti.channel"]
            .sudo()
            .search(
                Domain("provider", "=", "messenger")
                & Domain("state", "=", "active")
                & Domain("company_id", "in", self.env.companies.ids)
            )
        )
        pages.lead_sync_due = True
        pages._wake()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info" if pages else "warning",
                "message": self.env._("The Pages are asked for their forms.")
                if pages
                else self.env._("No Page is connected."),
            },
        }

    # === BUSINESS METHODS === #

    def _check_mapper(self):
        """Managers of messaging and people of marketing set forms up.

        :raise AccessError: the user is neither, or may not change these forms
        """
        self.check_access("write")
        user = self.env.user
        if not (
            user.has_group("bti_messaging.group_messaging_manager")
            or user.has_group("mass_mailing.group_mass_mailing_user")
        ):
            raise AccessError(self.env._("Only managers and people of marketing may do this."))

    @api.model
    def _find_or_create(self, channel, external_id, **vals):
        """:param bti.channel channel: the Page
        :param str external_id: as the network names the form; empty: none
        :param vals: values of a new one
        :return: the form
        """
        if not external_id:
            return self.browse()
        key = {"channel_id": channel.id, "external_id": external_id}
        domain = Domain.AND(Domain(name, "=", value) for name, value in key.items())
        name = self._for_company(channel).env._("Form %(id)s", id=external_id)
        return insert_or_find(
            self.env,
            lambda: self.search(domain, limit=1),
            lambda: self.create({"name": name, **key, **vals}),
        )

    @api.model
    def _store(self, channel, told):
        """Write the forms of a Page as it tells them; those that it tells no more stay.

        :param list[LeadForm] told: all its forms
        """
        known = self.search(Domain("channel_id", "=", channel.id))
        by_ref = {form.external_id: form for form in known}
        for item in told:
            form = by_ref.get(item.id) or self._find_or_create(channel, item.id)
            state = STATES.get(item.status, "archived" if item.status else "active")
            if state != form.state and form.state == "active":
                form._ask_poll()  # what came in just before
            form.write(
                {"name": item.name or form.name, "locale": item.locale or False, "state": state}
            )
            form._store_questions(item.questions)
        known.filtered(
            lambda form: form.external_id not in {item.id for item in told}
        ).state = "gone"

    def _store_questions(self, told):
        """:param told: ``LeadQuestion`` items, in their order; what a person chose stays"""
        self.ensure_one()
        known = {question.key: question for question in self.question_ids}
        commands = []
        for number, item in enumerate(told, start=1):
            vals = {
                "sequence": number,
                "label": item.label or item.key,
                "type": item.type or False,
                "options": [list(option) for option in item.options] or False,
            }
            if question := known.get(item.key):
                if not question.type and not question.target:  # known by its answers alone
                    vals["target"] = question._guess_target(item.key, item.label, item.type)
                commands.append(Command.update(question.id, vals))
            else:
                target = self.question_ids._guess_target(item.key, item.label, item.type)
                commands.append(Command.create({**vals, "key": item.key, "target": target}))
        if any(command[0] == Command.CREATE for command in commands):
            self.is_checked = False
        self.question_ids = commands

    def _add_unknown_questions(self, keys):
        """Questions that are known by their answers alone.

        :param list[str] keys: of the answers
        """
        self.ensure_one()
        known = set(self.question_ids.mapped("key"))
        new = [key for key in keys if key not in known]
        if new:
            guess = self.question_ids._guess_target
            self.write(
                {
                    "is_checked": False,
                    "question_ids": [
                        Command.create(
                            {
                                "sequence": 1000,
                                "key": key,
                                "label": key.replace("_", " ").strip() or key,
                                "target": guess(key),
                            }
                        )
                        for key in new
                    ],
                }
            )

    def _ask_poll(self, since=None, until=None):
        """Have answers looked for that were not told; what was asked before is not forgotten.

        :param datetime since: by default since the last look
        :param datetime until: by default until now
        """
        now = fields.Datetime.now()
        for form in self:
            begin = since or (form.polled_until or now - FIRST) - OVERLAP
            begin = max(begin, now - KEPT)
            end = until
            if form.poll_from:
                begin = min(begin, form.poll_from)
                end = until and form.poll_to and max(until, form.poll_to)
            form.write({"poll_from": begin, "poll_to": end or False, "error": False})

    @api.model
    def _for_company(self, channel):
        """:return: the same in the language of the people who read it"""
        return self.with_context(lang=channel._for_readers().env.lang)
