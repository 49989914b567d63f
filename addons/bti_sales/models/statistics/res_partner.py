from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.bti_crm.models.statistics.res_partner import (
    READERS,
    days_since,
    figure,
)

from .bti_client_stat import TRENDS


class ResPartner(models.Model):
    """Figures of orders, goods and payments in filters of clients."""

    _inherit = "res.partner"

    stat_first_order = figure(fields.Date, "first_order", "First order")
    stat_last_order = figure(fields.Date, "last_order", "Latest order")
    stat_orders = figure(fields.Integer, "orders", "Number of orders")
    stat_orders_12m = figure(fields.Integer, "orders_12m", "Orders, 12 months")
    stat_amount_this_year = figure(
        fields.Float, "amount_this_year", "Amount this year", digits=(16, 2)
    )
    stat_amount_last_year = figure(
        fields.Float, "amount_last_year", "Amount last year", digits=(16, 2)
    )
    stat_amount_12m = figure(fields.Float, "amount_12m", "Amount, 12 months", digits=(16, 2))
    stat_rhythm = figure(fields.Float, "rhythm", "Rhythm (days)", digits=(8, 1))
    stat_next_order = figure(fields.Date, "next_order", "Next order expected")
    stat_late_after = figure(fields.Date, "late_after", "Late after")
    stat_open_offers = figure(fields.Integer, "open_offers", "Open offers")
    stat_pieces_this_year = figure(fields.Integer, "pieces_this_year", "Pieces this year")
    stat_pieces_last_year = figure(fields.Integer, "pieces_last_year", "Pieces last year")
    stat_pieces_12m = figure(fields.Integer, "pieces_12m", "Pieces, 12 months")
    stat_tonnes_12m = figure(fields.Float, "tonnes_12m", "Tonnes, 12 months", digits=(12, 1))
    stat_pallet_share = figure(fields.Float, "pallet_share", "Share on pallets", digits=(5, 4))
    stat_pallets_owed = figure(fields.Integer, "pallets_owed", "Pallets to give back")
    stat_late_deliveries_12m = figure(
        fields.Integer, "late_deliveries_12m", "Late deliveries, 12 months"
    )
    stat_refusals_12m = figure(fields.Integer, "refusals_12m", "Refusals, 12 months")
    stat_payment_delay = figure(
        fields.Float, "payment_delay", "Payment delay (days)", digits=(8, 1)
    )
    stat_owed = figure(fields.Float, "owed", "Owed", digits=(16, 2))
    stat_oldest_due = figure(fields.Date, "oldest_due", "Owes since")
    stat_score = figure(fields.Float, "score", "Score", digits=(3, 2))
    stat_class_id = figure(fields.Many2one, "class_id", "Class", comodel_name="bti.client.class")
    stat_trend = figure(fields.Selection, "trend", "Trend", selection=TRENDS)
    days_since_order = days_since("last_order", "Days since latest order")
    is_at_risk = fields.Boolean(
        "At risk of leaving",
        compute="_compute_states",
        search="_search_is_at_risk",
        compute_sudo=False,
        groups=READERS,
        help="He ordered within 12 months, and his usual gap between two orders is long over.",
    )
    is_overdue = fields.Boolean(
        "Payment overdue",
        compute="_compute_states",
        search="_search_is_overdue",
        compute_sudo=False,
        groups=READERS,
        help="An invoice of his is due and not paid.",
    )
    regular_product_ids = fields.Many2many(
        "product.product",
        string="Regular of",
        compute="_compute_products",
        search="_search_regular_products",
        compute_sudo=False,
        groups=READERS,
        help="Products that he receives regularly, in the user's company.",
    )
    received_categ_ids = fields.Many2many(
        "product.category",
        string="Ranges received, 12 months",
        compute="_compute_products",
        search="_search_received_categories",
        compute_sudo=False,
        groups=READERS,
        help="Product categories of which he received goods in the last 365 days, in the user's"
        " company.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_days_since(self):
        return {**super()._get_days_since(), "days_since_order": "stat_last_order"}

    @api.depends_context("company", "uid")
    def _compute_states(self):
        today = self.env.company._bti_today()
        for partner in self:
            late, due = partner.stat_late_after, partner.stat_oldest_due
            partner.is_at_risk = bool(late and late < today and partner.stat_orders_12m)
            partner.is_overdue = bool(due and due < today)

    @api.model
    def _search_is_at_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self._search_figure("late_after", "<", self.env.company._bti_today())
        return late & self._search_figure("orders_12m", ">", 0)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._search_figure("oldest_due", "<", self.env.company._bti_today())

    @api.depends_context("company", "uid")
    def _compute_products(self):
        rows = self.env["bti.client.stat.product"]
        if rows.has_access("read"):
            rows = rows.search(
                [("partner_id", "in", self.ids), ("company_id", "=", self.env.company.id)]
            )
        by_partner = rows.grouped("partner_id")
        for partner in self:
            own = by_partner.get(partner._origin, rows.browse())
            partner.regular_product_ids = own.filtered("is_regular").product_id
            partner.received_categ_ids = own.filtered("times_12m").categ_id

    def _search_regular_products(self, operator, value):
        return self._search_products("product_id", operator, value, Domain("is_regular", "=", True))

    def _search_received_categories(self, operator, value):
        return self._search_products("categ_id", operator, value, Domain("times_12m", ">", 0))

    def _search_products(self, name, operator, value, condition):
        """Clients by their rows of products, in the user's company.

        :param str name: field of ``bti.client.stat.product``
        :param Domain condition: which rows count
        :rtype: Domain
        """
        if operator not in ("in", "any"):
            return NotImplemented
        here = Domain("company_id", "=", self.env.company.id)
        some = Domain("stat_ids", "any", here & Domain("product_ids", "any", condition))
        if operator == "any":
            leaf = condition & Domain(name, "any", value)
        else:
            leaf = condition & Domain(name, "in", [key for key in value if key])
        found = Domain("stat_ids", "any", here & Domain("product_ids", "any", leaf))
        if operator == "in" and False in value:
            found |= ~some
        return found
