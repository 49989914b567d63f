import re
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ...tools import transport


@dataclass(frozen=True)
class TransportMethod:
    """A delivery method as the price shown while typing needs it: no record, no query.

    :param proposed: may be chosen by itself for a destination
    :param needs_record: something that only Odoo's own methods know how to work out (fixed price
        by price list, tags, volume, post codes, prices with tax)
    """

    carrier_id: int
    name: str
    zone: transport.Zone
    rules: tuple
    currency_id: int
    max_weight: float
    margin: float
    fixed_margin: float
    ex_works: bool
    by_agreement: bool
    proposed: bool
    needs_record: bool
    figures: frozenset


class DeliveryCarrier(models.Model):
    """A delivery method is a transport zone with its price table, or the client's own truck."""

    _name = "delivery.carrier"
    _inherit = ["delivery.carrier", "bti.cached.mixin"]

    city_ids = fields.Many2many(
        "res.city",
        "delivery_carrier_city_rel",
        "carrier_id",
        "city_id",
        "Communes",
        help="Single communes beside the whole wilayas above. When several methods go to a place,"
        " the one that names its commune is used first, then its wilaya, then the country.",
    )
    ex_works = fields.Boolean(
        "Ex-works",
        help="The client fetches the goods with his own truck: no address is checked and nothing is"
        " charged.",
    )
    by_agreement = fields.Boolean(
        "Price by agreement",
        help="Used when a price is agreed by hand for a place that no other method goes to. It is"
        " never proposed by itself.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("ex_works", "by_agreement")
    def _check_kind(self):
        for carrier in self:
            if carrier.ex_works and carrier.by_agreement:
                raise ValidationError(
                    self.env._(
                        "%s is either ex-works or by agreement, not both.", carrier.display_name
                    )
                )

    # === AVAILABILITY === #

    def _match(self, partner, source):
        return super(DeliveryCarrier, self._with_destination(source))._match(partner, source)

    def _match_address(self, partner):
        """Wilaya and commune of the order, if its destination is not the delivery address."""
        self.ensure_one()
        if self.ex_works:
            return True
        destination = self.env.context.get("transport_destination")
        if destination is None:
            destination = partner._get_transport_destination()
        if self._get_transport_zone().rank(destination) is None:
            return False
        if not self.zip_prefix_ids:
            return True
        prefixes = "|".join(f"^{prefix}" for prefix in self.zip_prefix_ids.mapped("name"))
        return bool(re.match(prefixes, (destination.zipcode or "").upper()))

    def _match_weight(self, source):
        """The load weighs what goes on the truck, pallets included."""
        if source._name != "sale.order":
            return super()._match_weight(source)
        figures = self.env.context.get("transport_figures")
        weight = figures["weight"] if figures else source.shipping_weight
        return not self.max_weight or weight <= self.max_weight

    def _with_destination(self, source):
        """This method, bound for where an order or one of its deliveries goes."""
        order = source
        if source._name == "stock.picking":
            order = source.sale_id
            if order.partner_shipping_id != source.partner_id:
                return self
        if not order or order._name != "sale.order":
            return self
        return self.with_context(transport_destination=order._get_transport_destination())

    # === PRICES === #

    def rate_shipment(self, order):
        self.ensure_one()
        if self.ex_works:
            return {
                "success": True,
                "price": 0.0,
                "carrier_price": 0.0,
                "error_message": False,
                "warning_message": False,
            }
        return super(DeliveryCarrier, self._with_destination(order)).rate_shipment(order)

    def _get_price_available(self, order):
        """Price of an order's load by the rules.

        Replaces the sums of Odoo, which go through the conversion of units that rounds up and know
        neither pallets nor trucks.
        """
        self.ensure_one()
        carrier = self.sudo()  # like Odoo: whoever sells may have the price worked out
        # a weight typed in Odoo's wizard comes first, then the one kept on the order
        weight = self.env.context.get("order_weight") or None
        figures = self.env.context.get("transport_figures") or order._get_transport_figures(weight)
        currency = (self.company_id or self.env["res.company"]._get_main_company()).currency_id
        order._complete_transport_figures(figures, carrier._get_used_figures(), currency)
        try:
            price = transport.find_price(carrier.price_rule_ids._get_transport_rules(), figures)
        except transport.UnknownFigureError as error:
            raise UserError(order._get_unknown_figure_message(error.figure)) from error
        if price is None:
            raise UserError(
                self.env._("%s has no price for such a load or distance.", carrier.name)
            )
        return price

    def _get_used_figures(self):
        """Names of the figures that the rules ask for."""
        self.ensure_one()
        return frozenset(self.price_rule_ids.mapped("variable")) | frozenset(
            self.price_rule_ids.mapped("variable_factor")
        )

    def _get_transport_zone(self):
        """Where this method goes, as a plain value."""
        self.ensure_one()
        return transport.Zone(
            frozenset(self.country_ids.ids),
            frozenset(self.state_ids.ids),
            frozenset(self.city_ids.ids),
        )

    @api.model
    @ormcache("company_id", "self.env.lang")
    def _get_transport_methods(self, company_id):
        """Delivery methods of a company, those of its own before those for all.

        Kept in memory: the price is shown while an order is typed. Changing a method or a rule
        forgets them.

        :rtype: tuple[TransportMethod]
        """
        # sudo: the answer is kept for everybody, so it must not depend on who asks first
        company = self.env["res.company"].sudo().browse(company_id)
        carriers = self.sudo().with_company(company)
        carriers = carriers.search(carriers._check_company_domain(company))
        main_company = self.env["res.company"]._get_main_company().sudo()
        return tuple(
            carrier._prepare_transport_method(main_company)
            for carrier in carriers.sorted(lambda carrier: not carrier.company_id)
        )

    def _prepare_transport_method(self, main_company):
        """Values of one delivery method that prices need.

        :param main_company: company whose currency a method without company counts in, as Odoo does
        :rtype: TransportMethod
        """
        self.ensure_one()
        return TransportMethod(
            carrier_id=self.id,
            name=self.name,
            zone=self._get_transport_zone(),
            rules=self.price_rule_ids._get_transport_rules(),
            currency_id=(self.company_id or main_company).currency_id.id,
            max_weight=self.max_weight,
            margin=self.margin,
            fixed_margin=self.fixed_margin,
            ex_works=self.ex_works,
            by_agreement=self.by_agreement,
            # Odoo installs a free delivery to anywhere: chosen by hand, never by itself
            proposed=self.delivery_type == "base_on_rule"
            or bool(self.country_ids or self.state_ids or self.city_ids),
            needs_record=bool(
                self.delivery_type != "base_on_rule"
                or self.max_volume
                or self.must_have_tag_ids
                or self.excluded_tag_ids
                or self.zip_prefix_ids
                or any(self.product_id.taxes_id.mapped("price_include"))
            ),
            figures=self._get_used_figures(),
        )

    @api.model
    def _find_transport(self, order, figures, forced=None):
        """The closest zone that has a price for an order's load.

        :param dict figures: see :meth:`sale.order._get_transport_figures`
        :param forced: the only delivery method to look at
        :return: ``{"carrier", "price", "success", "message"}``; ``carrier`` is the closest zone
            also when it has no price for this load
        """
        destination = order._get_transport_destination()
        found = []
        for method in self._get_transport_methods(order.company_id.id):
            if method.ex_works or method.by_agreement:
                continue
            if forced and method.carrier_id != forced._origin.id:
                continue
            if not forced and not method.proposed:
                continue
            rank = method.zone.rank(destination)
            if rank is not None:
                found.append((-rank, method))
        found.sort(key=lambda ranked: ranked[0])  # stable: the order of the list decides ties
        failure = None
        for _rank, method in found:
            price, message = self._get_method_price(method, order, figures)
            if price is not None:
                return {
                    "carrier": self.browse(method.carrier_id),
                    "price": order.currency_id.round(price),
                    "success": True,
                    "message": order._format_transport(method.name, figures),
                }
            failure = failure or (method, message)
        if failure:
            method, message = failure
            return order._no_transport_price(message, self.browse(method.carrier_id))
        return order._no_transport_price(order._get_no_zone_message(destination))

    @api.model
    def _get_method_price(self, method, order, figures):
        """What a load costs by one delivery method.

        :return: ``(price in the order's currency, None)`` or ``(None, why there is no price)``
        """
        carrier = self.browse(method.carrier_id)
        if method.needs_record:
            carrier = carrier.sudo().with_context(transport_figures=figures)
            if not carrier._match(order.partner_shipping_id, order):
                return None, order._get_no_zone_message(order._get_transport_destination())
            rate = carrier.rate_shipment(order)
            return (rate["price"], None) if rate["success"] else (None, rate["error_message"])
        if method.max_weight and figures["weight"] > method.max_weight:
            return None, self.env._("%s does not take such a weight.", method.name)
        currency = self.env["res.currency"].browse(method.currency_id)
        order._complete_transport_figures(figures, method.figures, currency)
        try:
            price = transport.find_price(method.rules, figures)
        except transport.UnknownFigureError as error:
            return None, order._get_unknown_figure_message(error.figure)
        if price is None:
            return None, self.env._("%s has no price for such a load or distance.", method.name)
        fixed_margin = method.fixed_margin
        if order.currency_id.id != method.currency_id:
            carrier = carrier.sudo()
            price = carrier._compute_currency(order, price, "company_to_pricelist")
            fixed_margin = carrier._compute_currency(order, fixed_margin, "company_to_pricelist")
        return price * (1.0 + method.margin) + fixed_margin, None

    # === SHIPPING === #

    def base_on_rule_send_shipping(self, pickings):
        """Cost of each load by itself.

        An order leaves in several loads: Odoo would note the price of the whole order on each of
        them, and refuse to close a delivery whose place is in no zone. A truck that has left is
        not held back by a price table.
        """
        return [
            {"exact_price": picking._get_transport_cost(), "tracking_number": False}
            for picking in pickings
        ]

    def fixed_send_shipping(self, pickings):
        """The client's own truck costs nothing; an agreed price is that of the whole order."""
        result = super().fixed_send_shipping(pickings)
        for picking, values in zip(pickings, result, strict=True):
            if picking.carrier_id.ex_works or picking.carrier_id.by_agreement:
                values["exact_price"] = 0.0
        return result
