from odoo import api, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"

    _depends = {"account.move.line": ["is_stamp_duty"]}

    @api.model
    def _where(self) -> SQL:
        """Override: the stamp duty is collected for the State, it is no turnover."""
        return SQL("%s AND line.is_stamp_duty IS NOT TRUE", super()._where())
