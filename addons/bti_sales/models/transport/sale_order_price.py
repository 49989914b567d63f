from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...tools import counts, transport


class SaleOrder(models.Model):
    """What the transport of an order costs, shown while it is typed."""

    _inherit = "sale.order"

    transport_carrier_id = fields.Many2one(
        "delivery.carrier",
        "Transport by",
        domain="[('ex_works', '=', False), ('by_agreement', '=', False)]",
        check_company=True,
        help="Empty: the transport zone follows from the destination.",
    )
    transport_agreed_price = fields.Monetary(
        "Agreed price",
        copy=False,
        help="Price of the transport agreed with the client, untaxed. It takes the place of the"
        " price table.",
    )
    transport_price = fields.Monetary(
        "Transport",
        compute="_compute_transport",
        help="What the transport of this load to the destination costs, untaxed.",
    )
    transport_price_per_pallet = fields.Monetary("Per pallet", compute="_compute_transport")
    transport_message = fields.Char(compute="_compute_transport")
    transport_success = fields.Boolean(compute="_compute_transport")
    transport_distance = fields.Float(
        "Distance (km)",
        compute="_compute_transport",
        digits=(16, 0),
        help="From the company's yard to the site: distance of the delivery address, else of its"
        " commune, else of its wilaya.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "company_id",
        "currency_id",
        "delivery_mode",
        "transport_carrier_id",
        "transport_agreed_price",
        "partner_shipping_id",
        "destination_state_id",
        "destination_city_id",
        "shipping_weight",
        "total_pieces",
        "total_pallets",
        "truck_count",
        "amount_total",
    )
    @api.depends_context("lang")
    def _compute_transport(self):
        for order in self:
            quote = order._get_transport_price()
            price = quote["price"]
            order.transport_price = price
            order.transport_price_per_pallet = (
                price / order.total_pallets if order.total_pallets > 0 else 0.0
            )
            order.transport_message = quote["message"]
            order.transport_success = quote["success"]
            delivered = order.delivery_mode == "delivered"
            order.transport_distance = order._get_transport_distance() if delivered else 0.0

    # === BUSINESS METHODS === #

    def _get_transport_price(self, weight=None, trucks=None, pallets=None, pieces=None):
        """What the transport to the destination costs, for the order's load or a supposed one.

        It reads no record that the order form has not read anyhow, unless a delivery method asks
        for more than zone and rules (fixed price by price list, tags, other currency).

        :param float weight: load with its pallets, kg
        :param int trucks: trucks of the order's kind
        :param int pallets: full pallets
        :param int pieces: pieces, all products together
        :return: ``{"carrier": delivery.carrier, "price": float, "success": bool, "message": str}``,
            price untaxed in the order's currency; the message says what the price is made of or
            why there is none
        :rtype: dict
        """
        self.ensure_one()
        Carrier = self.env["delivery.carrier"]
        if self.delivery_mode == "ex_works":
            return {
                "carrier": self._get_special_carrier("ex_works"),
                "price": 0.0,
                "success": True,
                "message": self.env._("Ex-works: the client's own truck."),
            }
        figures = self._get_transport_figures(weight, trucks, pallets, pieces)
        if not figures["weight"] and not figures["quantity"] and not figures["trucks"]:
            return self._no_transport_price("")
        quote = Carrier._find_transport(self, figures, forced=self.transport_carrier_id)
        if self.transport_agreed_price:
            return {
                "carrier": quote["carrier"] or self._get_special_carrier("by_agreement"),
                "price": self.transport_agreed_price,
                "success": True,
                "message": self._format_transport(self.env._("Agreed price"), figures),
            }
        return quote

    def _get_special_carrier(self, kind):
        """The company's delivery method that is ex-works, or by agreement.

        :param str kind: ``ex_works`` or ``by_agreement``
        """
        Carrier = self.env["delivery.carrier"]
        for method in Carrier._get_transport_methods(self.company_id.id):
            if getattr(method, kind):
                return Carrier.browse(method.carrier_id)
        return Carrier

    def _get_transport_figures(self, weight=None, trucks=None, pallets=None, pieces=None):
        """Figures of the order's load for price rules; arguments take the place of its own.

        :return: see :func:`..tools.transport.derive_figures`, and ``quantity`` (pieces)
        :rtype: dict
        """
        self.ensure_one()
        if weight is None:
            weight = self.shipping_weight
        figures = transport.derive_figures(
            weight=weight,
            # no kind of truck, or one that cannot take a single pallet
            trucks=(self.truck_count if trucks is None else trucks) or None,
            pallets=self.total_pallets if pallets is None else pallets,
            distance=self._get_transport_distance() or None,
        )
        figures["quantity"] = self.total_pieces if pieces is None else pieces
        return figures

    def _complete_transport_figures(self, figures, used, currency):
        """Add the figures that few price tables use and that take a walk over all lines.

        :param dict figures: completed in place: ``price`` (amount without transport, with tax),
            ``volume`` (m³), ``wv`` (weight by volume)
        :param used: names of the figures that the rules ask for
        :param currency: currency in which the rules are written
        """
        self.ensure_one()
        if "price" in used:
            total = self.amount_total - sum(
                line.price_total for line in self.order_line if line.is_delivery
            )
            if currency != self.currency_id:
                date = self.date_order or self.company_id._bti_today()
                total = self.currency_id._convert(total, currency, self.company_id, date)
            figures["price"] = total
        if used & {"volume", "wv"}:
            figures["volume"] = sum(
                line.product_id.volume * (line.pieces if line.delivery_form else line.product_qty)
                for line in self.order_line
                if line.product_id.type == "consu" and not line.is_delivery
            )
            figures["wv"] = figures["weight"] * figures["volume"]

    # === TEXTS === #

    def _no_transport_price(self, message, carrier=None):
        """The answer of :meth:`_get_transport_price` when there is no price."""
        return {
            "carrier": carrier or self.env["delivery.carrier"],
            "price": 0.0,
            "success": False,
            "message": message,
        }

    def _format_transport(self, name, figures):
        """What a price stands for, e.g. "Algiers · 2 trucks · 110 km"."""
        parts = [name] if name else []
        trucks, distance = figures["trucks"], figures["distance"]
        if trucks:
            parts.append(counts.trucks(self.env, trucks))
        if distance:
            parts.append(
                self.env._("%(distance)s km", distance=formatLang(self.env, distance, digits=0))
            )
        return " · ".join(parts)

    def _get_no_zone_message(self, destination):
        """Why no delivery method goes to a place."""
        place = self.env["res.country.state"].browse(destination.state_id).name
        if not place:
            place = self.env["res.country"].browse(destination.country_id).name
        if not place:
            return self.env._("Choose the destination wilaya to see the transport price.")
        return self.env._("No transport price for %s: enter one by hand.", place)

    def _get_unknown_figure_message(self, figure):
        """What to enter so that a price can be worked out.

        :param str figure: ``distance`` or ``trucks``
        """
        if figure == "distance":
            place = self._format_destination() or self.partner_shipping_id.display_name
            # who may not enter it is sent to no menu that he lacks
            if self.env["res.city"].has_access("write"):
                return self.env._(
                    "The distance to %s is not known: enter it under Configuration > Transport, or"
                    " enter a price by hand.",
                    place,
                )
            return self.env._(
                "The distance to %s is not known: ask the sales manager for it, or enter a price"
                " by hand.",
                place,
            )
        return self.env._(
            "Choose a kind of truck that can take the load: the transport is priced by the truck."
        )
