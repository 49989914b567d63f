from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    site_access = fields.Text(
        help="How a truck gets to the site: narrow street, slope, crane needed, opening hours."
        " Printed on the pro-forma and on the delivery slip.",
    )
