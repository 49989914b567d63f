from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import (
    format_amount,
    format_date,
    format_datetime,
    formatLang,
    html2plaintext,
)

from ...gateways.meta.whatsapp_body import collapse

# Steps of a path; a field that leads to many records says nothing certain.
MAX_STEPS = 5
READABLE = {
    "boolean", "char", "date", "datetime", "float", "html", "integer", "many2one", "monetary",
    "selection", "text",
}  # fmt: skip
# Whoever works here reads these; what is kept for fewer people is told to nobody.
OPEN_GROUPS = {"base.group_user", "base.group_portal", "base.group_public"}


class BtiTemplateParameter(models.Model):
    """One parameter of an approved text: its sample, and the field that gives its value.

    The field is named by its path, chosen by an administrator. It is followed, never evaluated.
    """

    _name = "bti.template.parameter"
    _description = "Parameter of an Approved Text"
    _order = "template_id, sequence, id"

    # === FIELDS === #

    template_id = fields.Many2one("bti.template", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="template_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(string="Parameter", required=True, readonly=True)
    sample = fields.Char(help="Shown to the network when it looks at the text, and in the preview.")
    model = fields.Char(related="template_id.model", string="Document Model")
    path = fields.Char(
        string="Field",
        help="The field of the document that gives the value. Empty: whoever sends the text types "
        "it.",
    )
    path_label = fields.Char(string="Comes From", compute="_compute_path_label")

    _name_uniq = models.Constraint(
        "UNIQUE(template_id, name)", "A parameter has one value in a text."
    )

    # === CONSTRAINTS === #

    @api.constrains("path", "template_id")
    def _check_path(self):
        for parameter in self.filtered("path"):
            if not parameter.model:
                raise ValidationError(
                    self.env._("Say first from which kind of document the values come.")
                )
            if not parameter._get_fields():
                raise ValidationError(
                    self.env._(
                        "The parameter %(name)s cannot take its value from “%(path)s”.",
                        name=parameter.name,
                        path=parameter.path,
                    )
                )

    # === COMPUTE METHODS === #

    @api.depends("path", "model")
    def _compute_path_label(self):
        for parameter in self:
            steps = parameter._get_fields() or []
            parameter.path_label = " › ".join(
                field._description_string(self.env) for field in steps
            )

    @api.depends("name", "template_id.buttons")
    def _compute_display_name(self):
        for parameter in self:
            parameter.display_name = parameter.template_id._get_gap_label(parameter.name or "")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        if any(parameter.path for parameter in parameters):
            # afterwards: the context gives defaults too
            self._check_administrator()
        return parameters

    def write(self, vals):
        if not self.env.su and {"name", "template_id", "sequence"} & vals.keys():
            raise AccessError(self.env._("The parameters of a text follow from its words."))
        if "path" in vals:
            self._check_administrator()
        return super().write(vals)

    def _check_administrator(self):
        """:raise AccessError: somebody else chooses what of a document leaves the house"""
        if not (self.env.su or self.env.is_system()):
            raise AccessError(
                self.env._("Only an administrator chooses the fields of approved texts.")
            )

    # === BUSINESS METHODS === #

    def _get_fields(self):
        """:return: the fields of the path, in their order; None when it leads nowhere
        :rtype: list | None
        """
        self.ensure_one()
        steps = (self.path or "").split(".")
        if not self.path or self.model not in self.env or len(steps) > MAX_STEPS:
            return None
        Model, found = self.env[self.model], []
        for place, step in enumerate(steps):
            field = Model._fields.get(step)
            if field is None or field.type not in READABLE or step.startswith("_"):
                return None
            if field.groups and not OPEN_GROUPS & set(field.groups.split(",")):
                return None
            found.append(field)
            if place < len(steps) - 1:
                if field.type != "many2one":
                    return None
                Model = self.env[field.comodel_name]
        return found

    def _evaluate(self, record):
        """Follow the path from a record, with the rights of whoever sends.

        :param record: of the template's model
        :return: as the client reads it, "" when there is nothing
        :rtype: str
        """
        self.ensure_one()
        found = self._get_fields()
        if not found or not record:
            return ""
        lang = self.template_id._get_lang()
        record = record.with_context(lang=lang)
        for field in found[:-1]:
            record = record[field.name]
        if not record:
            return ""
        return collapse(self._format(record, found[-1], lang))

    def _format(self, record, field, lang):
        """:return: one value in a language, as people write it
        :rtype: str
        """
        value = record[field.name]
        env = record.env
        if field.type == "boolean":
            return env._("Yes") if value else env._("No")
        if field.type in ("integer", "float"):
            digits = field.get_digits(env) if field.type == "float" else None
            places = digits[1] if digits else 2
            whole = field.type == "integer" or value == int(value)
            return formatLang(env, value, digits=0 if whole else places)
        if value is False or value is None or value == "":
            return ""
        if field.type == "monetary":
            currency = record[field.get_currency_field(record)] or env.company.currency_id
            return format_amount(env, value, currency, lang_code=lang)
        if field.type == "date":
            return format_date(env, value, lang_code=lang)
        if field.type == "datetime":
            company = "company_id" in record._fields and record.company_id or env.company
            tz = company.sudo().messaging_tz  # sudo: the hour that clients live by
            return format_datetime(env, value, tz=tz, dt_format="short", lang_code=lang)
        if field.type == "selection":
            return dict(field._description_selection(env)).get(value, "")
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "html":
            return html2plaintext(Markup(value))
        return str(value)


class BtiTemplate(models.Model):
    _inherit = "bti.template"

    # === BUSINESS METHODS === #

    def _find_parameters(self):
        """Keep one row per parameter of the text, in their order; samples and fields stay."""
        # sudo: the rows follow from the words, whoever changes these
        Parameter = self.env["bti.template.parameter"].sudo()
        for template in self.sudo():
            gaps = template._get_gaps()
            rows = template.parameter_ids.grouped("name")
            template.parameter_ids.filtered(lambda row, gaps=gaps: row.name not in gaps).unlink()
            for sequence, gap in enumerate(gaps, 1):
                if gap not in rows:
                    Parameter.create(
                        {"template_id": template.id, "name": gap, "sequence": sequence}
                    )
                elif rows[gap].sequence != sequence:
                    rows[gap].sequence = sequence

    def _get_values(self, record):
        """:param record: a document, or a contact; of another kind than the text's it gives nothing
        :return: what the fields say of it, "" where a person has to type
        :rtype: dict[str, str]
        """
        self.ensure_one()
        fits = record and record._name == self.model
        if fits:
            record.check_access("read")
        return {
            row.name: row._evaluate(record) if fits and row.path else ""
            # sudo: which field it is, whoever sends; the field is read with his own rights
            for row in self.sudo().parameter_ids.with_env(self.env)
        }
