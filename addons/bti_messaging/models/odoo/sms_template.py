from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools.rendering_tools import parse_inline_template

from ...tools import template_text
from ...tools.plural import listed

# What may be changed around the expressions of a text.
WORDING = {"name", "body", "lang"}


class SmsTemplate(models.Model):
    """Who may not write expressions may still word a text anew around those that it has.

    Odoo evaluates the expressions of a text as code. To leave it to template editors alone would
    mean that nobody else can correct a comma in a text that ships with an expression.
    """

    _inherit = "sms.template"

    # === FIELDS === #

    bti_useful_hours = fields.Integer(
        string="Useful For",
        help="Hours after which the text says nothing useful any more. A message that still waits "
        "then, because a channel failed for instance, is not sent, and the responsible is asked "
        "to call the client. 0: it is sent whenever that is possible.",
    )

    _bti_useful_hours_positive = models.Constraint(
        "CHECK(bti_useful_hours IS NULL OR bti_useful_hours >= 0)",
        "The hours for which a text is useful are not negative.",
    )

    # === CONSTRAINTS === #

    @api.constrains("body")
    def _check_body(self):
        for template in self:
            if not (template.body or "").strip():
                raise ValidationError(
                    self.env._("The template %(name)s has no text.", name=template.name)
                )
            if template_text.has_open_expression(template.body):
                raise ValidationError(
                    self.env._(
                        "In the text of %(name)s an expression is not closed: }} is missing after "
                        "{{.",
                        name=template.name,
                    )
                )

    # === CRUD METHODS: WORDING === #

    def write(self, vals):
        if not self._may_only_reword() or not vals.keys() <= WORDING:
            return super().write(vals)
        self.check_access("write")
        before = {template.id: template._get_expressions() for template in self}
        # sudo: past the check of expressions, which is ours below
        result = super(SmsTemplate, self.sudo()).write(vals)
        self._check_new_expressions(before)
        return result

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        if not self._may_only_reword() or field_name not in WORDING:
            return super()._update_field_translations(
                field_name, translations, digest=digest, source_lang=source_lang
            )
        self.check_access("write")
        before = {template.id: template._get_expressions() for template in self}
        # sudo: as above
        result = super(SmsTemplate, self.sudo())._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        self._check_new_expressions(before)
        return result

    def _may_only_reword(self):
        return not self.env.su and not self.env.user.has_group("mail.group_mail_template_editor")

    def _get_expressions(self):
        """:return: the expressions of this text in all languages
        :rtype: set[str]
        """
        self.ensure_one()
        return {
            expression
            for code, _name in self.env["res.lang"].get_installed()
            for text in [self.sudo().with_context(lang=code)]
            for source in (text.body, text.lang)
            for _literal, expression, _default in parse_inline_template(source or "")
            if expression
        }

    def _check_new_expressions(self, before):
        for template in self:
            added = template._get_expressions() - before[template.id]
            if not all(
                self.env["ir.qweb"]._is_expression_allowed(expression, template.sudo().model)
                for expression in added
            ):
                raise AccessError(
                    self.env._(
                        "Only template editors may add this to a text: %(expressions)s",
                        expressions=listed(self.env, sorted(added)),
                    )
                )

    # === BUSINESS METHODS === #

    def _bti_get_expiry(self, release_at=None):
        """:param datetime release_at: when a message with this text may go, now by default
        :return: until when it is worth sending, False when that does not matter
        :rtype: datetime | bool
        """
        hours = self.sudo().bti_useful_hours  # sudo: whoever's doing it is that tells the client
        return bool(hours) and (release_at or fields.Datetime.now()) + timedelta(hours=hours)
