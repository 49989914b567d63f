from collections import namedtuple
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...tools.plural import listed

NETWORKS = [("whatsapp", "WhatsApp"), ("messenger", "Messenger"), ("viber", "Viber")]
CATEGORIES = [
    ("service", "Answer in the Open Conversation"),
    ("utility", "Approved Text about an Order"),
    ("marketing", "Approved Offer"),
    ("authentication", "Approved Code"),
]
# Networks that take no money for a message where no price says otherwise.
FREE_NETWORKS = frozenset({"messenger"})

# One row of the table, by value: it is kept in memory.
Price = namedtuple("Price", "date_from amount currency_id free_messages")


class BtiNetworkPrice(models.Model):
    """What a network takes for one message of a category to people of a country, from a day on."""

    _name = "bti.network.price"
    _description = "Price of a Network"
    _inherit = ["bti.company.guard.mixin", "bti.cached.mixin"]
    _order = "kind, category, country_id, date_from desc, id desc"

    # === FIELDS === #

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(NETWORKS, string="Network", required=True, default="whatsapp")
    category = fields.Selection(CATEGORIES, required=True, default="utility")
    country_id = fields.Many2one(
        "res.country",
        string="People Of",
        ondelete="cascade",
        help="By the number of whoever is written to. Empty: all countries without a price of "
        "their own.",
    )
    price = fields.Float(
        string="Price of a Message",
        required=True,
        digits=(16, 4),
        help="As the network's list tells it; less than a hundredth is normal.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="That of the network's list. Costs are converted by the rate of the day.",
    )
    date_from = fields.Date(
        string="Valid From",
        help="The youngest price that has begun is used. Empty: from the beginning.",
    )
    free_messages = fields.Integer(
        string="Free a Month",
        help="Messages of this category that cost nothing in each month, for each number of ours.",
    )

    _price_uniq = models.UniqueIndex(
        "(company_id, kind, category, COALESCE(country_id, 0), "
        "COALESCE(date_from, '0001-01-01'::date))",
        "There is already a price of this network for this category and country from that day on.",
    )
    _price_positive = models.Constraint(
        "CHECK(price >= 0 AND COALESCE(free_messages, 0) >= 0)",
        "Prices and numbers of free messages are not negative.",
    )

    # === CONSTRAINTS === #

    @api.constrains("price", "currency_id", "company_id")
    def _check_rate(self):
        """Without a rate Odoo would take one dollar for one dinar."""
        for price in self.filtered("price"):
            own = price.company_id.currency_id
            # sudo: rates are there or not, whoever asks
            rates = (own | price.currency_id).sudo().rate_ids
            if price.currency_id != own and not rates:
                raise ValidationError(
                    self.env._(
                        "No rate is known between %(one)s and %(other)s: enter one under "
                        "Currencies, or write the price in %(other)s.",
                        one=price.currency_id.name,
                        other=own.name,
                    )
                )

    # === COMPUTE METHODS === #

    @api.depends("kind", "category", "country_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        categories = dict(self._fields["category"]._description_selection(self.env))
        for price in self:
            words = (kinds.get(price.kind), categories.get(price.category), price.country_id.name)
            price.display_name = listed(self.env, words)

    # === BUSINESS METHODS === #

    @api.model
    @ormcache("company_id")
    def _get_table(self, company_id):
        """:param int company_id: one company
        :return: {(kind, category, id of the country or False): its prices, the youngest first}
        :rtype: dict[tuple, list[Price]]
        """
        table = {}
        # sudo: the table is kept for all; who may not see prices sees no cost either
        for row in self.sudo().search([("company_id", "=", company_id)]):
            table.setdefault((row.kind, row.category, row.country_id.id), []).append(
                Price(
                    row.date_from or date.min,
                    row.price,
                    row.currency_id.id,
                    row.free_messages,
                )
            )
        for prices in table.values():
            prices.sort(reverse=True)
        return table

    @api.model
    def _find(self, company, kind, category, country, day):
        """The price of one message; without a query once the table has been read.

        :param res.company company: the sender
        :param str kind: of the channel
        :param str category: one of ``CATEGORIES``
        :param res.country country: of whoever is written to, may be empty
        :param date day: of the message
        :rtype: Price | None
        """
        table = self._get_table(company.id)
        for country_id in (country.id, False) if country else (False,):
            for price in table.get((kind, category, country_id), ()):
                if price.date_from <= day:
                    return price
        return None


class BtiChannel(models.Model):
    _inherit = "bti.channel"

    # === BUSINESS METHODS === #

    def _get_message_cost(self, category, country, number=0, billed=False):
        """What one message on this network costs, as far as known beforehand.

        :param str category: one of ``CATEGORIES``
        :param res.country country: of whoever is written to, may be empty
        :param int number: how many are written together before this one
        :param bool billed: the network has said that it takes money for it
        :return: in the company's currency; None when no price is known
        :rtype: float | None
        """
        self.ensure_one()
        company = self.company_id
        day = company._bti_today()
        price = self.env["bti.network.price"]._find(company, self.kind, category, country, day)
        if price is None:
            return 0.0 if self.kind in FREE_NETWORKS else None
        if not price.amount:
            return 0.0
        if price.free_messages and not billed:
            used = self._count_month(category, price.free_messages)
            if used + number < price.free_messages:
                return 0.0
        currency = self.env["res.currency"].browse(price.currency_id)
        return currency._convert(price.amount, company.currency_id, company, day)

    def _count_month(self, category, limit):
        """:return: how many messages of a category this channel has sent or is about to send in
        this month, ``limit`` at most
        :rtype: int
        """
        self.ensure_one()
        # sudo: a number only, of what anybody's message is counted by
        return (
            self.env["bti.message"]
            .sudo()
            .search_count(
                [
                    ("channel_id", "=", self.id),
                    ("price_category", "=", category),
                    ("charged_on", ">=", self.company_id._bti_today().replace(day=1)),
                    ("state", "not in", ("failed", "canceled")),
                ],
                limit=limit,
            )
        )
