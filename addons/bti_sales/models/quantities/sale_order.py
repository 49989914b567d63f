from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...tools import loading
from ...tools.load_table import group_load


class SaleOrder(models.Model):
    _inherit = "sale.order"

    truck_category_id = fields.Many2one(
        "fleet.vehicle.model.category",
        "Truck",
        compute="_compute_truck_category_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Kind of truck that delivers, for instance the largest one that the site can take.",
    )
    total_pieces = fields.Integer("Pieces", compute="_compute_load_totals", store=True)
    total_pallets = fields.Integer("Full pallets", compute="_compute_load_totals", store=True)
    total_load_weight = fields.Float(
        "Load weight (kg)",
        compute="_compute_load_totals",
        store=True,
        digits="Stock Weight",
        help="Pieces and pallets, in kg.",
    )
    truck_count = fields.Integer(
        "Trucks",
        compute="_compute_load_totals",
        store=True,
        help="Trucks of the chosen kind that the order needs, by weight and by pallet places.",
    )
    load_total_summary = fields.Char("Load", compute="_compute_load_total_summary")
    load_warning = fields.Char(compute="_compute_load_warning")

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_truck_category_id(self):
        for order in self:
            if not order.truck_category_id:
                order.truck_category_id = order.company_id.truck_category_id

    @api.depends(
        "order_line.pieces",
        "order_line.full_pallets",
        "order_line.load_weight",
        "truck_category_id.weight_capacity",
        "truck_category_id.pallet_places",
        "partner_shipping_id",
    )
    def _compute_load_totals(self):
        for order in self:
            lines = order.order_line
            order.total_pieces = sum(lines.mapped("pieces"))
            order.total_pallets = sum(lines.mapped("full_pallets"))
            order.total_load_weight = sum(lines.mapped("load_weight"))
            try:
                order.truck_count = len(order._get_planned_loads())
            except loading.LoadingError:
                order.truck_count = 0

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

    @api.depends("truck_count", "total_pieces", "truck_category_id")
    def _compute_load_warning(self):
        for order in self:
            order.load_warning = False
            if order.total_pieces and order.truck_category_id and not order.truck_count:
                order.load_warning = self.env._(
                    "A single pallet is too heavy for this kind of truck: choose a larger one."
                )

    # === BUSINESS METHODS === #

    def _get_load_items(self):
        """The order's lines that go on trucks, for :mod:`..tools.loading`, in line order.

        :rtype: list[loading.Item]
        """
        self.ensure_one()
        items = (line._get_load_item(line.pieces) for line in self.order_line if line.pieces > 0)
        return [item for item in items if item is not None]

    def _get_planned_loads(self):
        """Truckloads of the order on the kinds of truck that it may use.

        :return: list of ``loading.Load``, empty when there is no kind of truck to plan on
        :raise loading.LoadingError: when a single pallet is too heavy for the truck
        """
        self.ensure_one()
        trucks = self._get_loading_trucks()
        return loading.plan_loads(self._get_load_items(), trucks) if trucks else []

    def _get_load_by_product(self):
        """Quantities of the order per product and pallet size, for its documents.

        :return: dicts ``product``, ``pieces_per_pallet``, ``pieces``, ``full_pallets``,
            ``loose_pieces``, ``weight`` (kg), in line order
        :rtype: list[dict]
        """
        self.ensure_one()
        return group_load(self.order_line)

    def _get_load_plan_for_document(self):
        """The planned trucks in the client's words, for the order's documents.

        :return: one text per truck, e.g. "Brick B8: 20 pal. · Brick B12: 4 pal. + 12 pcs"; empty
            when no kind of truck is chosen or when the load does not fit it
        :rtype: list[str]
        """
        self.ensure_one()
        try:
            loads = self._get_planned_loads()
        except loading.LoadingError:
            return []
        return [self._format_planned_load(load) for load in loads]

    def _format_planned_load(self, load):
        """One planned truck in words, each product once.

        :param loading.Load load: a truckload
        :rtype: str
        """
        by_product = {}
        for part in load.parts:
            pallets, loose = by_product.get(part.item.key.product_id, (0, 0))
            by_product[part.item.key.product_id] = (
                pallets + part.full_pallets,
                loose + part.loose_pieces,
            )
        format_load = self.env["sale.order.line"]._format_load
        return " · ".join(
            self.env._("%(product)s: %(load)s", product=product.name, load=format_load(*load))
            for product, load in by_product.items()
        )
