from datetime import date

from odoo import api, fields, models
from odoo.tools import ormcache


class BtiChannelPrice(models.Model):
    """What one part costs on a channel, to the numbers of one operator, from a day on."""

    _name = "bti.channel.price"
    _description = "Price of a Channel"
    _inherit = ["bti.company.guard.mixin", "bti.cached.mixin"]
    _order = "channel_id, operator_id, date_from desc, id desc"
    _check_company_auto = True

    # === FIELDS === #

    channel_id = fields.Many2one(
        "bti.channel",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    operator_id = fields.Many2one(
        "bti.operator",
        required=True,
        index=True,
        ondelete="cascade",
    )
    cost_per_part = fields.Monetary(string="Cost of One SMS", required=True)
    date_from = fields.Date(
        string="Valid From",
        help="The youngest price that has begun is used. Empty: from the beginning.",
    )

    _price_uniq = models.UniqueIndex(
        "(channel_id, operator_id, COALESCE(date_from, '0001-01-01'::date))",
        "This channel already has a price for this operator from that day on.",
    )
    _cost_positive = models.Constraint(
        "CHECK(cost_per_part >= 0)",
        "A price is not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("channel_id", "operator_id")
    def _compute_display_name(self):
        for price in self:
            price.display_name = f"{price.channel_id.name}, {price.operator_id.name}"

    # === BUSINESS METHODS === #

    @api.model
    @ormcache("channel_id")
    def _get_table(self, channel_id):
        """:param int channel_id: one channel
        :return: {id of the operator: [(first day, cost of one part), the youngest first]}
        :rtype: dict[int, list[tuple[date, float]]]
        """
        table = {}
        # sudo: the table is kept for all; who may not see prices sees no cost either
        for price in self.sudo().search([("channel_id", "=", channel_id)]):
            table.setdefault(price.operator_id.id, []).append(
                (price.date_from or date.min, price.cost_per_part)
            )
        for prices in table.values():
            prices.sort(reverse=True)
        return table


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    price_ids = fields.One2many("bti.channel.price", "channel_id", string="Prices")

    def _get_cost_per_part(self, operator, day=None):
        """What one part costs here, as far as known beforehand; without a query once the prices
        have been read. Nothing costs nothing without channel.

        :param bti.operator operator: of the recipient, may be empty
        :param date day: of the message; today by default
        :rtype: float
        """
        if not self:
            return 0.0
        day = day or self.company_id._bti_today()
        prices = self.env["bti.channel.price"]._get_table(self.id).get(operator.id, ())
        own = (cost for first_day, cost in prices if first_day <= day)
        return next(own, self.cost_per_part)
