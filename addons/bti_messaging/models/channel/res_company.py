from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ...tools.quiet_hours import to_local
from ...tools.readers import in_language_of
from ...tools.sms_api import SmsApiBti


class ResCompany(models.Model):
    """How a company sends: its choice of channels, its clock, how long it keeps texts."""

    _inherit = "res.company"

    sms_provider = fields.Selection(
        selection_add=[("bti", "Messaging channels")],
        ondelete={"bti": "set default"},
    )
    messaging_choice = fields.Selection(
        [("order", "Their order"), ("cost", "The lowest cost")],
        string="Choose the Channel by",
        required=True,
        default="order",
    )
    messaging_tz = fields.Selection(
        _tz_get,
        string="Clock of the Quiet Hours",
        required=True,
        default="Africa/Algiers",
    )
    message_retention_months = fields.Integer(
        string="Keep Texts",
        default=24,
        help="Months after which the texts of messages are deleted; figures are kept. "
        "0 keeps them for ever.",
        prefetch=False,
    )

    name_in_messages = fields.Char(
        "Name in Messages",
        translate=True,
        help="Short name at the beginning of SMS, in each language: an SMS of 160 signs, 70 in"
        " Arabic, costs less than two. Empty: the company's name.",
        prefetch=False,
    )
    message_name = fields.Char(compute="_compute_message_name")

    _message_retention_positive = models.Constraint(
        "CHECK(message_retention_months >= 0)",
        "Texts are kept for a number of months that is not negative.",
    )

    @api.depends("name", "name_in_messages")
    @api.depends_context("lang")
    def _compute_message_name(self):
        """How the company is called in a message, in the language of the context."""
        for company in self:
            company.message_name = company.name_in_messages or company.name

    @api.model_create_multi
    def create(self, vals_list):
        """A new company has its trial channel, and its SMS go through channels."""
        companies = super().create([{"sms_provider": "bti", **vals} for vals in vals_list])
        for company in companies:
            company._bti_create_trial_channel()
        return companies

    def _get_sms_api_class(self):
        self.ensure_one()
        if self.sms_provider == "bti":
            return SmsApiBti
        return super()._get_sms_api_class()

    def _bti_today(self):
        """:return: today, by the company's clock
        :rtype: date
        """
        self.ensure_one()
        clock = self.sudo().messaging_tz  # sudo: a setting, for whatever a user or a job dates
        return to_local(fields.Datetime.now(), clock or "UTC").date()

    def _bti_create_trial_channel(self):
        """Create the channel that writes messages down without sending them; it comes last
        so that the first real channel takes over.

        :return: the channel
        """
        self.ensure_one()
        own_lang = in_language_of(self, self)
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
