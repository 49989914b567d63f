from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    truck_category_id = fields.Many2one(
        "fleet.vehicle.model.category",
        "Usual truck",
        help="Kind of truck with which the trucks of a quotation are counted when the order names"
        " no other.",
    )
