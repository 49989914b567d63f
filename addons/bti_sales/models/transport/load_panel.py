from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import loading, quantity_entry

# Proposals to fill the last truck that the panel shows: a rep does not read more.
SHOWN_FITS = 6


class SaleOrder(models.Model):
    """The trucks of the order as the rep sees them, and what still fits on the last one."""

    _inherit = "sale.order"

    load_panel = fields.Json(
        compute="_compute_load_panel",
        help="Trucks with their load, and what still fits on the last one, per line.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "order_line.pieces",
        "order_line.full_pallets",
        "order_line.load_weight",
        "truck_category_id.weight_capacity",
        "truck_category_id.pallet_places",
        "partner_shipping_id",
        "transport_price",
    )
    def _compute_load_panel(self):
        for order in self:
            try:
                loads = order._get_planned_loads()
            except loading.LoadingError:
                loads = []
            order.load_panel = order._prepare_load_panel(loads) if loads else False

    # === ACTION METHODS === #

    def action_fill_truck(self, line_id=None):
        """Add to one line what still fits on the last truck.

        :param int line_id: the line, by default the one with the most pallets
        :raise UserError: when nothing more fits
        """
        self.ensure_one()
        try:
            loads = self._get_planned_loads()
        except loading.LoadingError:
            loads = []
        fits = self._get_what_fits(loads)
        if line_id:
            fits = [fit for fit in fits if fit["line"] == line_id]
        if not fits:
            raise UserError(self.env._("Nothing more fits on the last truck."))
        fit = fits[0]
        self.order_line.browse(fit["line"]).write(
            {"entry_quantity": fit["entry_quantity"], "entry_unit": fit["entry_unit"]}
        )
        return True

    # === BUSINESS METHODS === #

    def _prepare_load_panel(self, loads):
        """What the load panel shows; equal trucks that follow each other are shown once.

        :param list loads: planned ``loading.Load``
        :rtype: dict
        """
        self.ensure_one()
        trucks, last = [], None
        for load in loads:
            if load is last:  # trucks that carry the same share their load
                trucks[-1]["count"] += 1
            else:
                trucks.append({**self._prepare_panel_truck(load), "count": 1})
            last = load
        return {
            "trucks": trucks,
            "fits": self._add_transport_to_fits(self._get_what_fits(loads)),
            "transport": self._prepare_panel_transport(),
        }

    def _prepare_panel_transport(self):
        """Transport of the present load, ``None`` when there is nothing to say.

        :rtype: dict | None
        """
        self.ensure_one()
        if self.delivery_mode != "delivered":
            return None
        return {
            "price": self.transport_price if self.transport_success else None,
            "per_pallet": self.transport_price_per_pallet,
            "message": self.transport_message,
        }

    def _add_transport_to_fits(self, fits):
        """Add to the first proposals what the transport per pallet becomes.

        :param list[dict] fits: see :meth:`_get_what_fits`
        :return: the same, with ``transport_per_pallet``
        """
        self.ensure_one()
        if self.delivery_mode != "delivered" or not self.transport_success:
            return fits
        for fit in fits[:SHOWN_FITS]:
            pallets = self.total_pallets + fit["pallets"]
            quote = pallets and self._get_transport_price(
                weight=self.total_load_weight + fit["weight"],
                trucks=self.truck_count,
                pallets=pallets,
                pieces=self.total_pieces + fit["added"],
            )
            if quote and quote["success"]:
                fit["transport_per_pallet"] = quote["price"] / pallets
        return fits

    def _prepare_panel_truck(self, load):
        """One truck of the panel.

        :param loading.Load load: its load
        :rtype: dict
        """
        truck, parts = load.truck, {}
        for part in load.parts:
            name = _get_short_name(part.item.key.product_id)
            pallets, loose = parts.get(name, (0, 0))
            parts[name] = (pallets + part.full_pallets, loose + part.loose_pieces)
        return {
            "kind": truck.key.name,
            "weight": round(load.weight_g / 1000),
            "places": load.places,
            "truck_places": truck.pallet_places,
            "weight_percent": _percent(load.weight_g, truck.payload_g),
            "places_percent": _percent(load.places, truck.pallet_places),
            "parts": [
                {"product": name, "pallets": pallets, "loose": loose}
                for name, (pallets, loose) in parts.items()
            ],
        }

    def _get_what_fits(self, loads):
        """What more of each line fits on the last truck, the line with the most pallets first.

        :param list loads: planned ``loading.Load``
        :return: dicts ``line`` (its id, or its virtual id while it is not saved), ``product``,
            ``pallets`` or ``pieces`` to add, ``added`` (pieces in all), ``weight`` (kg), ``load``
            (full pallets of the line), ``entry_quantity`` and ``entry_unit`` that it then has
        :rtype: list[dict]
        """
        self.ensure_one()
        if not loads or not loads[-1].truck.is_known:
            return []
        fits = []
        for item in self._get_load_items():
            pallets, pieces = loading.what_fits(loads[-1], loads[-1].truck, item)
            if not pieces:
                continue
            line = item.key
            full_pallets, loose = item.split
            in_pallets = pallets and not loose
            fits.append(
                {
                    "line": line._origin.id or getattr(line.id, "ref", None),
                    "product": _get_short_name(line.product_id),
                    "pallets": pallets,
                    "pieces": 0 if pallets else pieces,
                    "added": pieces,
                    "weight": loading.load_weight_g(
                        pieces, pallets, item.piece_weight_g, item.pallet_tare_g
                    )
                    / 1000,
                    "load": full_pallets,
                    "entry_quantity": full_pallets + pallets
                    if in_pallets
                    else item.pieces + pieces,
                    "entry_unit": quantity_entry.PALLET if in_pallets else quantity_entry.PIECE,
                }
            )
        return sorted(fits, key=lambda fit: -fit["load"])


def _get_short_name(product):
    """The word by which people call a product: its reference, else its name."""
    return product.default_code or product.name


def _percent(part, whole):
    """Whole percents, rounded down; ``None`` when the whole is not known."""
    return part * 100 // whole if whole else None
