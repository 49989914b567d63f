from odoo import fields, models


class ResCountryState(models.Model):
    _inherit = "res.country.state"
    _rec_names_search = ["name", "code", "search_names"]

    # wilayas have a French and an Arabic name; Odoo turns the column back at uninstall
    name = fields.Char(translate=True)
    search_names = fields.Char(
        "Other Spellings",
        help="Without accents, in another alphabet, former names: what people type to find it.",
    )
