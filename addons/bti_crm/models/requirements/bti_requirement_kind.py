from odoo import fields, models


class BtiRequirementKind(models.Model):
    _name = "bti.requirement.kind"
    _description = "Kind of Special Requirement"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    for_driver = fields.Boolean(
        "Told to the Driver",
        default=True,
        help="Shown on the loads and on the driver's page; the others on the order only.",
    )
