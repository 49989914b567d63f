from odoo import api, fields, models
from odoo.tools import get_lang

from odoo.addons.base.models.res_partner import _tz_get

from ...tools.quiet_hours import to_local


class ResCompany(models.Model):
    """How a company sends: its choice of channels, its clock, how long it keeps texts."""

    _inherit = "res.company"

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
    )

    _message_retention_positive = models.Constraint(
        "CHECK(message_retention_months >= 0)",
        "Texts are kept for a number of months that is not negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new company leaves its clients alone at night and during the Friday prayer."""
        companies = super().create(vals_list)
        companies._bti_create_quiet_periods()
        return companies

    def _bti_create_quiet_periods(self):
        """Give each company the usual quiet hours; for marketing only.

        :return: the periods
        """
        vals_list = []
        # sudo: whoever may create a company need not be a messaging manager
        Quiet = self.env["bti.quiet.period"].sudo().with_context(active_test=False)
        known = Quiet.search([("company_id", "in", self.ids)]).company_id
        for company in self - known:
            own_lang = company.with_context(lang=get_lang(self.env, company.partner_id.lang).code)
            friday_only = dict.fromkeys(("mon", "tue", "wed", "thu", "sat", "sun"), False)
            vals_list += [
                {
                    "name": own_lang.env._("Night"),
                    "company_id": company.id,
                    "hour_from": 21.0,
                    "hour_to": 8.0,
                },
                {
                    "name": own_lang.env._("Friday prayer"),
                    "company_id": company.id,
                    "hour_from": 12.0,
                    "hour_to": 14.5,
                    **friday_only,
                },
            ]
        return Quiet.create(vals_list)

    def _bti_today(self):
        """:return: today, by the company's clock
        :rtype: date
        """
        self.ensure_one()
        return to_local(fields.Datetime.now(), self.messaging_tz or "UTC").date()
