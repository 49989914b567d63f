from collections import Counter

from odoo import api, fields, models

from ...tools import loading


class SaleOrder(models.Model):
    """Which trucks an order may be planned on."""

    _inherit = "sale.order"

    largest_truck_category_id = fields.Many2one(
        related="partner_shipping_id.largest_truck_category_id", string="Largest truck of the site"
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_shipping_id")
    def _compute_truck_category_id(self):
        """Override: a new delivery address never gets a truck that is too large for it."""
        res = super()._compute_truck_category_id()
        for order in self:
            largest = order.partner_shipping_id.largest_truck_category_id
            if largest and order.truck_category_id._is_larger_than(largest):
                order.truck_category_id = largest
        return res

    @api.depends("partner_shipping_id", "truck_category_id.weight_capacity")
    @api.depends_context("lang")
    def _compute_load_warning(self):
        """Override: say what is wrong with the kind of truck itself."""
        res = super()._compute_load_warning()
        for order in self.filtered("total_pieces"):
            order.load_warning = order._get_truck_warning() or order.load_warning
        return res

    # === BUSINESS METHODS === #

    def _get_loading_trucks(self):
        """The kinds of truck that this order is planned on, for :mod:`..tools.loading`.

        :rtype: list[loading.Truck]
        """
        self.ensure_one()
        return self.truck_category_id._get_trucks_for_site(
            self.truck_category_id, self.partner_shipping_id
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
        return " · ".join(f"{count} × {kind.name}" for kind, count in kinds.items())

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
        return False
