from collections import Counter
from fractions import Fraction

from odoo import api, fields, models

from ...tools import loading


class SaleOrder(models.Model):
    """Which trucks an order may be planned on, and how many it takes."""

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
    largest_truck_category_id = fields.Many2one(
        related="partner_shipping_id.largest_truck_category_id", string="Largest truck of the site"
    )
    truck_count = fields.Integer(
        "Trucks",
        compute="_compute_truck_count",
        store=True,
        help="Trucks of the chosen kind that the order needs, by weight and by pallet places.",
    )
    load_warning = fields.Char(compute="_compute_load_warning")

    # === COMPUTE METHODS === #

    @api.depends("company_id", "partner_shipping_id")
    def _compute_truck_category_id(self):
        """The company's usual truck; a delivery address never gets one that is too large for it."""
        for order in self:
            if not order.truck_category_id:
                order.truck_category_id = order.company_id.truck_category_id
            largest = order.partner_shipping_id.largest_truck_category_id
            if largest and order.truck_category_id._is_larger_than(largest):
                order.truck_category_id = largest

    @api.depends(
        "order_line.pieces",
        "order_line.full_pallets",
        "order_line.load_weight",
        "truck_category_id.weight_capacity",
        "truck_category_id.pallet_places",
        "partner_shipping_id",
    )
    def _compute_truck_count(self):
        for order in self:
            try:
                order.truck_count = len(order._get_planned_loads())
            except loading.LoadingError:
                order.truck_count = 0

    @api.depends(
        "truck_count", "total_pieces", "truck_category_id.weight_capacity", "partner_shipping_id"
    )
    @api.depends_context("lang")
    def _compute_load_warning(self):
        for order in self:
            order.load_warning = order._get_truck_warning() if order.total_pieces else False

    # === BUSINESS METHODS === #

    def _get_loading_trucks(self):
        """The kinds of truck that this order is planned on, for :mod:`..tools.loading`.

        :rtype: list[loading.Truck]
        """
        self.ensure_one()
        return self.truck_category_id._get_trucks_for_site(
            self.truck_category_id, self.partner_shipping_id
        )

    def _get_planned_loads(self):
        """Truckloads of the order on the kinds of truck that it may use.

        :return: list of ``loading.Load``, empty when there is no kind of truck to plan on
        :raise loading.LoadingError: when a single pallet is too heavy for the truck
        """
        self.ensure_one()
        trucks = self._get_loading_trucks()
        return loading.plan_loads(self._get_load_items(), trucks) if trucks else []

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
        format_load = self.env["bti.load.mixin"]._format_load
        return " · ".join(
            self.env._("%(product)s: %(load)s", product=product.name, load=format_load(*load))
            for product, load in by_product.items()
        )

    def _get_truck_summary(self):
        """The trucks of the order in words, for its documents.

        :return: e.g. "2 × Semi-trailer · 1 × Truck 10 t", empty when nothing can be planned
        :rtype: str
        """
        self.ensure_one()
        try:
            kinds = Counter(load.truck.key for load in self._get_planned_loads())
        except loading.LoadingError:
            return ""
        return " · ".join(f"{count} × {kind._get_paper_name()}" for kind, count in kinds.items())

    def _get_truck_warning(self):
        """Say why the kind of truck cannot be planned with, or does not suit the site.

        :return: text, or False
        """
        self.ensure_one()
        truck = self.truck_category_id
        if not truck:
            return False
        if not truck._get_loading_truck().is_known:
            return self.env._(
                "Neither payload nor pallet places of “%(truck)s” are known, so its trucks cannot"
                " be counted. Enter them in the kinds of trucks, or choose another kind.",
                truck=truck.name,
            )
        largest = self.partner_shipping_id.largest_truck_category_id
        if truck._is_larger_than(largest):
            return self.env._(
                "The site takes “%(largest)s” at most: “%(truck)s” is larger.",
                largest=largest.name,
                truck=truck.name,
            )
        if not self.truck_count:
            return self.env._(
                "A single pallet is too heavy for this kind of truck: choose a larger one."
            )
        return False

    def _get_truck_uses(self):
        """How much of a truck each line would fill alone, for sharing the trucks out.

        The binding limit counts: payload or pallet places. Without either, the pieces do.

        :return: one number per line, in line order
        :rtype: list[Fraction]
        """
        self.ensure_one()
        # of several kinds of truck the largest one is the measure
        trucks = self._get_loading_trucks()
        truck = max(trucks, key=lambda kind: (kind.payload_g, kind.pallet_places), default=None)
        uses = []
        for line in self.order_line:
            use = Fraction(0)
            if truck and line.pieces > 0:
                places = line.full_pallets + loading.loose_places(
                    line.loose_pieces, line.pieces_per_pallet
                )
                if truck.payload_g:
                    use = Fraction(round(line.load_weight * 1000), truck.payload_g)
                if truck.pallet_places:
                    use = max(use, Fraction(places, truck.pallet_places))
            uses.append(use)
        if not any(uses):
            return [Fraction(max(line.pieces, 0)) for line in self.order_line]
        return uses
