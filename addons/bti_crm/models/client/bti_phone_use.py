from odoo import fields, models


class BtiPhoneUse(models.Model):
    _name = "bti.phone.use"
    _description = "What a Phone Number Is For"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
