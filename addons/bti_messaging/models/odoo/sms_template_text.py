from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools import template_text


class SmsTemplate(models.Model):
    """What is wrong with a text is told to its author, not sent to clients."""

    _inherit = "sms.template"

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
