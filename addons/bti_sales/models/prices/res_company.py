from zoneinfo import ZoneInfo

from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_price_zone(self):
        """Time zone in which a day of the price lists begins.

        :rtype: ZoneInfo
        """
        self.ensure_one()
        company = self.sudo()  # sudo: settings of the company, read by whoever sells
        return ZoneInfo(
            company.partner_id.tz or company.resource_calendar_id.tz or self.env.user.tz or "UTC"
        )
