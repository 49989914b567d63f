from odoo import api, models

from ...tools.readers import in_language_of


class ResCompany(models.Model):
    """A new company leaves its clients alone at night and during the Friday prayer."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
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
            own_lang = in_language_of(company, company)
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
