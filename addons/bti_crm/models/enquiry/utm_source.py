from odoo import api, fields, models


class UtmSource(models.Model):
    _inherit = "utm.source"
    _rec_names_search = ["name", "label"]

    # ``name`` is what links and statistics of other modules carry: it stays the same in all
    # languages
    label = fields.Char(
        "Displayed As",
        translate=True,
        help="What the staff read, in their language, instead of the name.",
    )

    @api.depends("name", "label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for source in self:
            source.display_name = source.label or source.name
