from odoo import models


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
