from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import counts

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
        count = {
            "pallet": counts.pallets,
            "truck": counts.trucks,
            "half_hour": counts.half_hours,
        }.get(self.basis)
        if not count:
            return self.name
        return self.env._(
            "%(service)s, %(count)s", service=self.name, count=count(self.env, quantity)
        )
