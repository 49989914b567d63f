from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _get_blacklist_record_ids(self, mail_values_dict, recipients_info=None):
        """A mailing asks the consent log, which knows the company, and reads only the
        refusals of its own recipients."""
        if (
            not self.mass_mailing_id
            or not self.use_exclusion_list
            or self.composition_mode != "mass_mail"
        ):
            return super()._get_blacklist_record_ids(mail_values_dict, recipients_info)
        emails = self._bti_get_emails(mail_values_dict, recipients_info or {})
        # a queued mailing is sent by the robot, who has a company of his own
        company = self.mass_mailing_id.company_id or self.env.company
        refused = self.env["bti.consent"]._get_refused(
            company, "email", set().union(*emails.values())
        )
        return {record_id for record_id, own in emails.items() if refused & own}

    def _bti_get_emails(self, mail_values_dict, recipients_info):
        """:return: normalised addresses of each record
        :rtype: dict[int, set[str]]
        """
        if isinstance(self.env[self.model], self.pool["mail.thread.blacklist"]):
            records = self.env[self.model].browse(mail_values_dict)
            records.fetch(["email_normalized"])
            return {record.id: {record.email_normalized} - {False} for record in records}
        return {
            record_id: set(info["mail_to_normalized"])
            for record_id, info in recipients_info.items()
        }
