from odoo import api, fields, models


class SaleOrder(models.Model):
    """The design plan and layout study of a floor, checked before its goods are sold."""

    _inherit = "sale.order"

    needs_layout_study = fields.Boolean(compute="_compute_needs_layout_study")
    layout_study_ids = fields.Many2many(
        "ir.attachment",
        "sale_order_layout_study_rel",
        "order_id",
        "attachment_id",
        "Layout study",
        copy=False,
        help="Design plan and layout study of the floor.",
    )
    layout_study_date = fields.Date("Study of", copy=False, prefetch="layout_study")
    layout_study_user_id = fields.Many2one(
        "res.users",
        "Checked by",
        copy=False,
        domain="[('share', '=', False)]",
        prefetch="layout_study",
    )

    # === COMPUTE METHODS === #

    @api.depends("order_line.product_id")
    def _compute_needs_layout_study(self):
        for order in self:
            # asked of the templates: a variant's own field is computed from them, one by one
            templates = order.order_line.product_id.product_tmpl_id
            order.needs_layout_study = any(templates.mapped("needs_layout_study"))

    # === BUSINESS METHODS === #

    def _get_products_without_study(self):
        """Products of this order whose layout study nobody has checked.

        :return: ``product.product``
        """
        self.ensure_one()
        products = self.order_line.product_id.filtered("product_tmpl_id.needs_layout_study")
        is_studied = products and self.layout_study_user_id and self.layout_study_ids
        return products.browse() if is_studied else products
