from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    notify_by_email = fields.Boolean(
        string="E-mail before a Call",
        help="Clients to whom neither a network nor an SMS goes are told by e-mail; without it "
        "somebody is asked to call them.",
    )
