from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.bti_messaging.tools.plural import listed

from ...tools import transport


class SaleOrder(models.Model):
    """Where the goods go: address, wilaya, price and papers say one place.

    While an offer is made the destination may be another place than the delivery address, to see
    what that would cost. The papers then name this place, and the order is confirmed when both
    are one again.
    """

    _inherit = "sale.order"

    destination_state_id = fields.Many2one(
        "res.country.state",
        "Destination wilaya",
        compute="_compute_destination",
        store=True,
        readonly=False,
        precompute=True,
        help="Wilaya for which prices and transport are worked out. It comes from the delivery"
        " address; another one may be chosen while the client has not given his address yet.",
    )
    destination_city_id = fields.Many2one(
        "res.city",
        "Destination commune",
        compute="_compute_destination",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('state_id', '=?', destination_state_id)]",
    )
    destination_conflict = fields.Char(
        compute="_compute_destination_conflict",
        help="Set when the destination is another place than the delivery address.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_shipping_id")
    def _compute_destination(self):
        for order in self:
            address = order.partner_shipping_id
            order.destination_state_id = address.state_id
            order.destination_city_id = address.city_id

    @api.depends("state", "partner_shipping_id", "destination_state_id", "destination_city_id")
    @api.depends_context("lang")
    def _compute_destination_conflict(self):
        for order in self:
            order.destination_conflict = (
                order.state != "cancel"
                and order._has_destination_conflict()
                and order._get_conflict_text()
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("destination_state_id", "destination_city_id", "partner_shipping_id")
    def _check_destination(self):
        for order in self:
            if order.state == "sale" and order._has_destination_conflict():
                raise ValidationError(
                    self.env._(
                        "%(order)s is confirmed for another place: change its delivery address, the"
                        " destination follows.",
                        order=order.name,
                    )
                )

    # === ONCHANGE METHODS === #

    @api.onchange("destination_state_id")
    def _onchange_destination_state_id(self):
        """A commune of the former wilaya would keep its price."""
        city = self.destination_city_id
        if city and self.destination_state_id and city.state_id != self.destination_state_id:
            self.destination_city_id = False

    # === CRUD METHODS === #

    def write(self, vals):
        """What has not left yet goes to the new delivery address."""
        result = super().write(vals)
        if vals.get("partner_shipping_id"):
            self._redirect_deliveries()
        return result

    # === ACTION METHODS === #

    def action_deliver_to_destination(self):
        """Deliver where the price is for: to the client's site there, made when he has none."""
        for order in self:
            order.partner_shipping_id = order._get_destination_site()
        return True

    def action_destination_from_address(self):
        """Take the destination of the delivery address again."""
        for order in self:
            order._compute_destination()
            if order.order_line and order._is_priced_by_destination():
                order.show_update_pricelist = True
            order.recompute_delivery_price = order.delivery_set
        return True

    def action_confirm(self):
        """Override: no order is confirmed that says two places.

        The papers that the client signs name the destination, so the goods go there. An address
        without wilaya gets its site.
        """
        for order in self.filtered(lambda order: order.state in ("draft", "sent")):
            conflict = order._has_destination_conflict()
            if conflict and not self.env.context.get("rules_from_client"):
                raise UserError(
                    self.env._(
                        "%(order)s says two places. %(conflict)s Choose one of them beside the"
                        " destination.",
                        order=order.name,
                        conflict=order._get_conflict_text(),
                    )
                )
            if conflict or order._lacks_site():
                order.action_deliver_to_destination()
        return super().action_confirm()

    # === BUSINESS METHODS === #

    def _is_priced_by_destination(self):
        """Hook: whether prices of goods depend on the wilaya.

        :rtype: bool
        """
        return False

    def _is_taken_to_site(self):
        """Hook: whether the goods are taken to the client, who else fetches them.

        :rtype: bool
        """
        return False

    def _has_destination_conflict(self):
        """Whether the destination is another place than the delivery address names."""
        self.ensure_one()
        address = self.partner_shipping_id
        known = address.state_id or address.city_id
        return bool(known) and not self._is_at_delivery_address()

    def _lacks_site(self):
        """Whether the goods are to be taken to a place that the delivery address does not name."""
        self.ensure_one()
        return (
            self._is_taken_to_site()
            and bool(self.destination_state_id)
            and not self._is_at_delivery_address()
        )

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

    def _get_conflict_text(self):
        """Both places in words.

        :rtype: str
        """
        self.ensure_one()
        address = self.partner_shipping_id
        return self.env._(
            "The price is for %(destination)s, the delivery address is in %(address)s.",
            destination=self._format_destination(),
            address=address.city_id.name or address.state_id.name,
        )

    def _format_destination(self):
        """Name of the place that the price is for: its commune, else its wilaya.

        :rtype: str
        """
        self.ensure_one()
        destination = self._get_transport_destination()
        return (
            self.env["res.city"].browse(destination.city_id).name
            or self.env["res.country.state"].browse(destination.state_id).name
            or ""
        )

    def _get_destination_text(self):
        """The place that the price is for, commune and wilaya, for the papers of an offer.

        :rtype: str
        """
        self.ensure_one()
        place = self._get_transport_destination()
        city = self.env["res.city"].browse(place.city_id).name
        state = self.env["res.country.state"].browse(place.state_id).name
        return listed(self.env, [city, state])

    def _get_destination_site(self):
        """The client's address at the destination, created when it is new.

        :rtype: res.partner
        """
        self.ensure_one()
        place = self._get_transport_destination()
        state = self.env["res.country.state"].browse(place.state_id)
        city = self.env["res.city"].browse(place.city_id)
        address = self.partner_shipping_id
        # the street of an address without wilaya is all that is known of the site
        street = "" if self._has_destination_conflict() else address.street or ""
        client = self.partner_id
        return client._find_site(self.company_id, state, city, street or None) or client.create(
            client._prepare_site_vals(self.company_id, state, city, street)
        )

    def _redirect_deliveries(self):
        """Send the loads that are still in the yard to the delivery address."""
        for order in self.filtered(lambda order: order.state == "sale"):
            # sudo: who may change the order's address need not write deliveries
            pickings = order.sudo().picking_ids.filtered(
                lambda picking, order=order: (
                    picking.state not in ("done", "cancel")
                    and picking.partner_id != order.partner_shipping_id
                    and picking._is_delivery()
                    and not picking._is_closed_load()
                )
            )
            pickings.partner_id = order.partner_shipping_id


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _is_closed_load(self):
        """Hook: whether what is on this load stays as it is.

        :rtype: bool
        """
        return False
