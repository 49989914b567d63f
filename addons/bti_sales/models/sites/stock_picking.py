from odoo import api, fields, models


class StockPicking(models.Model):
    """Whoever loads and unloads is told what the site needs specially."""

    _inherit = "stock.picking"

    requirement_text = fields.Char(
        "Special Requirements",
        compute="_compute_requirement_text",
        groups="base.group_user",
        help="Of the site and of its client, what concerns the delivery.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_requirement_text(self):
        for picking in self:
            company = picking.company_id or self.env.company
            picking.requirement_text = (
                picking.partner_id._origin._get_requirement_text(company, for_driver=True) or False
            )
