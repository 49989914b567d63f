from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bti_messaging.tools.readers import in_language_of


class SaleOrder(models.Model):
    """The transport on the order: put there, brought up to date, invoiced with the loads."""

    _inherit = "sale.order"

    transport_quoted_price = fields.Monetary(
        help="Price by the table or by agreement when the transport was put on the order. Who"
        " changes the price of the line by hand is not told that it is out of date."
    )
    transport_hint = fields.Char(compute="_compute_transport_hint")

    # === COMPUTE METHODS === #

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

    # === ONCHANGE METHODS === #

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

    # === BUSINESS METHODS === #

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
            order = in_language_of(self, self.partner_id)
            place = order._format_destination()
            # the distance is what the brickworks counts with, not the client
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

    def _get_delivered_shares(self):
        """Part of the order that its delivered loads are, counted in trucks and in pallets.

        Both are 1 when all goods are delivered, or invoiced when they are ordered.

        :return: two floats from 0 to 1
        :rtype: tuple
        """
        self.ensure_one()
        goods = self.order_line.filtered(
            lambda line: not line.display_type and line.product_id.type == "consu"
        )
        if all(line._delivers_all() for line in goods):
            return 1.0, 1.0
        # sudo: whoever invoices may not read the deliveries
        loads = self.sudo().picking_ids.filtered(
            lambda picking: picking.state != "cancel" and picking._is_delivery()
        )
        done = loads.filtered(lambda picking: picking.state == "done")
        done_trucks = sum(picking._count_trucks() for picking in done)
        open_trucks = sum(picking._count_trucks() for picking in loads - done)
        trucks = max(self.truck_count, done_trucks + open_trucks)
        done_pallets = sum(done.mapped("total_pallets"))
        pallets = max(self.total_pallets, done_pallets)
        by_trucks = done_trucks / trucks if trucks else 0.0
        return by_trucks, done_pallets / pallets if pallets else by_trucks
