from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...tools import transport
from .res_partner import DELIVERY_MODES


class SaleOrder(models.Model):
    """Ex-works or delivered, and what the transport costs."""

    _inherit = "sale.order"

    delivery_mode = fields.Selection(
        DELIVERY_MODES,
        "Delivery",
        compute="_compute_delivery_mode",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Ex-works: the client fetches the goods with his own truck. Delivered: the transport"
        " is charged on the order.",
    )
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
    transport_quoted_price = fields.Monetary(
        help="Price by the table or by agreement when the transport was put on the order. Who"
        " changes the price of the line by hand is not told that it is out of date."
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
    transport_hint = fields.Char(compute="_compute_transport_hint")

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "company_id")
    def _compute_delivery_mode(self):
        for order in self:
            partner = order.partner_id
            order.delivery_mode = (
                partner.delivery_mode
                or partner.commercial_partner_id.delivery_mode
                or order.company_id.delivery_mode
                or "ex_works"
            )

    @api.depends("order_line.load_weight")
    def _compute_shipping_weight(self):
        return super()._compute_shipping_weight()

    def _get_estimated_weight(self):
        """Weight of the load with its pallets, kg; goods not sold by the piece as Odoo does."""
        self.ensure_one()
        weight = 0.0
        for line in self.order_line:
            if line.delivery_form:
                weight += max(line.load_weight, 0.0)
            elif (
                not line.display_type
                and not line.is_delivery
                and line.product_id.type == "consu"
                and line.product_uom_qty > 0
            ):
                weight += line.product_qty * line.product_id.weight
        return weight

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

    @api.depends(
        "state",
        "delivery_mode",
        "transport_price",
        "transport_success",
        "transport_quoted_price",
        "order_line.is_delivery",
    )
    @api.depends_context("lang")
    def _compute_transport_hint(self):
        for order in self:
            charged = any(line.is_delivery for line in order.order_line)
            hint = False
            if order.state == "cancel":
                pass
            elif order.delivery_mode == "ex_works":
                if charged and order.transport_quoted_price:
                    hint = self.env._("The order is ex-works but charges transport.")
            elif not charged and order.state == "sale":
                hint = self.env._("Delivered, but the order charges no transport.")
            elif charged and order._is_transport_outdated():
                hint = self.env._(
                    "The load or the destination has changed: %(new)s instead of %(old)s.",
                    new=order.currency_id.format(order.transport_price),
                    old=order.currency_id.format(order.transport_quoted_price),
                )
            order.transport_hint = hint

    def _is_transport_outdated(self):
        """Whether the transport would now be quoted at another price than on the order."""
        self.ensure_one()
        return bool(
            self.transport_success
            and self.currency_id
            and self.currency_id.compare_amounts(self.transport_price, self.transport_quoted_price)
        )

    def _get_transport_reason(self):
        """Why the transport of this order is not charged as it should be, for the rules of sale.

        :return: text, empty when there is nothing to say
        """
        self.ensure_one()
        if self.delivery_mode != "delivered" or not (self.shipping_weight or self.total_pieces):
            return ""
        if any(line.is_delivery for line in self.order_line):
            return self.transport_hint or ""
        if not self.transport_success:
            return self.env._("Delivered, but the order charges no transport.")
        return self.env._(
            "Delivered, but the order charges no transport: it costs %(price)s.",
            price=self.currency_id.format(self.transport_price),
        )

    # === ONCHANGE METHODS === #

    @api.onchange("destination_state_id")
    def _onchange_destination_state_id(self):
        """A commune of the former wilaya would keep its price."""
        city = self.destination_city_id
        if city and self.destination_state_id and city.state_id != self.destination_state_id:
            self.destination_city_id = False

    @api.onchange(
        "delivery_mode",
        "destination_state_id",
        "destination_city_id",
        "truck_category_id",
        "transport_carrier_id",
        "transport_agreed_price",
    )
    def _onchange_transport(self):
        if any(line.is_delivery for line in self.order_line):
            self.recompute_delivery_price = True

    # === ACTIONS === #

    def action_set_transport(self):
        """Put the transport on the order, or bring what is there up to date."""
        for order in self:
            if order.delivery_mode == "ex_works":
                order._remove_delivery_line()
                order.write({"transport_quoted_price": 0.0, "recompute_delivery_price": False})
                continue
            quote = order._get_transport_price()
            if not quote["success"]:
                raise UserError(
                    quote["message"] or self.env._("There is nothing to transport on this order.")
                )
            order.set_delivery_line(quote["carrier"], quote["price"])
            order.write({"recompute_delivery_price": False, "delivery_message": False})
        return True

    def set_delivery_line(self, carrier, amount):
        """Keep price and mode in step, also when the line comes from Odoo's own wizard.

        The line weighs nothing: a weight that was typed stays.
        """
        weights = {order: order.shipping_weight for order in self}
        result = super().set_delivery_line(carrier, amount)
        self.write(
            {
                "transport_quoted_price": amount,
                "delivery_mode": "ex_works" if carrier.ex_works else "delivered",
            }
        )
        for order, weight in weights.items():
            if order.shipping_weight != weight:
                order.shipping_weight = weight
        return result

    def _prepare_delivery_line_vals(self, carrier, price_unit):
        """Say where to and with how many trucks; stay out of the options at the end."""
        values = super()._prepare_delivery_line_vals(carrier, price_unit)
        if not carrier.ex_works:
            order = self.with_context(lang=self.partner_id.lang or self.env.lang)
            place = order._format_destination()
            # the distance is the brickworks' own reckoning
            figures = {"trucks": order.truck_count, "distance": 0}
            details = order._format_transport(place, figures)
            if details:
                values["name"] = f"{values['name']}\n{details}"
            values.update(self._split_transport_price(carrier, price_unit))
        values["sequence"] = self._make_room_before_options()
        # a price of its own: the product's must not come back with a new quantity
        values["technical_price_unit"] = 0.0
        return values

    def _split_transport_price(self, carrier, price):
        """Quantity and price of the line: by the truck, so that each load is invoiced for itself.

        In one piece when the price is no whole number of centimes a truck, or when Odoo takes the
        price from the transfers.

        :param float price: transport of the whole order
        :return: values of the line
        :rtype: dict
        """
        self.ensure_one()
        trucks = self.truck_count
        if trucks < 2 or carrier.invoice_policy == "real":
            return {}
        per_truck = self.currency_id.round(price / trucks)
        if self.currency_id.compare_amounts(per_truck * trucks, price):
            return {}
        return {"product_uom_qty": trucks, "price_unit": per_truck}

    def _make_room_before_options(self):
        """Sequence for a line that must not fall under an optional section.

        :return: sequence after the lines that count, before the first optional section
        :rtype: int
        """
        self.ensure_one()
        lines = self.order_line.sorted("sequence")
        optional = next((line for line in lines if line.is_optional), None)
        if not optional:
            return (lines[-1].sequence if lines else 0) + 1
        position = list(lines).index(optional)
        sequence = (lines[position - 1].sequence if position else 0) + 1
        for number, line in enumerate(lines[position:], sequence + 1):
            line.sequence = number
        return sequence

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
        for offer in Carrier._get_transport_offers(self.company_id.id):
            if getattr(offer, kind):
                return Carrier.browse(offer.carrier_id)
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
                date = self.date_order or fields.Date.today()
                total = self.currency_id._convert(total, currency, self.company_id, date)
            figures["price"] = total
        if used & {"volume", "wv"}:
            figures["volume"] = sum(
                line.product_id.volume * (line.pieces if line.delivery_form else line.product_qty)
                for line in self.order_line
                if line.product_id.type == "consu" and not line.is_delivery
            )
            figures["wv"] = figures["weight"] * figures["volume"]

    def _get_transport_destination(self):
        """Where the goods go: the destination of the order, else its delivery address.

        :rtype: transport.Destination
        """
        self.ensure_one()
        address = self.partner_shipping_id
        state, city = self.destination_state_id, self.destination_city_id
        company_id = self.company_id.id
        place = address._get_transport_destination()
        if not state and not city:
            return place
        country_id, zipcode, city_id = 0, "", city._origin.id or 0
        state_id = state._origin.id or 0
        if city_id:
            country_id, city_state_id, zipcode, _km = city._get_transport_city(company_id, city_id)
            if state_id and city_state_id and city_state_id != state_id:
                city_id, zipcode = 0, ""  # left over from another wilaya
            else:
                state_id = state_id or city_state_id
        if state_id:
            country_id, _km = state._get_transport_state(company_id, state_id)
        if self._is_at_delivery_address():
            zipcode = place.zipcode or zipcode
        return transport.Destination(country_id or place.country_id, state_id, city_id, zipcode)

    def _is_at_delivery_address(self):
        """Whether the destination is the delivery address and not another place to compare."""
        address = self.partner_shipping_id
        state, city = self.destination_state_id, self.destination_city_id
        return (not state or state._origin == address.state_id._origin) and (
            not city or city._origin == address.city_id._origin
        )

    def _get_transport_distance(self):
        """Distance to the destination, km; 0 when not known."""
        self.ensure_one()
        company = self.company_id
        if self._is_at_delivery_address():
            distance = self.partner_shipping_id.with_company(company).distance_km
            if distance:
                return distance
        destination = self._get_transport_destination()
        if destination.city_id:
            place = self.env["res.city"]._get_transport_city(company.id, destination.city_id)
            if place[-1]:
                return place[-1]
        if destination.state_id:
            State = self.env["res.country.state"]
            return State._get_transport_state(company.id, destination.state_id)[-1]
        return 0.0

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
            parts.append(
                self.env._("1 truck")
                if trucks == 1
                else self.env._("%(count)s trucks", count=trucks)
            )
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
            return self.env._(
                "The distance to %s is not known: enter it under Configuration > Transport, or"
                " enter a price by hand.",
                place,
            )
        return self.env._(
            "Choose a kind of truck that can take the load: the transport is priced by the truck."
        )
