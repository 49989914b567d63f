from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    nis = fields.Char(related="partner_id.nis", readonly=False)
    rc = fields.Char(related="partner_id.rc", readonly=False)
    ai = fields.Char(related="partner_id.ai", readonly=False)
    fiscal_warning = fields.Char(related="partner_id.fiscal_warning")
