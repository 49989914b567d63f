from odoo import api, fields, models
from odoo.tools import get_lang, ormcache

from ...tools.sms_api import SmsApiBti


class ResCompany(models.Model):
    _inherit = "res.company"

    sms_provider = fields.Selection(
        selection_add=[("bti", "Messaging channels")],
        ondelete={"bti": "set default"},
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new company has its trial channel, and its SMS go through channels."""
        companies = super().create([{"sms_provider": "bti", **vals} for vals in vals_list])
        for company in companies:
            company._bti_create_trial_channel()
        return companies

    @api.model
    @ormcache()
    def _bti_is_only_one(self):
        """Whether there is one company only: nobody reads what is not his company's.

        :rtype: bool
        """
        # sudo: whatever companies the user knows; archived ones have users too
        return self.sudo().with_context(active_test=False).search_count([], limit=2) < 2

    def _get_sms_api_class(self):
        self.ensure_one()
        if self.sms_provider == "bti":
            return SmsApiBti
        return super()._get_sms_api_class()

    def _bti_create_trial_channel(self):
        """Create the channel that writes messages down without sending them; it comes last
        so that the first real channel takes over.

        :return: the channel
        """
        self.ensure_one()
        own_lang = self.with_context(lang=get_lang(self.env, self.partner_id.lang).code)
        # sudo: whoever may create a company need not be a messaging manager
        return (
            self.env["bti.channel"]
            .sudo()
            .create(
                {
                    "name": own_lang.env._("SMS not sent (trial)"),
                    "provider": "log",
                    "state": "active",
                    "sequence": 100,
                    "company_id": self.id,
                }
            )
        )
