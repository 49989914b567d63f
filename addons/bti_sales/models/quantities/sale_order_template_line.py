from odoo import api, fields, models


class SaleOrderTemplateLine(models.Model):
    """A quotation template may say in which form its goods are delivered."""

    _name = "sale.order.template.line"
    _inherit = ["sale.order.template.line", "bti.load.mixin"]

    delivery_form = fields.Selection(
        selection=lambda self: self.env["sale.order.line"]._fields["delivery_form"].selection,
        compute="_compute_delivery_form",
        store=True,
        readonly=False,
        precompute=True,
        help="On pallets: whole pallets only. Mixed: full pallets, the rest loose.",
    )
    pieces = fields.Integer(help="Whole pieces of the line.")
    load_summary = fields.Char("Load", compute="_compute_load_summary")

    # === COMPUTE METHODS === #

    @api.depends("product_id", "product_uom_id")
    def _compute_delivery_form(self):
        for line in self:
            template = line.product_id.product_tmpl_id
            line.delivery_form = not line.display_type and template._get_line_form(
                line.product_uom_id, line.company_id, line.delivery_form
            )

    @api.depends("product_id", "product_uom_id", "product_uom_qty", "delivery_form")
    @api.depends_context("company")
    def _compute_load(self):
        return super()._compute_load()

    @api.depends("pieces", "full_pallets", "loose_pieces")
    @api.depends_context("lang", "company")
    def _compute_load_summary(self):
        for line in self:
            line.load_summary = line._get_load_summary()

    # === CONSTRAINT METHODS === #

    @api.constrains("product_id", "product_uom_id", "product_uom_qty", "delivery_form")
    def _check_whole_pieces(self):
        """A template that no order could take is refused where it is written."""
        return super()._check_whole_pieces()

    # === BUSINESS METHODS === #

    def _get_load_quantity(self):
        return self.product_uom_id, self.product_uom_qty

    def _get_load_packing(self):
        template = self.product_id.product_tmpl_id
        size = template._get_line_pallet_size(self.product_uom_id, self.company_id)
        return self.delivery_form, size

    def _prepare_order_line_values(self):
        values = super()._prepare_order_line_values()
        if self.delivery_form:
            values["delivery_form"] = self.delivery_form
        return values
