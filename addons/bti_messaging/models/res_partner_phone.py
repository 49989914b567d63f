from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # each inbound message of an unknown number looks for it among all contacts
    phone_sanitized = fields.Char(index="btree_not_null")
