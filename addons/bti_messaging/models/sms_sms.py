from odoo import fields, models

from ..const import OWN_SMS_FAILURE_TYPES


class SmsSms(models.Model):
    _inherit = "sms.sms"

    bti_channel_id = fields.Many2one(
        "bti.channel",
        string="Channel",
        index="btree_not_null",
        ondelete="set null",
        default=lambda self: self.env.context.get("bti_channel_id"),
        help="Send through this channel instead of the company's first one.",
    )
    bti_purpose = fields.Selection(
        [("transactional", "Transactional"), ("marketing", "Marketing")],
        string="Purpose",
        default=lambda self: self.env.context.get("bti_purpose", "transactional"),
    )
    bti_release_at = fields.Datetime(
        string="Not Before",
        default=lambda self: self.env.context.get("bti_release_at"),
    )
    failure_type = fields.Selection(selection_add=OWN_SMS_FAILURE_TYPES)

    def _split_by_api(self):
        """Group by company first: each has its own provider, and core's last branch would
        take the current company's account for all the others."""
        for company, all_sms in self.grouped(lambda sms: sms._get_sms_company()).items():
            company_sms = all_sms.with_company(company)
            if company.sms_provider == "bti":
                sms_api = company._get_sms_api_class()(company_sms.env)
                sms_api._set_company(company)
                yield sms_api, company_sms
            else:
                yield from super(SmsSms, company_sms)._split_by_api()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """The queue's job comes here without having grouped anything; core then demands one
        company and a batch of two would block the queue for good."""
        if self.env.context.get("sms_api") or not self:
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        for sms_api, group in self._split_by_api():
            group.with_context(sms_api=sms_api)._send(unlink_failed, unlink_sent, raise_exception)
        return None
