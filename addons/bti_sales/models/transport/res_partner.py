from odoo import fields, models

DELIVERY_MODES = [("ex_works", "Ex-works"), ("delivered", "With delivery")]


class ResPartner(models.Model):
    _inherit = "res.partner"

    delivery_mode = fields.Selection(
        DELIVERY_MODES,
        "Usual delivery",
        help="Whether the client usually fetches the goods with his own truck or has them"
        " delivered. Empty: as usual in the company.",
    )
