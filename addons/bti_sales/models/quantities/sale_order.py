from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...tools.load_table import group_load


class SaleOrder(models.Model):
    """Pieces, pallets and weight of an order; quotation templates that work without a screen."""

    _inherit = "sale.order"

    total_pieces = fields.Integer("Pieces", compute="_compute_load_totals", store=True)
    total_pallets = fields.Integer("Full pallets", compute="_compute_load_totals", store=True)
    total_load_weight = fields.Float(
        "Load weight (kg)",
        compute="_compute_load_totals",
        store=True,
        digits="Stock Weight",
        help="Pieces and pallets, in kg.",
    )
    load_total_summary = fields.Char("Load", compute="_compute_load_total_summary")

    # === COMPUTE METHODS === #

    @api.depends("order_line.pieces", "order_line.full_pallets", "order_line.load_weight")
    def _compute_load_totals(self):
        for order in self:
            lines = order.order_line
            order.total_pieces = sum(lines.mapped("pieces"))
            order.total_pallets = sum(lines.mapped("full_pallets"))
            order.total_load_weight = sum(lines.mapped("load_weight"))

    @api.depends("total_pieces", "total_pallets", "total_load_weight")
    @api.depends_context("lang")
    def _compute_load_total_summary(self):
        for order in self:
            order.load_total_summary = self.env._(
                "%(pieces)s pieces · %(pallets)s full pallets · %(weight)s kg",
                pieces=formatLang(self.env, order.total_pieces, digits=0),
                pallets=order.total_pallets,
                weight=formatLang(self.env, order.total_load_weight, digits=0),
            )

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

    def _get_load_by_product(self):
        """Quantities of the order per product and pallet size, for its documents.

        :return: dicts ``product``, ``pieces_per_pallet``, ``pieces``, ``full_pallets``,
            ``loose_pieces``, ``weight`` (kg), in line order
        :rtype: list[dict]
        """
        self.ensure_one()
        return group_load(self.order_line)
