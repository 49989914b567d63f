from odoo import api, fields, models, tools
from odoo.tools.misc import formatLang

from ...tools import loading


class FleetVehicleModelCategory(models.Model):
    """A category of vehicle is a kind of truck: payload and places for pallets."""

    _name = "fleet.vehicle.model.category"
    _inherit = ["fleet.vehicle.model.category", "bti.cached.mixin", "bti.paper.name.mixin"]
    _cached_in = "stable"

    pallet_places = fields.Integer(
        help="Pallets that fit on the bed. 0: not known, the load is checked by weight only."
    )
    used_for_delivery = fields.Boolean(
        default=True,
        help="Orders that name no kind of truck are planned on the kinds that are ticked: as few"
        " trucks as possible, each as small as its load allows.",
    )

    _pallet_places_positive = models.Constraint(
        "CHECK(pallet_places >= 0)", "The number of pallet places cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "weight_capacity")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """The name and the payload as its reader writes numbers: Odoo writes "(25000.0 kg)"."""
        for category in self:
            name = category.name
            if name and category.weight_capacity:
                payload = formatLang(self.env, category.weight_capacity, digits=0)
                name = f"{name} ({payload}\N{NO-BREAK SPACE}{category.weight_capacity_uom_name})"
            category.display_name = name

    # === BUSINESS METHODS === #

    def _get_loading_truck(self):
        """What this kind of truck can take, for :mod:`..tools.loading`; this record is its key.

        :rtype: loading.Truck
        """
        self.ensure_one()
        return loading.Truck(
            payload_g=round(self.weight_capacity * 1000),
            pallet_places=self.pallet_places,
            key=self,
        )

    @api.model
    @tools.ormcache(cache="stable")
    def _get_delivery_category_ids(self):
        """Ids of the kinds of truck on which orders are planned that name none.

        Cached, because the trucks of an order are counted while it is typed.

        :rtype: tuple[int]
        """
        # sudo: the kinds of truck are the same for everybody
        known = ["|", ("weight_capacity", ">", 0), ("pallet_places", ">", 0)]
        return tuple(self.sudo().search([("used_for_delivery", "=", True), *known])._ids)

    @api.model
    def _get_trucks_for_site(self, named, site):
        """The kinds of truck on which goods for a site are planned, for :mod:`..tools.loading`.

        The one that is named; else those used for deliveries that are not larger than the site's
        largest truck. Kinds of which neither payload nor places are known are never planned on.

        :param named: ``fleet.vehicle.model.category`` that an order or a person chose, may be empty
        :param site: ``res.partner`` where the goods go
        :rtype: list[loading.Truck]
        """
        kinds = named
        if not kinds:
            kinds = self.browse(self._get_delivery_category_ids())
            # of the site this field alone: the whole client would be read at each line typed
            largest = kinds and site.with_context(prefetch_fields=False).largest_truck_category_id
            if largest:
                kinds = kinds.filtered(lambda kind: not kind._is_larger_than(largest)) or largest
        trucks = [kind._get_loading_truck() for kind in kinds]
        return [truck for truck in trucks if truck.is_known]

    def _is_larger_than(self, other):
        """Tell whether this kind takes more than another: payload first, then places.

        :param other: ``fleet.vehicle.model.category``, empty for no limit
        :rtype: bool
        """
        if not self or not other or self == other:
            return False
        return self._get_loading_truck().limits > other._get_loading_truck().limits
