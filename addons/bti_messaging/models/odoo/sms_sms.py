from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ...const import OWN_SMS_FAILURE_TYPES, PURPOSES
from ...tools import client_links
from ...tools.sms_api import CompletingApi, SmsApiBti


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
        PURPOSES,
        string="Purpose",
        default=lambda self: self.env.context.get("bti_purpose", "transactional"),
    )
    bti_release_at = fields.Datetime(
        string="Not Before",
        default=lambda self: self.env.context.get("bti_release_at"),
    )
    bti_expires_at = fields.Datetime(
        string="Useful Until",
        default=lambda self: self.env.context.get("bti_expires_at"),
    )
    bti_link_secrets = fields.Text(
        string="Link Secrets",
        groups=NO_ACCESS,
        help="What the dots in the links of the text stand for, one per line.",
    )
    failure_type = fields.Selection(selection_add=OWN_SMS_FAILURE_TYPES)

    @api.model_create_multi
    def create(self, vals_list):
        """The queue keeps no link by which a client proves to be himself."""
        return super().create([self._bti_mask(vals) for vals in vals_list])

    @api.model
    def _bti_mask(self, vals):
        masked, secrets = client_links.mask(vals.get("body") or "")
        if not secrets:
            return vals
        return {**vals, "body": masked, "bti_link_secrets": "\n".join(secrets)}

    def _bti_get_whole_text(self):
        """:return: the text as it is sent
        :rtype: str
        """
        self.ensure_one()
        sms = self.sudo()  # only the system sends
        text = client_links.unmask(sms.body or "", (sms.bti_link_secrets or "").split())
        return sms.partner_id._bti_complete_text(text, {sms.number})

    def _send_with_api(self, sms_api, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Our outbox completes its texts itself, other providers get them complete."""
        if not isinstance(sms_api, SmsApiBti):
            sms_api = CompletingApi(sms_api, self)
        return super()._send_with_api(sms_api, unlink_failed, unlink_sent, raise_exception)

    def _get_sms_company(self):
        """A mailing is sent by its company, whoever its recipients belong to and whoever empties
        the queue."""
        return self.mailing_id.company_id or super()._get_sms_company()

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
