from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

BASES = [
    ("order", "Fixed, per order"),
    ("truck", "Per truck"),
    ("pallet", "Per full pallet"),
    ("half_hour", "Per truck and started half hour"),
]
HALF_HOUR = 30


class TransportOption(models.Model):
    """A service around the delivery that a client may want: crane, waiting on site."""

    _name = "bti.transport.option"
    _description = "Delivery Service"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, help="As the client reads it.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.user._bti_get_own_company(),
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain=[("type", "=", "service")],
        check_company=True,
        default=lambda self: self._default_product_id(),
        help="Service under which it is sold, for its taxes and accounts.",
    )
    basis = fields.Selection(BASES, "Priced", required=True, default="pallet")
    price = fields.Monetary(help="Price of one unit (pallet, truck, half hour), untaxed.")
    minutes = fields.Integer(
        "Expected minutes",
        default=HALF_HOUR,
        help="Minutes on site that an offer counts for each truck; each half hour begun is"
        " charged.",
    )

    _price_positive = models.Constraint(
        "CHECK(price >= 0)", "The price of a delivery service cannot be negative."
    )
    _minutes_positive = models.Constraint(
        "CHECK(minutes >= 0)", "The minutes of a delivery service cannot be negative."
    )

    def _default_product_id(self):
        return self.env.ref("bti_sales.product_delivery_service", raise_if_not_found=False)

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for option in self:
            option.currency_id = (option.company_id or self.env.company).currency_id

    @api.constrains("product_id")
    def _check_product(self):
        for option in self:
            if option.product_id.type != "service":
                raise ValidationError(
                    self.env._("%s is sold under a service, not under goods.", option.name)
                )

    def _get_quantity(self, order):
        """Units of this service that an order needs.

        :rtype: int
        """
        self.ensure_one()
        if self.basis == "pallet":
            return order.total_pallets
        if self.basis == "truck":
            return order.truck_count
        if self.basis == "half_hour":
            return order.truck_count * self._count_half_hours(self.minutes)
        return 1

    @api.model
    def _count_half_hours(self, minutes):
        """Half hours begun in so many minutes."""
        return -(-max(minutes, 0) // HALF_HOUR)

    def _get_line_name(self, quantity):
        """Text of an order line, in the language of the context.

        :param int quantity: units of the service, said for what the client cannot see in the
            quantity of the line
        """
        self.ensure_one()
        if self.basis == "pallet":
            return self.env._("%(service)s, %(count)s pallets", service=self.name, count=quantity)
        if self.basis == "truck":
            return self.env._("%(service)s, %(count)s trucks", service=self.name, count=quantity)
        if self.basis == "half_hour":
            return self.env._(
                "%(service)s, %(count)s half hours", service=self.name, count=quantity
            )
        return self.name


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    transport_option_id = fields.Many2one(
        "bti.transport.option", "Delivery service", index="btree_not_null", ondelete="set null"
    )
    transport_section = fields.Boolean(
        help="Optional section that holds the delivery services of the order."
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_update_prices_lines(self):
        """Services have the price of their own table, not that of a price list."""
        lines = super()._get_update_prices_lines()
        return lines.filtered(lambda line: not line.transport_option_id)

    def action_open_transport_options(self):
        """Choose the services around the delivery."""
        self.ensure_one()
        options = self.env["bti.transport.option"].search(
            self.env["bti.transport.option"]._check_company_domain(self.company_id)
        )
        if not options:
            raise UserError(
                self.env._(
                    "There is no delivery service yet: add crane unloading or waiting time under"
                    " Configuration > Transport."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Unloading and Waiting"),
            "res_model": "bti.transport.option.add",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _set_transport_options(self, services, optional):
        """Put services on the order; those that are there already are brought up to date.

        :param services: ``(option, quantity, unit price)``
        :param bool optional: under an optional section, at nothing until the client takes it; a
            service is then offered as one job, so that the client has one thing to say yes to
        """
        self.ensure_one()
        order = self.with_context(lang=self.partner_id.lang or self.env.lang)
        options = self.env["bti.transport.option"].union(*(option for option, *_ in services))
        former = order.order_line.filtered(lambda line: line.transport_option_id in options)
        if any(line.qty_invoiced for line in former):
            raise UserError(self.env._("A service that is invoiced already cannot be changed."))
        former.unlink()
        if optional:
            section = order.order_line.filtered(
                lambda line: line.is_optional and line.transport_section
            )
            if not section:
                last = max(order.order_line.mapped("sequence"), default=0)
                section = order.env["sale.order.line"].create(
                    order._prepare_transport_section_vals(last + 1)
                )
            sequence = section[0].sequence
        else:
            sequence = order._make_room_before_options()
        vals_list = []
        for option, quantity, price in services:
            option = option.with_context(lang=order.env.lang)
            vals_list.append(
                {
                    "order_id": order.id,
                    "product_id": option.product_id.id,
                    "name": option._get_line_name(quantity) if optional else option.name,
                    "product_uom_qty": 0 if optional else quantity,
                    "price_unit": quantity * price if optional else price,
                    # a price of its own: the product's must not come back with a new quantity
                    "technical_price_unit": 0.0,
                    "transport_option_id": option.id,
                    "sequence": sequence,
                }
            )
        order.env["sale.order.line"].create(vals_list)

    def _prepare_transport_section_vals(self, sequence):
        return {
            "order_id": self.id,
            "display_type": "line_section",
            "name": self.env._("On site, if you wish"),
            "is_optional": True,
            "transport_section": True,
            "sequence": sequence,
            "product_uom_qty": 0,
        }
