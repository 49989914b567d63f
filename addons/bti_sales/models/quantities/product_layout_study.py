from odoo import fields, models


class ProductTemplate(models.Model):
    """Products that are laid by a plan."""

    _inherit = "product.template"

    needs_layout_study = fields.Boolean(
        help="A floor is sold with a design plan and a layout study, because of fire and"
        " earthquake rules: orders are checked for them."
    )
