from odoo import api, fields, models


class SaleOrder(models.Model):
    """Whoever makes an order sees what the client and his site need specially."""

    _inherit = "sale.order"

    requirement_text = fields.Char(
        "Special Requirements",
        compute="_compute_requirement_text",
        groups="base.group_user",
        help="Of the client and of the site where the goods go.",
    )

    @api.depends("partner_id", "partner_shipping_id", "company_id")
    @api.depends_context("lang")
    def _compute_requirement_text(self):
        """Most clients have none, which their own row says: nothing else is read then."""
        for order in self:
            places = order.partner_shipping_id | order.partner_id
            company = order.company_id or self.env.company
            order.requirement_text = places._origin._get_requirement_text(company) or False
