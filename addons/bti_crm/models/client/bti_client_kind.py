from odoo import fields, models


class BtiClientKind(models.Model):
    _name = "bti.client.kind"
    _description = "Client Kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
