from odoo import api, fields, models
from odoo.tools import format_amount
from odoo.tools.misc import formatLang

from ...tools import transport

CONDITIONS = [
    ("tonnes", "Tonnes"),
    ("trucks", "Trucks"),
    ("pallets", "Full pallets"),
    ("distance", "Distance (km)"),
]
FACTORS = [*CONDITIONS, ("tonne_km", "Tonne-kilometres"), ("truck_km", "Truck-kilometres")]


class DeliveryPriceRule(models.Model):
    """Price rules know trucks, pallets and kilometres beside Odoo's weight and volume."""

    _name = "delivery.price.rule"
    _inherit = ["delivery.price.rule", "bti.cached.mixin"]

    variable = fields.Selection(
        selection_add=CONDITIONS,
        ondelete=dict.fromkeys(dict(CONDITIONS), "cascade"),
    )
    variable_factor = fields.Selection(
        selection_add=FACTORS,
        ondelete=dict.fromkeys(dict(FACTORS), "cascade"),
    )
    minimum_per_truck = fields.Float(
        min_display_digits="Product Price",
        help="The price is never less than this amount for each truck. 0: no minimum.",
    )

    _minimum_per_truck_positive = models.Constraint(
        "CHECK(minimum_per_truck >= 0)", "The minimum per truck cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("minimum_per_truck")
    @api.depends_context("lang")
    def _compute_name(self):
        """Say the rule as people say it, in their language."""
        variables = dict(self._fields["variable"]._description_selection(self.env))
        factors = dict(self._fields["variable_factor"]._description_selection(self.env))
        operators = dict(self._fields["operator"]._description_selection(self.env))
        for rule in self:
            limit = formatLang(self.env, rule.max_value, digits=2 if rule.max_value % 1 else 0)
            parts = []
            if rule.list_base_price or not rule.list_price:
                parts.append(rule._format_price(rule.list_base_price))
            if rule.list_price:
                parts.append(
                    self.env._(
                        "%(price)s × %(factor)s",
                        price=rule._format_price(rule.list_price),
                        factor=factors.get(rule.variable_factor, ""),
                    )
                )
            name = self.env._(
                "%(variable)s %(operator)s %(limit)s: %(price)s",
                variable=variables.get(rule.variable, ""),
                operator=operators.get(rule.operator, ""),
                limit=limit,
                price=" + ".join(parts),
            )
            if rule.minimum_per_truck:
                name = self.env._(
                    "%(rule)s, at least %(price)s a truck",
                    rule=name,
                    price=rule._format_price(rule.minimum_per_truck),
                )
            rule.name = name

    def _format_price(self, amount):
        """An amount of this rule in the carrier's currency."""
        self.ensure_one()
        if self.currency_id:
            return format_amount(self.env, amount, self.currency_id)
        return formatLang(self.env, amount, digits=2)

    # === BUSINESS METHODS === #

    def _get_transport_rules(self):
        """The rules as plain values, in their order.

        :rtype: tuple[transport.PriceRule]
        """
        return tuple(
            transport.PriceRule(
                variable=rule.variable,
                comparison=rule.operator,
                limit=rule.max_value,
                base=rule.list_base_price,
                price=rule.list_price,
                factor=rule.variable_factor,
                minimum_per_truck=rule.minimum_per_truck,
            )
            for rule in self
        )
