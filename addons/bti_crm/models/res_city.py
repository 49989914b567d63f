from odoo import api, fields, models


class ResCity(models.Model):
    _inherit = "res.city"
    _rec_names_search = ["name", "zipcode", "search_names"]

    search_names = fields.Char(
        "Other Spellings",
        help="Without accents, in another alphabet, former names: what people type to find it.",
    )

    @api.depends("state_id")
    @api.depends_context("formatted_display_name")
    def _compute_display_name(self):
        """In choices, tell communes of the same name apart by their wilaya."""
        super()._compute_display_name()
        if self.env.context.get("formatted_display_name"):
            for city in self.filtered("state_id"):
                city.display_name = f"{city.display_name} \t --{city.state_id.name}--"
