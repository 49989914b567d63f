from odoo import api, fields, models


class SaleOrder(models.Model):
    """Pieces, pallets and weight of an order; quotation templates that work without a screen."""

    _name = "sale.order"
    _inherit = ["sale.order", "bti.load.total.mixin"]

    calendar_title = fields.Char(
        "Title in the calendar",
        compute="_compute_calendar_title",
        help="Who has ordered what, for a calendar that has room for one line.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id.name", "load_total_summary", "total_pieces")
    @api.depends_context("lang")
    def _compute_calendar_title(self):
        for order in self:
            parts = [order.partner_id.name, order.total_pieces and order.load_total_summary]
            order.calendar_title = " · ".join(part for part in parts if part) or order.name

    @api.depends("order_line.pieces", "order_line.full_pallets", "order_line.load_weight")
    def _compute_load_totals(self):
        return super()._compute_load_totals()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Give an order its template's lines when it comes without any.

        Odoo copies them in an onchange only: an order made by another program with
        ``sale_order_template_id`` would be empty. Lines that are given, even none at all
        (``order_line: []``), are kept as they are.
        """
        for vals in vals_list:
            if vals.get("sale_order_template_id") and "order_line" not in vals:
                vals["order_line"] = self._prepare_template_lines(vals)
        return super().create(vals_list)

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_template_lines(self, vals):
        """The template's lines in the client's language, as the form would copy them.

        :param dict vals: values of the new order
        :return: x2many commands
        """
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        template = self.env["sale.order.template"].browse(vals["sale_order_template_id"])
        return [
            fields.Command.create(line._prepare_order_line_values())
            for line in template.with_context(lang=partner.lang).sale_order_template_line_ids
        ]

    def _get_load_items(self):
        """The order's lines that go on trucks, for :mod:`..tools.loading`, in line order.

        :rtype: list[loading.Item]
        """
        self.ensure_one()
        items = (line._get_load_item(line.pieces) for line in self.order_line if line.pieces > 0)
        return [item for item in items if item is not None]

    def _get_load_lines_to_add(self):
        return self.order_line, 1
