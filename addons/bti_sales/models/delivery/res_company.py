from odoo import fields, models


class ResCompany(models.Model):
    """How the company runs its deliveries."""

    _inherit = "res.company"

    trip_overload = fields.Selection(
        [("warn", "Warn"), ("block", "Refuse")],
        default="warn",
        required=True,
        help="What happens when a trip is too heavy for its truck, or has too many pallets.",
    )
    tracking_link_days = fields.Integer(
        "Days of tracking",
        default=30,
        help="Days for which the tracking link sent to a client works.",
    )

    trip_hours = fields.Float(
        "Hours of a trip",
        default=4.0,
        help="For how long truck and driver are usually busy with a trip: until then another trip"
        " of theirs is warned of.",
    )

    _tracking_link_days_positive = models.Constraint(
        "CHECK(tracking_link_days > 0)", "A tracking link works for one day at least."
    )
