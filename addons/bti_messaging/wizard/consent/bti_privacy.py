import base64
import io
import json
import re
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ...gateways.sms import numbers

EXPORT_LIMIT = 20000  # rows of one kind: far above what one person can have written
# Fields that say nothing about a person, or that are not his to have.
HIDDEN_FIELDS = {"create_uid", "write_uid", "write_date", "display_name", "id"}
# With it, and the channel's key, anybody could write in anybody's name.
SIGNATURE = re.compile(r"(?<=\bsig=)[^&]+")


class BtiPrivacy(models.TransientModel):
    """All that messaging holds about one person: see it, hand it out, erase it."""

    _name = "bti.privacy"
    _inherit = ["bti.wizard.mixin", "bti.agent.action.mixin"]
    _description = "Personal Data in Messaging"

    # === FIELDS === #

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        default=lambda self: self._default_partner(),
    )
    name = fields.Char(compute="_compute_person", store=True, readonly=False)
    phone = fields.Char(compute="_compute_person", store=True, readonly=False)
    email = fields.Char(compute="_compute_person", store=True, readonly=False)
    partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts of This Person",
        compute="_compute_partner_ids",
        compute_sudo=False,  # what is stored is computed as superuser, who sees all companies
        store=True,
        readonly=False,
        help="Remove those who are somebody else with the same number.",
    )
    line_ids = fields.One2many("bti.privacy.line", "wizard_id", string="Found", readonly=True)
    state = fields.Selection(
        [("draft", "Person"), ("found", "Found"), ("erased", "Erased")],
        default="draft",
        readonly=True,
    )
    keep_refusal = fields.Boolean(
        string="Write no more offers",
        default=True,
        help="The person's number and address are refused for offers from now on, by an "
        "imprint that does not show them.",
    )
    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)
    log_id = fields.Many2one("privacy.log", readonly=True)

    # === COMPUTE METHODS === #

    def _compute_display_name(self):
        self.display_name = self.env._("Personal Data")

    @api.model
    def _default_partner(self):
        if self.env.context.get("active_model") == "res.partner":
            return self.env.context.get("active_id")
        return False

    @api.depends("partner_id")
    def _compute_person(self):
        for wizard in self.filtered("partner_id"):
            wizard.name = wizard.partner_id.name
            wizard.phone = wizard.partner_id.phone
            wizard.email = wizard.partner_id.email

    @api.depends("partner_id", "phone", "email")
    def _compute_partner_ids(self):
        for wizard in self:
            domain = Domain("id", "=", wizard.partner_id.id)
            if number := wizard._get_number():
                domain |= Domain("phone_numbers", "=", number)
            if email := wizard._get_email():
                domain |= Domain("email_normalized", "=", email)
            partners = self.env["res.partner"].with_context(active_test=False)
            wizard.partner_ids = partners.search(domain)

    # === WHO === #

    def _get_number(self):
        """:return: the number of the person in E.164, or False"""
        self.ensure_one()
        country = self.partner_id.country_id or self.env.company.country_id
        found = numbers.analyse(self.phone, country.code)
        return found.e164 if found else False

    def _get_email(self):
        """:return: the normalised e-mail address of the person, or False"""
        self.ensure_one()
        return email_normalize(self.email)

    def _get_spellings(self):
        """The number as providers write it: ``+213...``, ``213...``, ``00213...``, ``0...``.

        :rtype: list[str]
        """
        self.ensure_one()
        number = self._get_number()
        if not number:
            return []
        national = numbers.get_national(number)
        return [number, number[1:], f"00{number[1:]}", national, f"0{national}"]

    def _get_names(self, people):
        """:param Domain people: as whom networks know the person
        :return: the addresses under which the consent log knows him there
        :rtype: list[str]
        """
        found = self.env["bti.identity"].search(people & Domain("kind", "!=", "comment"))
        return [identity._get_consent_address() for identity in found]

    # === HOOKS === #

    def _get_domains(self):
        """Hook: where this person is found. Upper addons add their models.

        Records are searched with the rights of the user, so that the companies chosen at the
        top of the screen are those concerned.

        :return: domain of each model, in the order of the export
        :rtype: dict[str, Domain]
        """
        self.ensure_one()
        spellings = self._get_spellings()
        addresses = spellings + list(filter(None, [self._get_email()]))
        mine = Domain("partner_id", "in", self.partner_ids.ids)
        people = (
            mine
            | Domain("external_id", "in", spellings)
            | Domain("alias_of_id.partner_id", "in", self.partner_ids.ids)
        )
        addresses += self._get_names(people)
        domains = {
            "bti.message": mine | Domain("number", "in", spellings),
            "bti.consent": mine | Domain("address", "in", addresses),
            "bti.identity": people,
        }
        messages = self.env["bti.message"].search(domains["bti.message"])
        domains["bti.event"] = (
            Domain("message_id", "in", messages.ids)
            | Domain("sender", "in", spellings)
            | Domain("recipient", "in", spellings)
        )
        domains["bti.inbox"] = self._get_inbox_domain(domains["bti.event"])
        return domains

    def _get_inbox_domain(self, event_domain):
        """Raw rows that became events of the person, or that became none and in which the number
        is read: somebody else may have written the number in a message that is his."""
        domain = Domain("event_ids", "any", event_domain)
        if number := self._get_number():
            digits = numbers.get_national(number)
            table = SQL.identifier(self.env["bti.inbox"]._table)
            # no operator of the ORM looks into bytes, which it stores as base64
            mentioned = Domain("query", "ilike", digits) | Domain(
                "id",
                "in",
                SQL(
                    "(SELECT id FROM %s WHERE position(%s::bytea IN"
                    " decode(encode(body, 'escape'), 'base64')) > 0)",
                    table,
                    digits.encode(),
                ),
            )
            domain |= mentioned & Domain("event_ids", "=", False)
        return domain

    def _get_export_fields(self, model):
        """Hook: fields of a model that are handed out; by default all that are stored and
        that the user may read."""
        description = self.env[model].fields_get(attributes=["type", "store", "string"])
        return {
            name: facts["string"]
            for name, facts in description.items()
            if facts["store"] and name not in HIDDEN_FIELDS and facts["type"] != "one2many"
        }

    # === FIND === #

    def action_find(self):
        """Count what is held about the person."""
        self._bti_check_manager()
        if not (self._get_number() or self._get_email() or self.partner_ids):
            raise UserError(
                self.env._("Choose a contact, or give a phone number or an e-mail address.")
            )
        counts = {
            model: self.env[model].search_count(domain)
            for model, domain in self._get_domains().items()
        }
        self.write(
            {
                "state": "found",
                "line_ids": [
                    (5, 0, 0),
                    *((0, 0, {"model": model, "count": count}) for model, count in counts.items()),
                ],
            }
        )

    # === HAND OUT === #

    def action_export(self):
        """Make the file for the person: the data for a machine, and a page to read."""
        self._bti_check_manager()
        data = self._get_export_data()
        self.write(
            {
                "file": base64.b64encode(self._make_zip(data)),
                "filename": self.env._("personal-data") + ".zip",
            }
        )
        counts = {section["model"]: len(section["rows"]) for section in data["sections"]}
        self._log(self.env._("Exported from messaging"), counts)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file?download=true"
            f"&filename_field=filename",
            "target": "download",
        }

    def _get_export_data(self):
        """:return: ``person`` (name, phone, email), ``company``, ``date`` and ``sections``:
            list of ``model``, ``title``, ``fields`` (label of each), ``rows``
        :rtype: dict
        """
        self.ensure_one()
        sections = []
        for model, domain in self._get_domains().items():
            labels = self._get_export_fields(model)
            records = self.env[model].search(domain, limit=EXPORT_LIMIT)
            rows = records.with_context(bin_size=False).read(list(labels), load="_classic_read")
            for row in rows:
                if row.get("query"):
                    row["query"] = SIGNATURE.sub("...", row["query"])
            sections.append(
                {
                    "model": model,
                    "title": self.env["ir.model"]._get(model).name,
                    "fields": labels,
                    "rows": [
                        {name: _to_plain(row[name]) for name in labels if row[name]} for row in rows
                    ],
                }
            )
        return {
            "person": {"name": self.name, "phone": self._get_number(), "email": self.email},
            "company": self.env.company.name,
            "date": fields.Datetime.to_string(fields.Datetime.now()),
            "sections": sections,
        }

    def _make_zip(self, data):
        page = self.env["ir.qweb"]._render("bti_messaging.privacy_export", data)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
            archive.writestr("data.html", str(page))
        return content.getvalue()

    # === HELPERS === #

    def _log(self, action, counts):
        """Add to the privacy log what was done, without saying to whom."""
        details = f"{action}: " + ", ".join(
            f"{self.env['ir.model']._get(model).name} {count}" for model, count in counts.items()
        )
        # sudo: the log is for administrators to read, whoever handles data writes it
        log = self.log_id.sudo() or self.env["privacy.log"].sudo().create(
            {
                "anonymized_name": self.name or "?",
                "anonymized_email": self._get_email() or self._get_number() or "?",
                "user_id": self.env.uid,
            }
        )
        log.execution_details = "\n".join(filter(None, (log.execution_details, details)))
        self.sudo().log_id = log  # sudo: the log is for administrators

    def _get_form_action(self):
        """:return: action that shows this record"""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
            "name": self.env._("Personal Data"),
        }


class BtiPrivacyLine(models.TransientModel):
    """How many rows of one kind."""

    _name = "bti.privacy.line"
    _description = "Personal Data Found"

    wizard_id = fields.Many2one("bti.privacy", required=True, ondelete="cascade")
    model = fields.Char(required=True, readonly=True)
    title = fields.Char(string="What", compute="_compute_title")
    count = fields.Integer(readonly=True)

    @api.depends("model")
    def _compute_title(self):
        for line in self:
            line.title = self.env["ir.model"]._get(line.model).name

    def action_open(self):
        """Show the rows."""
        self.ensure_one()
        wizard = self.wizard_id
        wizard._bti_check_manager()
        records = self.env[self.model].search(wizard._get_domains()[self.model])
        return {
            "type": "ir.actions.act_window",
            "name": self.title,
            "res_model": self.model,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
        }


def _to_plain(value):
    """:return: a value that JSON can hold"""
    if isinstance(value, (tuple, list)):
        # many2one: the name is what a person understands
        is_pair = len(value) == 2 and isinstance(value[1], str)
        return value[1] if is_pair else [_to_plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64decode(value).decode("utf-8", errors="replace")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value
