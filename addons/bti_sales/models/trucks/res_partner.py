from odoo import fields, models


class ResPartner(models.Model):
    """What a site can take."""

    _inherit = "res.partner"

    largest_truck_category_id = fields.Many2one(
        "fleet.vehicle.model.category",
        "Largest truck",
        ondelete="set null",
        help="Largest kind of truck that reaches this site. Orders that are delivered here are"
        " planned on this kind or smaller ones.",
    )
