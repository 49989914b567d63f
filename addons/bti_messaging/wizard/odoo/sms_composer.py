from odoo import models
from odoo.exceptions import UserError

from ...tools import template_text


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    def _prepare_body_values(self, records):
        """A text for many documents is a template: what is wrong with it is told to its author."""
        if template_text.has_open_expression(self.body):
            raise UserError(
                self.env._("An expression in the text is not closed: }} is missing after {{.")
            )
        return super()._prepare_body_values(records)
