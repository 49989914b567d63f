from odoo import models
from odoo.exceptions import UserError

from ...tools import template_text


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    def _get_blacklist_record_ids(self, records, recipients_info):
        """A mailing asks the consent log, which knows the company, and reads only the
        refusals of its own recipients."""
        if not self.mailing_id or not self.use_exclusion_list:
            return super()._get_blacklist_record_ids(records, recipients_info)
        numbers = {record.id: recipients_info[record.id]["sanitized"] for record in records}
        # a queued mailing is sent by the robot, who has a company of his own
        company = self.mailing_id.company_id or self.env.company
        refused = self.env["bti.consent"]._get_refused(company, "sms", numbers.values())
        return [record_id for record_id, number in numbers.items() if number in refused]

    def _prepare_body_values(self, records):
        """A text for many documents is a template: what is wrong with it is told to its author."""
        if template_text.has_open_expression(self.body):
            raise UserError(
                self.env._("An expression in the text is not closed: }} is missing after {{.")
            )
        return super()._prepare_body_values(records)
